//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// One award: what it is now, for whom, under which budgets, and what became of it since it was booked.
struct AwardPage {
    let context: PageContext
    let award: AwardList.Award
    /// All of the book, for their titles.
    let envelopes: [EnvelopeReply]
    let dryRun: String?

    func render() -> [UInt8] {
        let context = self.context
        let award = self.award
        let layout = Layout(
            context: context,
            part: .awards,
            title: Words.Awards.award(award.id, context.language),
            languageSwitch: .link(context.link(["awards", "award"], query: self.query, in: context.language.other))
        )
        return layout.page {
            HTML(.p, .class("eyebrow")) {
                HTML(.a, .href(context.link("awards"))) { context(Words.Awards.title) }
                " · \(Words.Awards.thisAward(award.id, context.language))"
            }
            HTML(.div, .class("card verdict \(self.tone)")) {
                HTML(.p, .class("band")) {
                    context.words(award.state)
                    if self.dryRun != nil { HTML(.span, .class("tag")) { context(Words.Awards.dryRun) } }
                }
                HTML(.h1) { self.measureTitle }
                HTML(.p, .class("sum")) { context.sum(award.amount) }
                if award.state == .reserved, let end = award.expiresAt {
                    HTML(.p, .class("muted")) { Words.Awards.isHeld(until: context.moment(end), context.language) }
                }
            }
            HTML(.section, .class("card")) {
                HTML(.h2) { context(Words.Awards.history) }
                HTML(.ol, .class("rows")) {
                    for (index, entry) in award.entries.enumerated() { self.row(entry, index) }
                }
            }
            HTML(.section, .class("card")) {
                HTML(.h2) { context(Words.Awards.about) }
                HTML(.dl, .class("answers")) { for (name, value) in self.facts { self.fact(name, value) } }
            }
        }
    }

    private var query: [(name: String, value: String)] {
        [("id", self.award.id)] + (self.dryRun.map { [("run", $0)] } ?? [])
    }

    private var tone: String {
        switch self.award.state {
        case .committed: "good"
        case .reserved: "wait"
        case .cancelled, .expired: "ended"
        }
    }

    private var measureTitle: String {
        self.context.title(ofMeasure: self.award.measure, on: self.award.awardedOn)
    }

    // MARK: - Entries

    private func row(_ entry: AwardList.Entry, _ index: Int) -> HTML {
        HTML(.li) {
            HTML(.span, .class("mark")) { "\(index + 1)" }
            HTML(.span) {
                HTML(.b) { self.words(entry, index) }
                if let reason = entry.reason {
                    HTML(.br)
                    Words.Awards.reason(reason, self.context.language)
                }
            }
            HTML(.span, .class("clause")) {
                self.context.moment(entry.bookedAt)
                if let caller = entry.caller { " · \(caller)" }
            }
        }
    }

    private func words(_ entry: AwardList.Entry, _ index: Int) -> String {
        let before = index > 0 ? self.award.entries[index - 1].amount : nil
        return AwardChange(entry.kind, amount: entry.amount, amountBefore: before)
            .words(self.context.language) { self.context.sum($0) }
    }

    // MARK: - Facts

    private func fact(_ name: String, _ value: HTML) -> HTML {
        HTML(.div) {
            HTML(.dt) { name }
            HTML(.dd) { value }
        }
    }

    private var facts: [(name: String, value: HTML)] {
        let context = self.context
        let award = self.award
        var facts: [(String, HTML)] = [
            (
                context(Words.Awards.applicant),
                self.dryRun == nil
                    ? HTML(.a, .href(context.link(toApplicant: award.creditCode))) { award.creditCode }
                    : HTML(award.creditCode)
            ),
            (
                context(Words.Awards.measure),
                context.shelf.entry(award.measure) == nil
                    ? HTML(award.measure)
                    : HTML(.a, .href(context.link(toMeasure: award.measure))) { self.measureTitle }
            ),
        ]
        if let subject = award.subjectID { facts.append((context(Words.Awards.subject), HTML(subject))) }
        if let id = award.applicationID { facts.append((context(Words.Awards.application), HTML(id))) }
        facts.append((context(Words.Awards.asOf), HTML(context.day(award.awardedOn))))
        if let run = award.runID {
            let link = context.link(toRun: run, isDry: self.dryRun != nil)
            facts.append((context(Words.Awards.run), HTML(.a, .href(link)) { run }))
        }
        if !award.envelopes.isEmpty {
            let name =
                award.state.isLive
                ? context(Words.Awards.drawsOn) : context(Words.Awards.drewOn)
            facts.append((name, self.drawnOn))
        }
        if let caller = award.caller { facts.append((context(Words.Awards.caller), HTML(caller))) }
        facts.append(
            (
                context(Words.Awards.digest),
                HTML(.span, .class("digest")) { award.policyDigest }
            )
        )
        return facts
    }

    private var drawnOn: HTML {
        HTML.joined(
            self.award.envelopes.map { id in
                HTML(.a, .href(self.context.link(toEnvelope: id, run: self.dryRun))) {
                    self.envelopes.first { $0.id == id }.map { self.context.title($0) } ?? id
                }
            },
            separator: self.context(Words.comma)
        )
    }
}

extension AwardList.Entry {
    fileprivate var kind: AwardChange.Kind {
        switch (self.action, self.state) {
        case (.commit, _): .commit
        case (.cancel, _): .cancel
        case (.correct, _): .correct
        case (nil, .expired): .expire
        case (nil, .reserved): .reserve
        case (nil, _): .commit
        }
    }
}
