//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdLedger

/// What a copy of a book holds.
struct CopyReport {
    let path: String
    let head: BookHead
    /// Where the book that gave way to it is.
    let kept: String?

    /// - Parameter line: Writes the first line of the page.
    func show(_ output: OutputOptions, _ line: (inout Page) -> Void) throws {
        try output.show(
            json: {
                var members = [
                    #""path":\#(AnswerJSON.quoted(self.path))"#, #""book_id":\#(AnswerJSON.quoted(self.head.bookID))"#,
                    #""last_seq":"\#(self.head.lastSeq)""#, #""last_hash":"\#(Hexadecimal.text(self.head.lastHash))""#,
                ]
                if let kept = self.kept { members.append(#""kept":\#(AnswerJSON.quoted(kept))"#) }
                return Array("{\(members.joined(separator: ","))}\n".utf8)
            },
            page: { page in
                line(&page)
                let last = "\(self.head.lastSeq):\(Hexadecimal.text(self.head.lastHash))"
                page.line(page.language("末条 \(last)", "Last entry \(last)"))
                if let kept = self.kept {
                    page.line(page.language("原台账保留为 \(kept.printable)", "The book before is kept as \(kept.printable)"))
                }
            }
        )
    }
}
