//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages
internal import GrantdPolicy

/// The contract's own words as a page says them.
extension Language {
    func outcome(_ outcome: GrantdOutcome.Value) -> (text: String, tone: Tone) {
        let outcome = AssessmentOutcome(outcome)
        return (self.outcome(outcome), outcome.tone)
    }

    /// The outcome in a word, for a list.
    func outcomeInShort(_ outcome: GrantdOutcome.Value) -> (text: String, tone: Tone) {
        let outcome = AssessmentOutcome(outcome)
        return (self.outcomeInShort(outcome), outcome.tone)
    }

    func basis(_ basis: GrantdBasis.Value) -> String { self.basis(AmountBasis(basis)) }

    /// What a rule said: a mark and a word.
    func verdict(_ finding: GrantdFinding) -> (mark: String, word: String, tone: Tone) {
        let verdict = RuleFinding.Verdict(finding.verdict)
        let (mark, word) = self.verdict(RuleFinding.Kind(finding.kind), verdict)
        return (mark, word, verdict.tone)
    }

    /// A sum as its basis has it.
    func money(fen: Int64, _ basis: GrantdBasis.Value) -> String { self.money(fen: fen, AmountBasis(basis)) }

    /// What stands where there is no sum.
    func noSum(_ basis: GrantdBasis.Value) -> String { self.noSum(AmountBasis(basis)) }

    /// From when on a rule is asked; empty for those that are asked from the application on.
    func stage(_ stage: GrantdStage.Value) -> String { self.stage(ApplicationStage(stage)) }

    /// What kind of thing a fact is.
    func kind(of fact: GrantdFactDescription, onTheWire: Bool) -> String {
        let values = fact.values.map { value in
            let label = self(value.label)
            return label.isEmpty ? value.name.printable : label
        }
        if !values.isEmpty {
            let choice = values.joined(separator: self(Words.comma))
            return fact.hasMost ? choice + self("，至多 \(fact.most) 项", "; at most \(fact.most)") : choice
        }
        switch fact.type {
        case "int32", "int64":
            if !onTheWire, let unit = Unit(rawValue: fact.unit), unit.places > 0 {
                let words = String(self(unit.words(behind: 2)).drop { $0 == " " })
                let kind = unit == .fen ? self("金额", "a sum") : self("数，单位：\(words)", "a number, in \(words)")
                return kind
                    + self.bounds(of: fact) { value in
                        unit == .fen
                            ? Money.text(fen: value, self) : Money.plainDecimal(value, places: unit.places) + words
                    }
            }
            let unit = self.unit(fact.unit)
            let kind =
                unit.isEmpty ? self(Words.Answers.wholeNumber) : self("整数，单位：\(unit)", "a whole number, in \(unit)")
            return kind + self.bounds(of: fact, Money.grouped)
        case "bool": return self(Words.Answers.yesOrNo)
        case "date": return self("日期", "a date")
        case "string": return self(Words.Answers.text)
        case "list":
            guard fact.hasMost else { return self("清单", "a list") }
            let most = Money.grouped(Int64(fact.most))
            return self("清单，至多 \(most) 项", "a list of at most \(most) \(fact.most == 1 ? "entry" : "entries")")
        default: return fact.type.printable
        }
    }

    /// Between which values a number must lie, to stand behind its kind; empty where any is taken, and where it is only
    /// that no sum and no count is less than nothing.
    private func bounds(of fact: GrantdFactDescription, _ text: (Int64) -> String) -> String {
        let least = text(fact.minimum)
        let most = text(fact.maximum)
        return switch (fact.hasMinimum, fact.hasMaximum) {
        case (true, true): self("，\(least) 至 \(most)", ", \(least) to \(most)")
        case (true, false) where fact.minimum == 0: ""
        case (true, false): self("，不小于 \(least)", ", at least \(least)")
        case (false, true): self("，不大于 \(most)", ", at most \(most)")
        case (false, false): ""
        }
    }

    /// The unit of a fact by itself, where it stands for any number; empty where there is none.
    func unit(_ name: String) -> String {
        // A newer daemon may have another.
        guard let unit = Unit(rawValue: name) else { return name.printable }
        if unit.places > 0 { return self(unit.longName) }
        return String(self(unit.words(behind: 2)).drop { $0 == " " })
    }

    /// A quantity with its unit, as people write it: 8,000 basis points are 80%.
    func quantity(_ value: Int64, unit name: String) -> String {
        guard let unit = Unit(lineName: name) else { return "\(Money.grouped(value)) \(name.printable)" }
        return self.quantity(value, FactUnit(unit))
    }

    /// What to ask for a fact that no measure's file words; empty where there is nothing to say.
    func question(of path: String) -> String {
        switch path {
        case StandardQuestions.subjectPath: self(StandardQuestions.subject.question)
        case StandardQuestions.priorAwardsPath: self(StandardQuestions.priorAwards(measures: []).question)
        case StandardQuestions.workingCalendarPath: self(Words.Questions.beyondCalendar)
        default: ""
        }
    }

    /// `2025-11-24 至 2028-12-31`.
    func interval(_ policy: GrantdPolicyReference) -> String {
        let from = policy.inForceFrom.printable
        let until = policy.inForceUntil.printable
        return policy.hasInForceUntil
            ? self("\(from) 至 \(until)", "\(from) to \(until)") : self("\(from) 起", "from \(from)")
    }

    /// `2025-11-24 起`; `至 2025-11-26` where the first day is not known.
    func interval(_ document: GrantdDocument) -> String {
        let from = document.inForceFrom.printable
        let until = document.inForceUntil.printable
        return switch (document.hasInForceFrom, document.hasInForceUntil) {
        case (true, true): self("\(from) 至 \(until)", "\(from) to \(until)")
        case (true, false): self("\(from) 起", "from \(from)")
        case (false, true): self("至 \(until)", "until \(until)")
        case (false, false): ""
        }
    }
}
