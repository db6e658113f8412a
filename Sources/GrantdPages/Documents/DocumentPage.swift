//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
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
                HTML(.a, .href(context.link("documents"))) { context("文件目录", "Documents") }
                " · \(self.number)"
            }
            HTML(.section, .class("card")) {
                HTML(.h1) { context(title) }
                HTML(.dl, .class("figures")) {
                    self.figure(context("发文机关", "Issued by"), context(issuer))
                    self.figure(context("成文日期", "Date"), context.day(issued))
                    self.figure(
                        context("施行", "In force"),
                        context.interval(from: interval.fromText, until: interval.untilText)
                    )
                }
                HTML(.p, .class("muted")) {
                    "\(context.gazette(gazette)) · \(context.standing(interval, on: context.today))"
                }
            }
            if let programme {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context("其中的措施", "Its measures") }
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
                    HTML(.h2) { context("年度竞价出清", "The yearly auction") }
                    HTML(.p) {
                        context(
                            "竞价出清要用到全部报价，不在网页上逐题填写；请用命令行工具 grantctl auction，或接口 RenewablesAuction/ClearAuction。",
                            "An auction is cleared over all bids at once, not by questions: use grantctl auction, or "
                                + "RenewablesAuction/ClearAuction."
                        )
                    }
                }
            }
            if let reason {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context("为什么没有可测算的措施", "Why there is nothing to work out") }
                    HTML(.p) { context(reason) }
                }
            }
            if !ended.isEmpty {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context("由本文件废止或宣布失效", "Ended by this document") }
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
