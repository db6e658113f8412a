//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// An envelope: its figures, what it covers, its awards by measure, the largest, all of them page by page.
struct EnvelopePage {
    let context: PageContext
    let envelope: EnvelopeReply
    /// The newest first; with sums where they are told.
    let list: AwardList
    let largest: [AwardList.Award]
    let dryRun: String?
    /// The first page of its awards.
    let isFirst: Bool

    func render() -> [UInt8] {
        let context = self.context
        let bar = EnvelopeBar(context: context, envelope: self.envelope, link: nil)
        let layout = Layout(
            context: context,
            part: .awards,
            title: context.title(self.envelope),
            languageSwitch: .link(context.link(["awards", "envelope"], query: self.query, in: context.language.other))
        )
        return layout.page {
            HTML(.p, .class("eyebrow")) {
                HTML(.a, .href(context.link("awards"))) { context(Words.Awards.title) }
                " · \(context(Words.Awards.thisBudget))"
                if let dryRun { Words.Awards.inDryRun(dryRun, context.language) }
            }
            HTML(.div, .class("card")) {
                HTML(.h1) { context.title(self.envelope) }
                bar.html
                HTML(.dl, .class("figures")) {
                    self.figure(context(Words.Awards.left), context.money(self.envelope.remaining), isWords: false)
                    self.figure(context(Words.Awards.applicationDays), bar.days, isWords: true)
                    self.figure(context(Words.Awards.id), self.envelope.id, isWords: true)
                }
                HTML(.h2, .class("part")) { context(Words.Awards.covers) }
                self.covered
            }
            if self.isFirst, !self.list.sums.isEmpty {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context(Words.Awards.byMeasure) }
                    AwardSums(context: context, sums: self.list.sums).html
                }
            }
            if !self.largest.isEmpty {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context(Words.Awards.largest) }
                    AwardRows(context: context, awards: self.largest, dryRun: self.dryRun).html
                }
            }
            HTML(.section, .class("card")) {
                HTML(.h2) { context(Words.Awards.all) }
                AwardRows(context: context, awards: self.list.awards, dryRun: self.dryRun).html
                AwardPaging(
                    context: context,
                    segments: ["awards", "envelope"],
                    query: self.query,
                    isFirst: self.isFirst,
                    count: self.list.awards.count,
                    next: self.list.next
                ).html
            }
        }
    }

    private var query: [(name: String, value: String)] {
        [("id", self.envelope.id)] + (self.dryRun.map { [("run", $0)] } ?? [])
    }

    private var covered: HTML {
        let context = self.context
        if self.envelope.measures.isEmpty, self.envelope.programmes.isEmpty {
            return HTML(.p) { context(Words.Awards.everyMeasure) }
        }
        return HTML(.ul) {
            for id in self.envelope.programmes {
                HTML(.li) {
                    if let programme = context.shelf.programme(id) {
                        HTML(.a, .href(context.link("documents", programme.documentNumber))) {
                            context.quoted(programme.title)
                        }
                        context(Words.Awards.everyMeasureOf)
                    } else {
                        id
                    }
                }
            }
            for id in self.envelope.measures {
                HTML(.li) {
                    if context.shelf.entry(id) == nil {
                        id
                    } else {
                        HTML(.a, .href(context.link(toMeasure: id))) { context.title(ofMeasure: id, on: context.today) }
                    }
                }
            }
        }
    }

    private func figure(_ name: String, _ value: String, isWords: Bool) -> HTML {
        HTML(.div) {
            HTML(.dt) { name }
            HTML(.dd, isWords ? .class("words") : nil) { value }
        }
    }
}

/// What stands below a list of awards: how to go on, or that there is nothing.
struct AwardPaging {
    let context: PageContext
    let segments: [String]
    let query: [(name: String, value: String)]
    let isFirst: Bool
    /// How many awards the page has.
    let count: Int
    /// Where the next page begins; nil: there is none.
    let next: String?
    /// The number of the next page's first award; nil: they are not numbered.
    var nextNumber: Int?

    var html: HTML {
        let context = self.context
        var html = HTML()
        if self.count == 0, self.next == nil {
            html.append(
                HTML(.p, .class("muted")) {
                    self.isFirst ? context(Words.Awards.nothingYet) : context(Words.Awards.nothingMore)
                }
            )
        }
        guard !self.isFirst || self.next != nil else { return html }
        html.append(
            HTML(.p, .class("actions noprint")) {
                if !self.isFirst { HTML(.a, .class("soft"), .href(self.link([]))) { context(Words.Awards.firstPage) } }
                if let next {
                    HTML(.a, .class("soft"), .href(self.link([("after", next)] + self.numbers))) {
                        context(Words.Awards.nextPage)
                    }
                }
            }
        )
        return html
    }

    private var numbers: [(name: String, value: String)] { self.nextNumber.map { [("from", String($0))] } ?? [] }

    private func link(_ more: [(name: String, value: String)]) -> Link {
        let language = self.context.keepsLanguage ? [("lang", self.context.language.rawValue)] : []
        return Link(self.segments, query: self.query + more + language)
    }
}
