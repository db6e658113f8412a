//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdLedger

/// What a check of a book found, for people and for programs.
struct VerificationReport {
    let book: String
    let result: BookVerification

    // MARK: - A page

    func write(to page: inout Page) {
        let language = page.language
        let head = self.result.head
        for finding in self.result.findings {
            page.line("✗ " + self.text(finding, language).printable, .bad, hanging: 2)
        }
        if self.result.findings.count == BookVerification.mostFindings {
            page.line(
                language(
                    "只列出前 \(BookVerification.mostFindings) 处",
                    "Only the first \(BookVerification.mostFindings) are shown"
                ),
                .faint
            )
        }
        if !self.result.findings.isEmpty { page.line() }
        page.table(
            [
                [.init(language("台账", "book")), .init(self.book.printable)],
                [.init(language("编号", "id")), .init(head.bookID.printable)],
                [.init(language("条目", "entries")), .init(Money.grouped(self.result.entries))],
                [.init(language("核定", "awards")), .init(Money.grouped(self.result.awards))],
                [.init(language("末条", "last entry")), .init("\(head.lastSeq):\(Hexadecimal.text(head.lastHash))")],
                [.init(language("时间", "recorded")), .init(head.lastSeq == 0 ? "–" : Moment.text(head.lastAt))],
            ],
            indent: 0
        )
        page.line()
        if self.result.isSound {
            page.line(
                language(
                    "台账无误：哈希链完整，各项合计与条目相符。",
                    "The book is sound: the chain holds, and every sum follows from the entries."
                ),
                .good
            )
        } else if self.result.hasComparedTables {
            page.line(language("台账有误。", "The book is not sound."), .bad)
        } else {
            page.line(
                language(
                    "台账有误；条目已损坏，未能重算合计。",
                    "The book is not sound; entries are damaged, so that sums could not be made anew."
                ),
                .bad
            )
        }
    }

    private func text(_ finding: BookFinding, _ language: Language) -> String {
        switch finding {
        case .storage(let what): language("存储：\(what)", "storage: \(what)")
        case .entry(let seq, let what):
            language("条目 \(seq)：\(self.text(what, .zh))", "entry \(seq): \(self.text(what, .en))")
        case .end: language("台账所记的末条与条目不符", "the last entry is not the one that the book says to be its last")
        case .surplus(let table, let key):
            language(
                "\(table.rawValue) 多出 \(self.text(key))",
                "\(table.rawValue) has a row that follows from no entry: \(self.text(key))"
            )
        case .missing(let table, let key):
            language("\(table.rawValue) 缺少 \(self.text(key))", "\(table.rawValue) lacks a row: \(self.text(key))")
        case .different(let table, let key, let column, let stands, let follows):
            language(
                "\(table.rawValue) \(self.text(key)) 的 \(column) 为 \(stands.text)，应为 \(follows.text)",
                "\(table.rawValue) \(self.text(key)): \(column) is \(stands.text) and should be \(follows.text)"
            )
        }
    }

    private func text(_ key: [BookValue]) -> String { key.map(\.text).joined(separator: " / ") }

    private func text(_ what: BookFinding.OfEntry, _ language: Language) -> String {
        switch what {
        case .missing: language("缺失", "is missing")
        case .damaged(let why): language("已损坏（\(why)）", why)
        case .hash: language("哈希与前一条及其内容不符", "its hash does not follow from the entry before and from what it says")
        case .time: language("记录时间早于前一条", "was recorded before the entry that stands before it")
        case .reply: language("所存答复与条目所记不符", "the reply beside it is not the one that it names")
        case .replyKept: language("答复已不存，或不应留存", "its reply is gone, or should be")
        case .impossible(let why):
            language("与前面的条目矛盾（\(why)）", "cannot follow on what stands before it: the book \(why)")
        case .notExpected: language("不是所给的条目", "is not the one that was given")
        }
    }

    // MARK: - JSON

    var json: [UInt8] {
        let head = self.result.head
        let findings = self.result.findings.map { finding in
            let texts =
                #""zh":\#(AnswerJSON.quoted(self.text(finding, .zh))),"en":\#(AnswerJSON.quoted(self.text(finding, .en)))"#
            return #"{"place":\#(AnswerJSON.quoted(Self.place(of: finding))),"text":{\#(texts)}}"#
        }
        let members = [
            #""sound":\#(self.result.isSound)"#, #""book_id":\#(AnswerJSON.quoted(head.bookID))"#,
            #""entries":"\#(self.result.entries)""#, #""awards":"\#(self.result.awards)""#,
            #""last_seq":"\#(head.lastSeq)""#, #""last_hash":"\#(Hexadecimal.text(head.lastHash))""#,
            #""last_recorded_at":"\#(Moment.text(head.lastAt))""#,
            #""sums_compared":\#(self.result.hasComparedTables)"#,
            #""findings":[\#(findings.joined(separator: ","))]"#,
        ]
        return Array("{\(members.joined(separator: ","))}\n".utf8)
    }

    /// `storage`, `entries[17]`, `awards[3]`, `book`.
    private static func place(of finding: BookFinding) -> String {
        switch finding {
        case .storage: "storage"
        case .entry(let seq, _): "entries[\(seq)]"
        case .end: "book"
        case .surplus(let table, let key), .missing(let table, let key), .different(let table, let key, _, _, _):
            "\(table.rawValue)[\(key.map(\.text).joined(separator: ","))]"
        }
    }
}
