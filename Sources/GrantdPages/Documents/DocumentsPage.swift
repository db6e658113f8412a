//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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
            title: context("文件目录", "Documents"),
            languageSwitch: .link(context.link(["documents"], query: [], in: context.language.other))
        )
        return layout.page {
            HTML(.h1) { context("文件目录", "Documents") }
            HTML(.p, .class("lead")) {
                context(
                    "公报刊载的每一份文件，都在这里：有支持措施的，可以直接测算；没有的，说明原因；已经废止的，列明由哪份文件废止。",
                    "Every document of the gazette: what it offers, or why there is nothing to work out, and what became of it."
                )
            }
            self.card(context("可以测算的文件", "Documents with measures")) {
                for programme in others { self.row(programme) }
                for document in register.documents {
                    if case .programme(let id) = document.measures { self.row(document, programme: id, reason: nil) }
                }
            }
            self.card(context("没有可测算措施的文件", "Documents with nothing to work out")) {
                for document in register.documents {
                    if case .absent(let reason) = document.measures {
                        self.row(document, programme: nil, reason: reason)
                    }
                }
            }
            self.card(context("已废止或失效的文件", "Documents that have ended")) {
                for document in register.ended {
                    HTML(.li, .class("found")) {
                        HTML(.span) { context(document.title) }
                        HTML(.span, .class("clause"), self.context.chinese) { document.number }
                        HTML(.p, .class("muted")) {
                            context(
                                "至\(context.day(document.lastDayText))止，由\(document.endedBy)废止或宣布失效。",
                                "In force until \(context.day(document.lastDayText)); ended by \(document.endedBy)."
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
        return self.context("\(count) 项措施", count == 1 ? "1 measure" : "\(count) measures")
    }
}
