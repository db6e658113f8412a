//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdInterview
internal import GrantdWire
internal import ProcessArguments

/// The command-line tool.
@main
struct Grantctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grantctl",
        abstract: Language.said(
            "向 grantd 询问申请单位可得的支持，并检查政策文件。",
            "Asks grantd what support an applicant may have, and checks policy files."
        ),
        discussion: Language.said(
            """
            输出为供人阅读的页面，写入管道时亦然；--json 输出答复的消息。语言依 LC_ALL、LC_MESSAGES、LANG，或由 --lang zh|en 指定。

            退出码：0 所问均已评估，无论结论如何；65 输入有误；69 无法连接服务；64 命令用法有误；1 其他。
            """,
            """
            Answers are pages for a person, into a pipe too; --json gives the answer's message. The language is that of \
            LC_ALL, LC_MESSAGES or LANG, or the one that --lang zh|en asks for.

            Exit codes: 0 everything asked was assessed, whatever the outcome; 65 bad input; 69 the daemon cannot be \
            reached; 64 usage; 1 anything else.
            """
        ),
        version: "grantctl \(GrantdVersion.current)",
        subcommands: [
            EvaluateCommand.self, AskCommand.self, ScreenCommand.self, MeasuresCommand.self, DescribeCommand.self,
            DocumentsCommand.self,
            AwardCommand.self, AwardsCommand.self, SettleCommand.self, EnvelopeCommand.self, AuctionCommand.self,
            HealthCommand.self, BenchCommand.self, PolicyCommand.self, LedgerCommand.self, LogCommand.self,
        ]
    )

    static func main() async {
        // A reader that has gone shows as an error of the write, not as the end of the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try Self.parseAsRoot(Language.stripped(ProcessArguments.all))
            if var command = command as? any AsyncParsableCommand {
                if let problem = ProcFilesystem.problem {
                    throw RunFailure.other(
                        Language.said("未挂载 /proc，Swift 运行时离不开它：mount -t proc proc /proc", problem)
                    )
                }
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as RunFailure {
            if let message = failure.message { Output.complain(message) }
            Self.exit(withError: failure.exitCode)
        } catch is Output.Closed {
            Self.exit(withError: ExitCode.failure)
        } catch {
            Usage.exit(error)
        }
    }
}
