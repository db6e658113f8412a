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
            title: context("记录 \(award.id)", "Award \(award.id)"),
            languageSwitch: .link(context.link(["awards", "award"], query: self.query, in: context.language.other))
        )
        return layout.page {
            HTML(.p, .class("eyebrow")) {
                HTML(.a, .href(context.link("awards"))) { AwardsPage.title(context) }
                context(" · 记录 \(award.id)", " · award \(award.id)")
            }
            HTML(.div, .class("card verdict \(self.tone)")) {
                HTML(.p, .class("band")) {
                    context.words(award.state)
                    if self.dryRun != nil { HTML(.span, .class("tag")) { context("试算", "dry run") } }
                }
                HTML(.h1) { self.measureTitle }
                HTML(.p, .class("sum")) { context.sum(award.amount) }
                if award.state == .reserved, let end = award.expiresAt {
                    HTML(.p, .class("muted")) {
                        context(
                            "预留至 \(context.moment(end))（北京时间），到时未核定即退回。",
                            "Held until \(context.moment(end)) (Beijing), then given back unless it is committed."
                        )
                    }
                }
            }
            HTML(.section, .class("card")) {
                HTML(.h2) { context("经过", "What became of it") }
                HTML(.ol, .class("rows")) {
                    for (index, entry) in award.entries.enumerated() { self.row(entry, index) }
                }
            }
            HTML(.section, .class("card")) {
                HTML(.h2) { context("依据", "What it is about") }
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
                    self.context("理由：\(reason)", "Reason: \(reason)")
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
                context("申请人", "Applicant"),
                self.dryRun == nil
                    ? HTML(.a, .href(context.link(toApplicant: award.creditCode))) { award.creditCode }
                    : HTML(award.creditCode)
            ),
            (
                context("措施", "Measure"),
                context.shelf.entry(award.measure) == nil
                    ? HTML(award.measure)
                    : HTML(.a, .href(context.link(toMeasure: award.measure))) { self.measureTitle }
            ),
        ]
        if let subject = award.subjectID { facts.append((context("对象", "For"), HTML(subject))) }
        if let id = award.applicationID { facts.append((context("申请编号", "Application"), HTML(id))) }
        facts.append((context("申请日", "As of"), HTML(context.day(award.awardedOn))))
        if let run = award.runID {
            let link = context.link(toRun: run, isDry: self.dryRun != nil)
            facts.append((context("批次", "Run"), HTML(.a, .href(link)) { run }))
        }
        if !award.envelopes.isEmpty {
            let name =
                award.state.isLive
                ? context("动用的额度", "Budgets that it draws on") : context("曾动用的额度", "Budgets that it drew on")
            facts.append((name, self.drawnOn))
        }
        if let caller = award.caller { facts.append((context("经办", "Awarded by"), HTML(caller))) }
        facts.append(
            (
                context("政策文件摘要", "Policy's digest"),
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
            separator: self.context("、", ", ")
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
