//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// What an applicant was awarded, the newest first.
struct ApplicantPage {
    let context: PageContext
    let code: String
    let list: AwardList
    let isFirst: Bool

    func render() -> [UInt8] {
        let context = self.context
        let layout = Layout(
            context: context,
            part: .awards,
            title: self.code,
            languageSwitch: .link(
                context.link(["awards", "applicant"], query: [("code", self.code)], in: context.language.other)
            )
        )
        return layout.page {
            HTML(.p, .class("eyebrow")) {
                HTML(.a, .href(context.link("awards"))) { context(Words.Awards.title) }
                " · \(context(Words.Awards.thisApplicant))"
            }
            HTML(.div, .class("card")) {
                HTML(.h1) { self.code }
                HTML(.p, .class("muted")) { context(Words.Awards.creditCode) }
                if self.isFirst, self.list.next == nil, !self.list.awards.isEmpty { self.figures }
            }
            HTML(.section, .class("card")) {
                HTML(.h2) { context(Words.Awards.ofApplicant) }
                AwardRows(context: context, awards: self.list.awards, showsApplicant: false).html
                AwardPaging(
                    context: context,
                    segments: ["awards", "applicant"],
                    query: [("code", self.code)],
                    isFirst: self.isFirst,
                    count: self.list.awards.count,
                    next: self.list.next
                ).html
            }
        }
    }

    /// What all of its awards come to, where the page has all of them.
    private var figures: HTML {
        let context = self.context
        return HTML(.dl, .class("figures")) {
            for state in [AwardList.State.committed, .reserved] {
                let awards = self.list.awards.filter { $0.state == state }
                HTML(.div) {
                    HTML(.dt) { "\(context.words(state)) · \(context.awards(Int64(awards.count)))" }
                    HTML(.dd) { context.sum(Self.total(awards)) }
                }
            }
        }
    }

    /// In fen; nil where there are awards and none has a sum.
    private static func total(_ awards: [AwardList.Award]) -> Int64? {
        let amounts = awards.compactMap(\.amount)
        guard awards.isEmpty || !amounts.isEmpty else { return nil }
        return amounts.reduce(0) { sum, amount in
            let (total, overflows) = sum.addingReportingOverflow(amount)
            return overflows ? .max : total
        }
    }
}
