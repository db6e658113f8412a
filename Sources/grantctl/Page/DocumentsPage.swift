//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages

/// The documents as a list. Titles and reasons are long, so they come last, the reason under the title.
struct DocumentsPage {
    let documents: [GrantdDocument]

    func write(to page: inout Page) {
        let language = page.language
        guard !self.documents.isEmpty else {
            page.line(language("没有符合查询的文件。", "There is no such document."))
            return
        }
        var rows: [[Page.Cell]] = [
            [
                .init(language("文号", "number"), .faint), .init(language("施行期间", "in force"), .faint),
                .init(language("政策", "programme"), .faint), .init(language("名称", "title"), .faint),
            ]
        ]
        for document in self.documents {
            rows.append([
                .init(document.number.printable), .init(language.interval(document), .faint),
                .init(document.hasProgramme ? document.programme.printable : "—"), .init(language(document.title)),
            ])
            let note = self.note(on: document, language)
            if !note.isEmpty { rows.append(["", "", "", .init(note, .faint)]) }
        }
        page.table(rows, indent: 0)
    }

    /// Why a document has no programme, or what ended it.
    private func note(on document: GrantdDocument, _ language: Language) -> String {
        guard document.hasEndedBy else { return language(document.reason) }
        let other = document.endedBy.printable
        return language("由\(other)废止或宣布失效", "repealed or declared void by \(other)")
    }
}
