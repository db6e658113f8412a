//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdServer

/// The daemon's command line.
@main
struct Grantd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grantd",
        abstract: "Answers whether an applicant may have a measure's support, how much, and under which clause.",
        version: "grantd \(GrantdVersion.current)",
        subcommands: [Serve.self],
        defaultSubcommand: Serve.self
    )
}
