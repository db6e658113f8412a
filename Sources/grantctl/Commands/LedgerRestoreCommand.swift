//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview
internal import GrantdLedger
internal import GrantdService

/// `grantctl ledger restore COPY BOOK`: puts a copy in the place of a book.
struct LedgerRestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: Language.said("以备份恢复台账。", "Put a copy in the place of a book."),
        discussion: Language.said(
            """
            先核对备份，再放到台账处。服务正在使用台账时不恢复；台账有备份所没有的条目时也不恢复，除非加 --replace。原台账总会保留在旁。
            """,
            """
            The copy is checked first. A book that a daemon has open is never replaced, and one with entries that the copy \
            lacks only with --replace. The book that was there is kept beside, in any case.
            """
        )
    )

    @OptionGroup var output: OutputOptions

    @Flag(
        help: .said(
            "即使台账有备份所没有的条目，也以备份取代。",
            "Replace the book even where it has entries that the copy lacks."
        )
    )
    var replace = false

    @Argument(help: .said("备份。", "The copy.", valueName: "copy"))
    var copy: String

    @Argument(help: .said("台账文件。", "The book's file.", valueName: "book"))
    var book: String

    func run() throws {
        let source = try BookLocation(text: self.copy).openFile()
        let checking = BookProgress("已核对条目", "entries checked:")
        defer { checking.end() }
        let verifier = BookVerifier(source) { checking.show($0, of: $1) }
        let result = try BookLocation.told { () throws(LedgerFault) in try verifier.run() }
        checking.end()
        guard result.isSound else {
            throw RunFailure.badInput(
                Language.said(
                    "备份有误，未恢复；详见 grantctl ledger verify \(self.copy.printable)",
                    "the copy is not sound, nothing was restored; see grantctl ledger verify \(self.copy.printable)"
                )
            )
        }
        let kept = try self.put(source)
        try CopyReport(path: self.book, head: result.head, kept: kept).show(self.output) { page in
            page.line(page.language("已恢复 \(self.book.printable)", "Restored \(self.book.printable)"), .good)
        }
    }

    private func put(_ source: SQLiteBookFile) throws -> String? {
        let progress = BookProgress("已复制页", "pages copied:")
        defer { progress.end() }
        do throws(SQLiteRestore.Refusal) {
            return try SQLiteRestore.run(source, to: self.book, replaces: self.replace) { progress.show($0, of: $1) }
        } catch {
            throw self.failure(error)
        }
    }

    private func failure(_ refusal: SQLiteRestore.Refusal) -> RunFailure {
        let book = self.book.printable
        switch refusal {
        case .inUse:
            return .other(
                Language.said(
                    "\(book) 正被服务或其他程序使用；请先停止",
                    "\(book) is in use by a daemon or another program: stop it first"
                )
            )
        case .otherBook(let bookID):
            return .other(
                Language.said(
                    "\(book) 是另一本账（编号 \(bookID.printable)）；确要取代请加 --replace",
                    "\(book) is another book, of id \(bookID.printable); --replace puts the copy in its place"
                )
            )
        case .newer(let entries):
            let count = Money.grouped(entries)
            return .other(
                Language.said(
                    "\(book) 有备份所没有的 \(count) 个条目；确要取代请加 --replace",
                    "\(book) has \(count) \(entries == 1 ? "entry" : "entries") that the copy lacks; --replace puts the copy in its place"
                )
            )
        case .unreadable(let why):
            return .other(
                Language.said(
                    "\(book) 无法读取（\(why.printable)）；确要取代请加 --replace",
                    "\(book) cannot be read, \(why.printable); --replace puts the copy in its place"
                )
            )
        case .fault(let fault): return RunFailure(fault)
        }
    }
}
