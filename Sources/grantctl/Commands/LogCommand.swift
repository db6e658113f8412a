//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview

/// `grantctl log`: look after a log of decisions, without a daemon or beside one.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: Language.said("核对、查看、重算决定日志。", "Verify, read and replay a log of decisions."),
        discussion: Language.said(
            """
            日志是 grantd serve --decision-log 所写的目录。各命令可在服务运行时进行，均不经服务。
            """,
            """
            A log is the directory that grantd serve --decision-log was given. All of this may run beside a daemon, and \
            none of it asks one.
            """
        ),
        subcommands: [
            LogVerifyCommand.self, LogShowCommand.self, LogReplayCommand.self, LogDiffCommand.self,
            LogEraseCommand.self,
        ]
    )
}
