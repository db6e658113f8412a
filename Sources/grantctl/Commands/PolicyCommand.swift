//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview

/// `grantctl policy`: work on policy files, without a daemon.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: Language.said("处理政策文件，无需服务。", "Work on policy files, without a daemon."),
        discussion: Language.said(
            "写好政策文件及其用例之后：check 查错，test 运行用例，diff 看改了什么、影响了谁。export 写出内置的文件，可作样本。",
            """
            For whoever writes a policy file and its cases: check finds mistakes, test runs the cases, diff shows what has \
            changed and for whom. export writes the built-in files, to begin from.
            """
        ),
        subcommands: [
            PolicyCheckCommand.self, PolicyTestCommand.self, PolicyExportCommand.self, PolicyDiffCommand.self,
            PolicyProtoCommand.self,
        ]
    )
}
