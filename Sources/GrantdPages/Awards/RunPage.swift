//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// A run: what it came to by measure and state, and its awards in their order. A dry run's budgets as they would be after it.
struct RunPage {
    let context: PageContext
    let id: String
    let isDry: Bool
    /// In the order of booking, with the sums of all.
    let list: AwardList
    let envelopes: [EnvelopeReply]
    /// The number of the page's first award.
    let first: Int

    func render() -> [UInt8] {
        let context = self.context
        let sums = AwardSums(context: context, sums: self.list.sums)
        let query = [("id", self.id)] + (self.isDry ? [("dry", "1")] : [])
        let layout = Layout(
            context: context,
            part: .awards,
            title: Words.Awards.run(self.id, context.language),
            languageSwitch: .link(context.link(["awards", "run"], query: query, in: context.language.other))
        )
        return layout.page {
            HTML(.p, .class("eyebrow")) {
                HTML(.a, .href(context.link("awards"))) { context(Words.Awards.title) }
                " · \(context(Words.Awards.thisRun))"
            }
            HTML(.div, .class("card")) {
                HTML(.h1) {
                    self.id
                    if self.isDry { HTML(.span, .class("tag")) { context(Words.Awards.dryRun) } }
                }
                if self.isDry { HTML(.p, .class("muted")) { context(Words.Awards.dryRunNote) } }
                HTML(.dl, .class("figures")) {
                    self.figure(context(Words.Awards.awards), context.awards(sums.count()))
                    for state in AwardList.State.allCases where sums.count(state) > 0 {
                        self.figure(
                            context.words(state),
                            sums.words(state),
                            context.awards(sums.count(state))
                        )
                    }
                }
            }
            HTML(.section, .class("card")) {
                HTML(.h2) { context(Words.Awards.byMeasure) }
                sums.html
            }
            if !self.envelopes.isEmpty {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context(Words.Awards.budgetsAfter) }
                    for envelope in self.envelopes {
                        EnvelopeBar(
                            context: context,
                            envelope: envelope,
                            link: context.link(toEnvelope: envelope.id, run: self.id)
                        ).html
                    }
                }
            }
            HTML(.section, .class("card")) {
                HTML(.h2) { context(Words.Awards.inOrder) }
                AwardRows(
                    context: context,
                    awards: self.list.awards,
                    dryRun: self.isDry ? self.id : nil,
                    first: self.first,
                    showsRun: false
                ).html
                AwardPaging(
                    context: context,
                    segments: ["awards", "run"],
                    query: query,
                    isFirst: self.first == 1,
                    count: self.list.awards.count,
                    next: self.list.next,
                    nextNumber: self.first + self.list.awards.count
                ).html
            }
        }
    }

    private func figure(_ name: String, _ value: String, _ small: String? = nil) -> HTML {
        HTML(.div) {
            HTML(.dt) { small.map { "\(name) · \($0)" } ?? name }
            HTML(.dd) { value }
        }
    }
}
