//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// The documents: those with measures first, then those without and why, then those that have ended.
struct DocumentsPage {
    let context: PageContext

    func render() -> [UInt8] {
        let context = self.context
        let register = context.shelf.policies.references.documents
        let listed = Set(register.documents.map(\.number))
        // An agency's own programme may stand in no gazette.
        let others = context.shelf.policies.programmes.filter { !listed.contains($0.documentNumber) }
        let layout = Layout(
            context: context,
            part: .documents,
            title: context(Words.Site.documents),
            languageSwitch: .link(context.link(["documents"], query: [], in: context.language.other))
        )
        return layout.page {
            HTML(.h1) { context(Words.Site.documents) }
            HTML(.p, .class("lead")) { context(Words.Documents.lead) }
            self.card(context(Words.Documents.withMeasures)) {
                for programme in others { self.row(programme) }
                for document in register.documents {
                    if case .programme(let id) = document.measures { self.row(document, programme: id, reason: nil) }
                }
            }
            self.card(context(Words.Documents.withoutMeasures)) {
                for document in register.documents {
                    if case .absent(let reason) = document.measures {
                        self.row(document, programme: nil, reason: reason)
                    }
                }
            }
            self.card(context(Words.Documents.ended)) {
                for document in register.ended {
                    HTML(.li, .class("found")) {
                        HTML(.span) { context(document.title) }
                        HTML(.span, .class("clause"), self.context.chinese) { document.number }
                        HTML(.p, .class("muted")) {
                            Words.Documents.ended(
                                context.day(document.lastDayText),
                                by: document.endedBy,
                                context.language
                            )
                        }
                    }
                }
            }
        }
    }

    private func card(_ title: String, @HTMLBuilder content: () -> HTML) -> HTML {
        let rows = content()
        guard !rows.markup.isEmpty else { return HTML() }
        return HTML(.section, .class("card")) {
            HTML(.h2) { title }
            HTML(.ul, .class("none")) { rows }
        }
    }

    private func row(_ programme: Programme) -> HTML {
        self.row(
            title: programme.title,
            number: programme.documentNumber,
            about: "\(self.context(programme.issuer)) · \(self.context.day(programme.issued))",
            measures: self.count(programme)
        )
    }

    private func row(_ document: DocumentRegister.Document, programme: String?, reason: Text?) -> HTML {
        self.row(
            title: document.title,
            number: document.number,
            about: "\(self.context(document.issuer)) · \(self.context.day(document.issued))",
            measures: reason.map { self.context($0) } ?? programme.flatMap(self.context.shelf.programme).map(self.count)
        )
    }

    private func row(title: Text, number: String, about: String, measures: String?) -> HTML {
        HTML(.li, .class("found")) {
            HTML(.a, .href(self.context.link("documents", number))) { self.context(title) }
            HTML(.span, .class("clause"), self.context.chinese) { number }
            HTML(.p, .class("muted")) { measures.map { "\(about) · \($0)" } ?? about }
        }
    }

    private func count(_ programme: Programme) -> String {
        let count = Set(programme.measures.map(\.id)).count
        return Words.Documents.measures(count, self.context.language)
    }
}
