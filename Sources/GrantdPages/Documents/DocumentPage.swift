//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdInterview
internal import GrantdPolicy

/// One document: who issued it, where it is printed, what it offers.
struct DocumentPage {
    let context: PageContext
    /// As the gazette has it.
    let number: String

    /// nil where there is no such document.
    func render() -> [UInt8]? {
        let register = self.context.shelf.policies.references.documents
        if let document = register.documents.first(where: { $0.number == self.number }) {
            var programme: Programme?
            var reason: Text?
            switch document.measures {
            case .programme(let id): programme = self.context.shelf.programme(id)
            case .absent(let why): reason = why
            }
            return self.page(
                title: document.title,
                issuer: document.issuer,
                issued: document.issued,
                gazette: document.gazette,
                interval: document.inForce,
                programme: programme,
                reason: reason
            )
        }
        guard let programme = self.context.shelf.policies.programmes.first(where: { $0.documentNumber == self.number })
        else { return nil }
        return self.page(
            title: programme.title,
            issuer: programme.issuer,
            issued: programme.issued,
            gazette: programme.gazette,
            interval: programme.inForce,
            programme: programme,
            reason: nil
        )
    }

    private func page(
        title: Text,
        issuer: Text,
        issued: String,
        gazette: String,
        interval: DateInterval,
        programme: Programme?,
        reason: Text?
    ) -> [UInt8] {
        let context = self.context
        let ended = context.shelf.policies.references.documents.ended.filter { $0.endedBy == self.number }
        let layout = Layout(
            context: context,
            part: .documents,
            title: context(title),
            languageSwitch: .link(context.link(["documents", self.number], query: [], in: context.language.other))
        )
        return layout.page {
            HTML(.p, .class("eyebrow")) {
                HTML(.a, .href(context.link("documents"))) { context(Words.Site.documents) }
                " · \(self.number)"
            }
            HTML(.section, .class("card")) {
                HTML(.h1) { context(title) }
                HTML(.dl, .class("figures")) {
                    self.figure(context(Words.Documents.issuer), context(issuer))
                    self.figure(context(Words.Documents.issued), context.day(issued))
                    self.figure(
                        context(Words.Documents.inForce),
                        context.interval(from: interval.fromText, until: interval.untilText)
                    )
                }
                HTML(.p, .class("muted")) {
                    "\(context.gazette(gazette)) · \(context.standing(interval, on: context.today))"
                }
            }
            if let programme {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context(Words.Documents.measures) }
                    HTML(.ul, .class("none")) {
                        for entry in context.shelf.entries where entry.programme.id == programme.id {
                            if let version = entry.shown(on: context.today) {
                                MeasureRow(context: context, version: version).html
                            }
                        }
                    }
                }
            }
            if programme?.measures.contains(where: { $0.id == AuctionAnswer.measure }) ?? false {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context(Words.Documents.auction) }
                    HTML(.p) { context(Words.Documents.auctionNote) }
                }
            }
            if let reason {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context(Words.Documents.whyNone) }
                    HTML(.p) { context(reason) }
                }
            }
            if !ended.isEmpty {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context(Words.Documents.endedByThis) }
                    HTML(.ul) {
                        for document in ended { HTML(.li) { "\(context(document.title)) \(document.number)" } }
                    }
                }
            }
        }
    }

    private func figure(_ name: String, _ value: String) -> HTML {
        HTML(.div) {
            HTML(.dt) { name }
            HTML(.dd, .class("words")) { value }
        }
    }
}
