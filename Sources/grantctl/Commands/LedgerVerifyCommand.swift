//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview
internal import GrantdLedger
internal import GrantdService

/// `grantctl ledger verify BOOK`: checks the chain of entries, and every sum by making it anew.
struct LedgerVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: Language.said(
            "核对台账：逐条核对哈希链，由条目重算每项合计。",
            "Check a book: its chain of entries, and every sum by making it anew of them."
        ),
        discussion: Language.said(
            """
            台账重算于临时文件（TMPDIR），所占空间约与台账相同，内存不随台账增长。

            末条的编号与哈希另行抄存，日后以 --expect 给出，即可发现台账曾被截断或整本重写。

            退出码：0 无误；1 有误；65 不是台账。
            """,
            """
            It is made anew in a temporary file (TMPDIR), about as large as the book; memory does not grow with it.

            Whoever notes the last entry's number and hash elsewhere, and gives them later as --expect, finds out about a \
            book that was cut off, or written anew as a whole.

            Exits with 0 where all is right, 1 where something is not, 65 where there is no book.
            """
        )
    )

    @OptionGroup var output: OutputOptions

    @Option(
        help: .said(
            "早先抄存的条目，写作“编号:哈希”。",
            "An entry noted earlier, as SEQ:HASH.",
            valueName: "seq:hash"
        )
    )
    var expect: ExpectedEntry?

    @Argument(help: .said("台账。", "The book.", valueName: "book"))
    var book: String

    func run() throws {
        let source = try BookLocation(text: self.book).open()
        let progress = BookProgress("已核对条目", "entries checked:")
        defer { progress.end() }
        let verifier = BookVerifier(source, expected: self.expect?.entry) { progress.show($0, of: $1) }
        let result = try BookLocation.told { () throws(LedgerFault) in try verifier.run() }
        progress.end()
        let report = VerificationReport(book: self.book, result: result)
        try self.output.show(json: { report.json }, page: { report.write(to: &$0) })
        if !result.isSound { throw RunFailure.told(ExitCode(1)) }
    }
}

/// An entry's number and hash as they are typed.
struct ExpectedEntry: ExpressibleByArgument {
    let entry: BookVerifier.ExpectedEntry

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let seq = Int64(parts[0]), seq > 0, let hash = Hexadecimal.bytes(parts[1]),
            hash.count == 32
        else { return nil }
        self.entry = BookVerifier.ExpectedEntry(seq: seq, hash: hash)
    }
}
