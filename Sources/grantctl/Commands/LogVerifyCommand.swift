//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdDecisionLog
internal import GrantdDigest
internal import GrantdInterview
internal import GrantdService

/// `grantctl log verify DIR`: recomputes the chain of a log.
struct LogVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: Language.said(
            "核对日志的哈希链，指出首个有误的条目。",
            "Recompute the chain of a log, and name the first entry that is wrong."
        ),
        discussion: Language.said(
            """
            链从现存的第一个文件起；更早的文件可能已按保留期限删除。末条的编号与哈希（服务日志在每个文件写完时也会写出）\
            另行抄存，日后以 --expect 给出，即可发现日志曾被截断或整体重写。

            已遮盖或擦除的条目仍在链中，并会计数。

            退出码：0 无误；1 有误；65 没有日志。
            """,
            """
            The chain begins with the first file that is there: older ones may have been deleted as they came of age. Whoever \
            notes the last entry's number and hash elsewhere (the daemon's own log has them for each file that is closed), and \
            gives them later as --expect, finds out about a log that was cut off or written anew as a whole.

            Entries that are masked or erased stand in the chain still, and are counted.

            Exits with 0 where all is right, 1 where something is not, 65 where there is no log.
            """
        )
    )

    @OptionGroup var output: OutputOptions

    @Option(
        help: .said(
            "早先抄存的条目，写作“编号:哈希”。",
            "An entry noted earlier, as NUMBER:HASH.",
            valueName: "number:hash"
        )
    )
    var expect: ExpectedLogEntry?

    @Argument(help: .said("日志目录。", "The directory of the log.", valueName: "directory"))
    var directory: String

    func run() throws {
        let progress = LogProgress("已核对", "verified:")
        defer { progress.end() }
        let verifier = LogVerifier(
            directory: self.directory,
            expected: self.expect.map { ($0.number, $0.chain) }
        ) { progress.show($0, of: $1) }
        let result: LogVerifier.Result
        do throws(DecisionLogFault) {
            result = try verifier.run()
        } catch {
            throw RunFailure(error)
        }
        progress.end()
        let report = LogVerificationReport(directory: self.directory, result: result)
        try self.output.show(json: { report.json }, page: { report.write(to: &$0) })
        if !result.isSound { throw RunFailure.told(ExitCode(1)) }
    }
}

/// An entry's number and the chain's value there, as they are typed.
struct ExpectedLogEntry: ExpressibleByArgument {
    let number: UInt64
    let chain: SHA256Digest

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt64(parts[0]), number > 0, let chain = SHA256Digest(hex: parts[1])
        else { return nil }
        self.number = number
        self.chain = chain
    }
}
