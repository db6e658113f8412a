//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdInterview
internal import GrantdLedger
internal import GrantdService

/// `grantctl ledger export BOOK`: all entries of a book, or its awards as they are now.
struct LedgerExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: Language.said("导出台账的条目或核定。", "Write out a book's entries, or its awards as they are now."),
        discussion: Language.said(
            """
            --format jsonl（默认）每行一条；csv 供电子表格使用，UTF-8 编码，带 BOM。金额单位为分。条目含哈希，但不含对幂等键所作的答复。

            导出含申请单位的信息，--output 所写的文件只有本人可读。
            """,
            """
            --format jsonl, the default, has one a line; csv is for spreadsheets, in UTF-8 with a byte order mark. Sums are in \
            fen. Entries come with their hashes, without the replies that were given to idempotency keys.

            What is written tells about applicants: a file of --output is nobody else's to read.
            """
        )
    )

    enum What: String, ExpressibleByArgument, CaseIterable { case awards, entries }
    enum Format: String, ExpressibleByArgument, CaseIterable { case jsonl, csv }

    @OptionGroup var words: LanguageOptions

    @Option(help: .said("导出 awards（现状）或 entries（全部条目）。", "awards, as they are now, or entries, all of them."))
    var what = What.awards

    @Option(help: .said("jsonl 或 csv。", "jsonl or csv."))
    var format = Format.jsonl

    @Option(
        name: [.short, .long],
        help: .said("写入此文件，代替标准输出。", "Write to this file instead of standard output.", valueName: "file")
    )
    var output: String?

    @Argument(help: .said("台账。", "The book.", valueName: "book"))
    var book: String

    func run() throws {
        let source = try BookLocation(text: self.book).open()
        var writer = try BufferedWriter(path: self.output)
        let progress = BookProgress("已导出", "written:")
        defer { progress.end() }
        let head = try BookLocation.told { () throws(LedgerFault) in try source.head() }
        if self.format == .csv { try writer.write("\u{FEFF}" + EntryColumns.header(self.what)) }
        var awards: (any BookCursor)?
        if self.what == .awards {
            awards = try BookLocation.told { () throws(LedgerFault) in try source.rows(of: .awards) }
        }
        let entries = try BookLocation.told { () throws(LedgerFault) in try source.entries() }
        var award = try Self.next(awards)
        while let row = try BookLocation.told({ () throws(LedgerFault) in try entries.next() }) {
            let entry = try ExportedEntry(row)
            switch self.what {
            case .entries: try writer.write(EntryColumns.line(entry, self.format))
            case .awards:
                // Those that wait for the tables are as they were booked.
                if entry.record.seq > head.tablesSeq {
                    guard case .entry(.awarded(let booked, _)) = entry.record.content else { continue }
                    let line = EntryColumns.line(entry, state: booked.state, amountFen: booked.amountFen, self.format)
                    if let line { try writer.write(line) }
                    continue
                }
                // The awards stand in the order of the entries that made them.
                guard let (seq, state, amountFen) = award, seq == entry.record.seq else { continue }
                if let line = EntryColumns.line(entry, state: state, amountFen: amountFen, self.format) {
                    try writer.write(line)
                }
                award = try Self.next(awards)
            }
            progress.show(entry.record.seq, of: head.lastSeq)
        }
        try writer.close()
    }

    /// The next award's entry, state and sum.
    private static func next(
        _ cursor: (any BookCursor)?
    ) throws -> (seq: Int64, state: BookedAward.State, amountFen: Int64?)? {
        guard let cursor, let row = try BookLocation.told({ () throws(LedgerFault) in try cursor.next() }) else {
            return nil
        }
        let columns = Dictionary(zip(BookTable.awards.columns, row)) { first, _ in first }
        guard case .integer(let seq) = columns["seq"], case .integer(let number) = columns["state"],
            let state = BookedAward.State(rawValue: number)
        else {
            throw RunFailure.badInput(
                Language.said(
                    "台账已损坏；详见 grantctl ledger verify",
                    "the book is damaged; see grantctl ledger verify"
                )
            )
        }
        if case .integer(let amountFen) = columns["amount_fen"] { return (seq, state, amountFen) }
        return (seq, state, nil)
    }
}
