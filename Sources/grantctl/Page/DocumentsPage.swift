//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages

/// The documents, each with its title, its dates, the programme that holds its measures, or why there is none.
struct DocumentsPage {
    let documents: [GrantdDocument]

    func write(to page: inout Page) {
        let language = page.language
        guard !self.documents.isEmpty else {
            page.line(language("没有符合查询的文件。", "There is no such document."))
            return
        }
        for (index, document) in self.documents.enumerated() {
            if index > 0 { page.line() }
            page.line(document.number.printable, .strong)
            page.line("  " + language(document.title))
            let programme = document.programme.printable
            let parts = [
                language.interval(document),
                document.hasProgramme ? language("措施见 \(programme)", "measures: \(programme)") : "",
            ]
            .filter { !$0.isEmpty }
            if !parts.isEmpty { page.line("  " + parts.joined(separator: " · "), .faint) }
            let note = self.note(on: document, language)
            if !note.isEmpty { page.line("  " + note, .faint) }
        }
    }

    /// Why a document has no programme, or what ended it.
    private func note(on document: GrantdDocument, _ language: Language) -> String {
        guard document.hasEndedBy else { return language(document.reason) }
        let other = document.endedBy.printable
        return language("由\(other)废止或宣布失效", "repealed or declared void by \(other)")
    }
}
