//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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
            title: context("批次 \(self.id)", "Run \(self.id)"),
            languageSwitch: .link(context.link(["awards", "run"], query: query, in: context.language.other))
        )
        return layout.page {
            HTML(.p, .class("eyebrow")) {
                HTML(.a, .href(context.link("awards"))) { AwardsPage.title(context) }
                context(" · 批次", " · run")
            }
            HTML(.div, .class("card")) {
                HTML(.h1) {
                    self.id
                    if self.isDry { HTML(.span, .class("tag")) { context("试算", "dry run") } }
                }
                if self.isDry {
                    HTML(.p, .class("muted")) {
                        context(
                            "这是试算，没有写入台账；十分钟没有人用就会清除。",
                            "What if: nothing of it is in the book, and it is gone after ten minutes without use."
                        )
                    }
                }
                HTML(.dl, .class("figures")) {
                    self.figure(context("记录", "Awards"), context.awards(sums.count()))
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
                HTML(.h2) { context("按措施", "By measure") }
                sums.html
            }
            if !self.envelopes.isEmpty {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context("试算之后的预算额度", "Budgets after it") }
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
                HTML(.h2) { context("按先后顺序", "In their order") }
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
