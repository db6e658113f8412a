//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser

/// `grantctl policy`: work on policy files, without a daemon.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: Language.said("处理政策文件，无需服务。", "Work on policy files, without a daemon."),
        subcommands: [PolicyCheckCommand.self]
    )
}
