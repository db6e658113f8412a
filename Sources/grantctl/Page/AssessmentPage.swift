//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages

/// One assessment as a page.
struct AssessmentPage {
    let assessment: GrantdAssessment
    /// The measure's titles and labels, where they could be had.
    let description: GrantdMeasureDescription?
    /// Whether the reasoning is shown step by step.
    let showsExplanation: Bool
    /// What envelopes are called, by id, where that could be had.
    var envelopes: [String: GrantdText] = [:]
    /// Whether the names stand there too by which a request has what is missing.
    var showsNames = true

    func write(to page: inout Page) {
        self.writeTop(to: &page)
        self.writeRules(to: &page)
        self.writeMissing(to: &page)
        self.writeCaps(to: &page)
        self.writeLines(to: &page)
        if self.showsExplanation { self.writeExplanation(to: &page) }
        self.writePolicy(to: &page)
    }

    private func writeTop(to page: inout Page) {
        let language = page.language
        let width = language(Words.Assessment.application).columns
        let title = self.description.map { language($0.title) } ?? ""
        let measure = self.assessment.measure.printable
        page.line(title.isEmpty ? measure : title, .strong)
        let parts = [
            title.isEmpty ? nil : measure,
            self.description.map(\.clause.printable),
            Words.Assessment.asOf(self.assessment.asOf.printable, language),
        ]
        page.line(parts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " · "), .faint)
        page.line()
        if self.assessment.hasApplicationID {
            page.entry(language(Words.Assessment.application), self.assessment.applicationID.printable, width: width)
        }
        let (outcome, tone) = language.outcome(self.assessment.outcome)
        page.entry(language(Words.Assessment.outcome), outcome, tone, width: width)
        if let (word, amount) = self.amount(language) { page.entry(word, amount, .strong, width: width) }
        let basis = language.basis(self.assessment.basis)
        page.entry(language(Words.Assessment.basis), basis, width: width)
        if self.assessment.hasBindingCap {
            let cap = self.label(ofCap: self.assessment.bindingCap, language)
            page.entry(language(Words.Assessment.cutBy), cap, width: width)
        }
    }

    /// What it comes to, and what that is called: an amount only where it is one.
    private func amount(_ language: Language) -> (word: String, text: String)? {
        if self.assessment.hasAmountFen {
            let fen = self.assessment.amountFen
            let isAmount = !(AmountBasis(self.assessment.basis).isBound || self.assessment.basis == .floor)
            return (
                isAmount ? language(Words.Assessment.amount) : language(Words.Assessment.support),
                language.money(fen: fen, self.assessment.basis)
            )
        }
        guard self.assessment.outcome == .undetermined, self.assessment.hasPotentialAmountFen else { return nil }
        return (language(Words.Assessment.support), language.atMost(fen: self.assessment.potentialAmountFen))
    }

    private func writeRules(to page: inout Page) {
        let language = page.language
        let labels = self.labels(of: self.description?.rules ?? [], id: \.id, label: \.label, language)
        for kind in [GrantdFinding.Kind.requirement, .bar] {
            let findings = self.assessment.findings.filter { $0.kind == kind }
            guard !findings.isEmpty else { continue }
            page.heading(language.rules(RuleFinding.Kind(kind)))
            page.table(
                findings.map { finding in
                    let (mark, word, tone) = language.verdict(finding)
                    return [
                        .init(mark, tone), .init(labels[finding.rule] ?? finding.rule.printable), .init(word, tone),
                        .init(finding.clause.printable),
                    ]
                }
            )
        }
    }

    private func writeMissing(to page: inout Page) {
        let language = page.language
        guard !self.assessment.missing.isEmpty else { return }
        page.heading(language(Words.Assessment.missing))
        let labels = self.labels(of: self.description?.facts ?? [], id: \.path, label: \.label, language)
        for (index, fact) in self.assessment.missing.enumerated() {
            let question =
                fact.hasQuestion ? language(fact.question) : labels[fact.path] ?? language.question(of: fact.path)
            let path = fact.path.printable
            let isNamed = self.showsNames && !question.isEmpty
            page.item(index + 1, question.isEmpty ? path : question, note: isNamed ? path : "")
        }
        guard self.assessment.missingOmitted > 0 else { return }
        let omitted = self.assessment.missingOmitted
        page.line("  " + Words.Assessment.more(Int(omitted), language), .faint)
    }

    private func writeCaps(to page: inout Page) {
        let language = page.language
        guard !self.assessment.caps.isEmpty else { return }
        page.heading(language(Words.Assessment.caps))
        let unknown = language(Words.Assessment.notKnown)
        var rows: [[Page.Cell]] = [
            [
                "", .init(language(Words.Assessment.limit), .faint, isNumber: true),
                .init(language(Words.Assessment.used), .faint, isNumber: true),
                .init(language(Words.Assessment.left), .faint, isNumber: true),
            ]
        ]
        for cap in self.assessment.caps {
            let used = cap.hasUsedFen ? Money.text(fen: cap.usedFen, language) : unknown
            let left = cap.hasRemainingFen ? Money.text(fen: cap.remainingFen, language) : unknown
            rows.append([
                .init(self.label(ofCap: cap.id, language)),
                .init(Money.text(fen: cap.limitFen, language), isNumber: true),
                .init(used, isNumber: true),
                .init(left, isNumber: true),
                .init(cap.binding ? language(Words.Assessment.binds) : "", .doubtful),
            ])
        }
        page.table(rows)
        // What is not reported may still be there: none reported is not none.
        guard self.assessment.caps.contains(where: \.hasUsedFen) else { return }
        let note = language(Words.Assessment.usedNote(isOfBook: self.isOfBook))
        page.line("  " + note, .faint)
    }

    private func writeLines(to page: inout Page) {
        let language = page.language
        guard !self.assessment.lines.isEmpty else { return }
        page.heading(language(Words.Assessment.lines))
        page.table(
            self.assessment.lines.map { line in
                [
                    .init(line.hasLabel ? language(line.label) : line.id.printable),
                    .init(self.value(line, language), .strong),
                    .init(
                        line.hasBasis && line.basis != self.assessment.basis ? language.basis(line.basis) : "",
                        .faint
                    ),
                ]
            }
        )
    }

    private func value(_ line: GrantdLine, _ language: Language) -> String {
        switch line.value {
        case .amountFen(let fen): language.money(fen: fen, line.hasBasis ? line.basis : self.assessment.basis)
        case .quantity(let quantity):
            language.quantity(quantity.value, unit: quantity.unit)
        case .date(let date): date.printable
        case .name(let name): self.label(of: name, in: line, language)
        case .flag(let flag): language.flag(flag)
        case .names(let names):
            names.values.map { self.label(of: $0, in: line, language) }.joined(separator: language(Words.semicolon))
        case nil: ""
        }
    }

    private func writeExplanation(to page: inout Page) {
        let language = page.language
        guard !self.assessment.explanation.isEmpty else { return }
        page.heading(language(Words.Assessment.reasoning))
        for (index, step) in self.assessment.explanation.enumerated() {
            let clause =
                language.inBrackets(step.clause.printable)
            page.item(index + 1, language(step.text) + clause)
        }
    }

    private func writePolicy(to page: inout Page) {
        guard self.assessment.hasPolicy else { return }
        PolicyFooter(policy: self.assessment.policy).write(to: &page)
    }

    /// Whether awards of the book are counted.
    private var isOfBook: Bool {
        !self.assessment.ledgerAwards.isEmpty
            || self.assessment.caps.contains { $0.id.hasPrefix(AwardTotals.envelopePrefix) }
    }

    // MARK: - Labels

    /// What people read in place of a line's name; the name itself where nothing describes it.
    private func label(of name: String, in line: GrantdLine, _ language: Language) -> String {
        let described = self.description?.lines.first { $0.id == line.id }
        let value = described?.values.first { $0.name == name }
        return value.map { language($0.label) } ?? name.printable
    }

    private func labels<Item>(
        of items: [Item],
        id: KeyPath<Item, String>,
        label: KeyPath<Item, GrantdText>,
        _ language: Language
    ) -> [String: String] {
        let pairs = items.map { ($0[keyPath: id], language($0[keyPath: label])) }
        return Dictionary(pairs.filter { !$0.1.isEmpty }, uniquingKeysWith: { first, _ in first })
    }

    private func label(ofCap id: String, _ language: Language) -> String {
        if id.hasPrefix(AwardTotals.envelopePrefix) {
            let name = String(id.dropFirst(AwardTotals.envelopePrefix.count))
            let title = self.envelopes[name].map { language($0).printable } ?? ""
            let shown = title.isEmpty ? name.printable : title
            return Words.Assessment.envelope(shown, language)
        }
        let labels = self.labels(of: self.description?.caps ?? [], id: \.id, label: \.label, language)
        return labels[id] ?? id.printable
    }
}
