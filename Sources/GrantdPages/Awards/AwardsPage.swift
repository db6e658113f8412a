//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// The book at a glance: its envelopes, what it comes to, what was booked last.
struct AwardsPage {
    let context: PageContext
    let search: AwardSearch
    /// Whether what was searched for leads anywhere; true where nothing was.
    let isFound: Bool
    let envelopes: [EnvelopeReply]
    /// The newest awards, with the sums of all.
    let list: AwardList

    func render() -> [UInt8] {
        let context = self.context
        let sums = AwardSums(context: context, sums: self.list.sums)
        return Self.layout(context, isWrong: !self.isFound).page {
            HTML(.div, .class("card hero")) {
                HTML(.h1) { context(Words.Awards.title) }
                HTML(.p, .class("lead")) { context(Words.Awards.lead) }
                HTML(.dl, .class("figures")) {
                    self.figure(context(Words.Awards.committed), context.money(sums.total(.committed)))
                    self.figure(context(Words.Awards.reserved), context.money(sums.total(.reserved)))
                }
                self.search.form(isFound: self.isFound)
            }
            HTML(.section, .class("card")) {
                HTML(.h2) { context(Words.Awards.budgets) }
                if self.envelopes.isEmpty { HTML(.p, .class("muted")) { context(Words.Awards.noBudget) } }
                for envelope in self.envelopes {
                    EnvelopeBar(context: context, envelope: envelope, link: context.link(toEnvelope: envelope.id)).html
                }
            }
            if !self.list.sums.isEmpty {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context(Words.Awards.byMeasure) }
                    sums.html
                }
            }
            HTML(.section, .class("card")) {
                HTML(.h2) { context(Words.Awards.lastBooked) }
                if self.list.awards.isEmpty { HTML(.p, .class("muted")) { context(Words.Awards.nothingBooked) } }
                AwardRows(context: context, awards: self.list.awards).html
            }
        }
    }

    private func figure(_ name: String, _ value: String) -> HTML {
        HTML(.div) {
            HTML(.dt) { name }
            HTML(.dd) { value }
        }
    }

    static func layout(_ context: PageContext, isWrong: Bool) -> Layout {
        Layout(
            context: context,
            part: .awards,
            title: context(Words.Awards.title),
            isWrong: isWrong,
            languageSwitch: .link(context.link(["awards"], query: [], in: context.language.other))
        )
    }
}

/// That the daemon keeps no book, and how it would. Dry runs can be found all the same.
struct NoBookPage {
    let context: PageContext
    let search: AwardSearch
    let isFound: Bool

    func render() -> [UInt8] {
        let context = self.context
        return AwardsPage.layout(context, isWrong: !self.isFound).page {
            HTML(.div, .class("card")) {
                HTML(.h1) { context(Words.Awards.noBook) }
                HTML(.p) { context(Words.Awards.howToKeep) }
                HTML(.pre, .class("digest"), .reachable) { "grantd serve --ledger /var/lib/grantd/book.sqlite" }
                self.search.form(isFound: self.isFound)
            }
        }
    }
}
