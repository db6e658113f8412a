//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdDecisionLog
internal import GrantdInterview

/// `grantctl log replay DIR…`: decides everything anew by the recorded policies, and compares.
struct LogReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: Language.said(
            "以当时的政策重算每一条，与所记答复比对。",
            "Decide every entry anew by the policies that decided it, and compare the replies."
        ),
        discussion: Language.said(
            """
            政策按摘要选取：内置政策、--policies 所给目录，或 --policy-archive 所给归档。除引擎版本外，答复应逐字节相同。

            遮盖或擦除的条目、依台账作出的条目（Awards 与 use_ledger）以及找不到政策的条目不能重算，会分别计数。

            退出码：0 全部相同；1 有不同；65 日志有误或没有日志。
            """,
            """
            The policies are found by their digests: the built-in ones, those with a directory of --policies, or those that \
            --policy-archive has. The replies must be the same byte for byte, but for the version of the engine.

            Entries that are masked or erased, those that were decided by the book (Awards, and use_ledger), and those whose \
            policies are not at hand cannot be replayed, and are counted apart.

            Exits with 0 where all are the same, 1 where one is not, 65 where a log is damaged or there is none.
            """
        )
    )

    @OptionGroup var output: OutputOptions
    @OptionGroup var policies: LogPolicyOptions

    @Argument(help: .said("日志目录。", "The directories of logs.", valueName: "directory"))
    var directories: [String]

    func run() throws {
        let replay = LogReplay(try self.policies.recorded())
        let progress = LogProgress("已重算", "replayed:")
        defer { progress.end() }
        try RunFailure.toldOfLog {
            try replay.run(LogWalk(self.directories) { progress.show($0, of: $1) })
        }
        progress.end()
        let report = LogReplayReport(tally: replay.tally)
        try self.output.show(json: { report.json }, page: { report.write(to: &$0) })
        if replay.tally.differing > 0 { throw RunFailure.told(ExitCode(1)) }
    }
}
