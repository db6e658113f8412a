//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdDecisionLog
internal import GrantdInterview
internal import GrantdPolicy

/// `grantctl log diff --policies NEW DIR…`: what other policies would have said to all that was asked.
struct LogDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: Language.said(
            "以另一套政策重算日志中的申请，看谁增谁减。",
            "Assess what a log holds under other policies: who gains, who loses."
        ),
        discussion: Language.said(
            """
            NEW 为政策文件、目录或 built-in；所给文件替换或加入内置政策，如同由服务载入。与日志所记的答复相比，按措施与条款列出\
            增减、结论变化与合计，以及增减最多的申请。内存不随日志增长。

            比对 Evaluate 与 EvaluateBatch 的申请；其余条目会计数。--json 每行一处不同，末行为合计。
            """,
            """
            NEW is a policy file, a directory, or built-in; files replace the built-in policies or join them, as in a daemon \
            that serves them. Against the replies that were logged it shows gains, losses, other outcomes and totals by measure \
            and clause, and the largest gains and losses. Memory does not grow with the log.

            The applications of Evaluate and EvaluateBatch are compared; other entries are counted. --json has a line for each \
            difference, and the totals in the last one.
            """
        )
    )

    @OptionGroup var output: OutputOptions

    @Option(
        help: .said("另一套政策：文件、目录或 built-in。", "The other policies: a file, a directory, or built-in.", valueName: "new")
    )
    var policies: String

    @Argument(help: .said("日志目录。", "The directories of logs.", valueName: "directory"))
    var directories: [String]

    func run() throws {
        let new = try PolicyDiffCommand.policies(self.policies)
        let impact = LogImpact(new)
        let progress = LogProgress("已比对", "compared:")
        defer { progress.end() }
        let writesLines = !self.output.isPage
        try RunFailure.toldOfLog {
            try impact.run(LogWalk(self.directories) { progress.show($0, of: $1) }) { difference in
                if writesLines { try Output.write(difference.json) }
            }
        }
        progress.end()
        try self.output.show(
            json: { impact.comparison.tally.json },
            page: { page in
                ImpactPage(tally: impact.comparison.tally, policies: [new]).write(to: &page)
                impact.writeLeftOut(to: &page)
            }
        )
    }
}
