//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// A measure: for whom, for what, how much, on which conditions, under which clause, from when until when.
struct MeasurePage {
    let context: PageContext
    let entry: Shelf.Entry
    let version: Shelf.Version

    func render() -> [UInt8] {
        let context = self.context
        let measure = self.version.measure
        let layout = Layout(
            context: context,
            part: .find,
            title: context(measure.title),
            languageSwitch: .link(context.link(["measures", measure.id], query: [], in: context.language.other))
        )
        return layout.page {
            HTML(.p, .class("eyebrow")) {
                HTML(.a, .href(context.link("documents", self.entry.programme.documentNumber))) {
                    context(self.entry.programme.title)
                }
                " · \(measure.clause)"
            }
            self.head
            self.conditions
            self.bars
            self.award
            self.results
            self.questions
            self.dates
        }
    }

    // MARK: - Parts

    private var head: HTML {
        let context = self.context
        let measure = self.version.measure
        return HTML(.div, .class("card")) {
            HTML(.h1) { context(measure.title) }
            if let summary = self.version.summary {
                HTML(.p, .class("lead")) { context(summary) + context(Words.stop) }
            }
            HTML(.dl, .class("figures")) {
                self.figure(
                    context(Words.Measure.support),
                    context.language.capitalized(context.language.basis(measure.basis.words)),
                    isWords: true
                )
                for cap in measure.caps {
                    self.figure(context(cap.label), context.atMost(cap.limit), isWords: false)
                }
                if measure.caps.isEmpty, let largest = measure.largestAmount {
                    self.figure(context(Words.Measure.sum), context.atMost(largest), isWords: false)
                }
                if let kinds = self.kinds { self.figure(context(Words.Measure.applicants), kinds, isWords: true) }
            }
            HTML(.div, .class("actions")) {
                HTML(.a, .class("go"), .href(context.link(toQuestionsOf: measure.id))) {
                    measure.basis.hasFigure
                        ? context(Words.Measure.askSum) : context(Words.Measure.askWhether)
                }
                HTML(.span, .class("muted")) { Words.Measure.mostQuestions(self.questionCount, context.language) }
            }
        }
    }

    private var conditions: HTML {
        let rules = self.version.measure.rules.filter { !$0.isBar }
        guard !rules.isEmpty else { return HTML() }
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context(Words.Measure.requirements) }
            self.list(rules)
        }
    }

    private var bars: HTML {
        let rules = self.version.measure.rules.filter(\.isBar)
        guard !rules.isEmpty else { return HTML() }
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context(Words.Measure.bars) }
            self.list(rules)
        }
    }

    private func list(_ rules: [Rule]) -> HTML {
        HTML(.ol, .class("rows")) {
            for (index, rule) in rules.enumerated() {
                HTML(.li) {
                    HTML(.span, .class("mark")) { "\(index + 1)" }
                    HTML(.span) {
                        self.context(rule.label)
                        let stage = self.context.language.stage(rule.stage.words)
                        if !stage.isEmpty { HTML(.span, .class("tag")) { stage } }
                    }
                    HTML(.span, .class("clause"), self.context.chinese) { rule.clause }
                }
            }
        }
    }

    private var award: HTML {
        let measure = self.version.measure
        guard let words = AwardWords(measure) else { return HTML() }
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context(Words.Measure.award) }
            HTML(.ol, .class("rows")) {
                for (index, (step, stepWords)) in zip(measure.award ?? [], words.steps).enumerated() {
                    HTML(.li) {
                        HTML(.span, .class("mark")) { "\(index + 1)" }
                        HTML(.div) { self.step(step, stepWords) }
                        HTML(.span, .class("clause"), self.context.chinese) { self.clause(of: step) }
                    }
                }
            }
            if measure.hangsOnPriorAwards { HTML(.p, .class("muted")) { self.context(Words.Measure.earlierAwards) } }
        }
    }

    private func step(_ step: AwardStep, _ words: AwardWords.Step) -> HTML {
        let measure = self.version.measure
        switch step {
        case .base: return HTML(Words.Measure.base(self.context(words.label), self.context.language))
        case .table(let table):
            let key = AwardWords.fact(table.expression, measure)
            return HTML(.div, .class("scroll")) {
                HTML(.table) {
                    HTML(.caption) {
                        key.map { Words.Measure.table(by: self.context($0.label), self.context.language) }
                            ?? self.context(words.label)
                    }
                    HTML(.tbody) {
                        for row in table.rows {
                            HTML(.tr) {
                                HTML(.th, .scope("row")) { self.context(AwardWords.label(of: row, table, measure)) }
                                HTML(.td, .class("number")) { self.context.money(row.fen) }
                            }
                        }
                    }
                }
            }
        default: return HTML(self.context(words.label))
        }
    }

    private func clause(of step: AwardStep) -> String {
        let measure = self.version.measure
        if case .cap(let index) = step, measure.caps.indices.contains(index) { return measure.caps[index].clause }
        return measure.clause
    }

    private var results: HTML {
        let measure = self.version.measure
        guard !measure.lines.isEmpty || measure.usedUp != nil else { return HTML() }
        return HTML(.section, .class("card")) {
            HTML(.h2) { self.context(Words.Measure.furtherResults) }
            HTML(.ul) {
                for line in measure.lines { HTML(.li) { self.context(line.label) } }
                if let usedUp = measure.usedUp { HTML(.li) { self.context(usedUp.label) } }
            }
        }
    }

    private var questions: HTML {
        let facts = self.version.measure.facts.filter { !$0.path.contains("[]") }
        guard !facts.isEmpty else { return HTML() }
        return HTML(.section, .class("card fold noprint")) {
            HTML(.details) {
                HTML(.summary) { self.context(Words.Measure.questions) }
                HTML(.ul) {
                    for fact in facts {
                        HTML(.li) {
                            self.context(fact.question)
                            if let hint = fact.hint {
                                HTML(.span, .class("muted")) { self.context.language.inBrackets(self.context(hint)) }
                            }
                        }
                    }
                }
            }
        }
    }

    private var dates: HTML {
        let context = self.context
        let programme = self.entry.programme
        return HTML(.section, .class("card")) {
            HTML(.h2) { context(Words.Measure.dates) }
            HTML(.ul, .class("none")) {
                for version in self.entry.versions {
                    let interval = version.measure.inForce
                    HTML(.li) {
                        context.interval(from: interval.fromText, until: interval.untilText)
                        " · "
                        HTML(.b) { context.standing(interval, on: context.today) }
                    }
                }
            }
            HTML(.p) {
                HTML(.a, .href(context.link("documents", programme.documentNumber))) { context.quoted(programme.title) }
                Words.Measure.source(
                    programme.documentNumber,
                    context(programme.issuer),
                    context.day(programme.issued),
                    context.language
                )
                context.gazette(programme.gazette)
                context(Words.stop)
            }
        }
    }

    // MARK: - Figures

    private func figure(_ name: String, _ value: String, isWords: Bool) -> HTML {
        HTML(.div) {
            HTML(.dt) { name }
            HTML(.dd, isWords ? .class("words") : nil) { value }
        }
    }

    private var questionCount: Int {
        self.version.measure.facts.count { !$0.path.contains("[]") } + (self.version.measure.hangsOnPriorAwards ? 1 : 0)
    }

    /// The kinds of applicant that the measure does not rule out; nil where it does not ask, or takes all.
    private var kinds: String? {
        let measure = self.version.measure
        let fact = measure.facts.first { $0.wirePath == "applicant.kind" }
        guard case .enumeration(let values)? = fact?.kind else { return nil }
        let day = self.context.today < measure.inForce.fromText ? measure.inForce.fromText : self.context.today
        let open = values.filter { value in
            let json =
                #"{"application":{"as_of":""# + min(day, measure.inForce.untilText ?? day)
                + #"","applicant":{"kind":""# + value.name + #""},""# + measure.factsField + #"":{}}}"#
            guard case .success(let assessment) = self.context.evaluate(json, isTrial: true) else { return false }
            return assessment.outcome != .ineligible
        }
        guard !open.isEmpty, open.count < values.count else { return nil }
        return open.map { self.context($0.label) }.joined(separator: self.context(Words.comma))
    }
}
