//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdInterview
internal import GrantdPolicy

extension BilingualText {
    init(_ text: Text) { self.init(zh: text.zh, en: text.en) }
}

extension Questionnaire {
    /// What is asked about an application for a measure.
    ///
    /// - Parameter siblings: The measures that an earlier award may be of, beside the measure itself.
    init(_ measure: Measure, of programme: Programme, siblings: [Measure]) {
        let readers = measure.factsOfRules
        let feeding = Set(measure.factsOfAward)
        var questions = [StandardQuestions.asOf]
        for (index, fact) in measure.facts.enumerated() where !fact.path.contains("[]") {
            var question = Question(fact, entriesOf: measure)
            question.rules = zip(measure.rules, readers).filter { $0.1.contains(index) }.map(\.0.id)
            question.feedsAward = feeding.contains(index)
            questions.append(question)
        }
        if measure.hangsOnSubject { questions.append(StandardQuestions.subject) }
        if measure.hangsOnPriorAwards {
            let others = siblings.filter { $0.id != measure.id }
            var question = StandardQuestions.priorAwards(
                measures: ([measure] + others).map { .init(name: $0.id, label: BilingualText($0.title)) }
            )
            if measure.hangsOnSubject, let subject = question.entries.firstIndex(where: { $0.name == "subject_id" }) {
                question.entries[subject].hint = Words.Questions.awardSubjectHint
            }
            questions.append(question)
        }
        self.init(
            measure: measure.id,
            title: BilingualText(measure.title),
            clause: measure.clause,
            programmeTitle: BilingualText(programme.title),
            awardSummary: AwardWords(measure).map { BilingualText($0.summary) } ?? .empty,
            rules: measure.rules.map { rule in
                Rule(
                    id: rule.id,
                    kind: rule.isBar ? .bar : .requirement,
                    clause: rule.clause,
                    label: BilingualText(rule.label),
                    condition: rule.expression
                )
            },
            questions: questions
        )
    }
}

extension Question {
    fileprivate init(_ fact: Fact, entriesOf measure: Measure?) {
        let kind: QuestionKind =
            switch fact.kind {
            case .bool: .flag
            case .int32, .int64: fact.unit == .fen ? .money : .number
            case .string: .text
            case .date: .date
            case .enumeration: .choice
            case .list: .entries
            case .enumerationList: .choices
            }
        var values: [Value] = []
        switch fact.kind {
        case .enumeration(let named), .enumerationList(let named):
            // What is refused is no answer to choose.
            values = Value.offered(
                named.filter { !fact.excluded.contains($0.number) }.map {
                    Value(name: $0.name, number: $0.number, label: BilingualText($0.label))
                }
            )
        default: break
        }
        let inner =
            fact.kind == .list
            ? measure?.facts.filter { $0.holder == fact.holder && $0.path.hasPrefix(fact.path + "[].") } ?? [] : []
        self.init(
            path: fact.wirePath,
            kind: kind,
            label: BilingualText(fact.label),
            question: BilingualText(fact.question),
            hint: fact.hint.map { BilingualText($0) } ?? .empty,
            unit: fact.unit.map { FactUnit($0) },
            values: values,
            minimum: fact.minimum,
            maximum: fact.maximum,
            most: fact.most,
            entries: inner.map { Question($0, entriesOf: nil) }
        )
    }
}

extension FactUnit {
    fileprivate init(_ unit: Unit) {
        self.init(
            id: unit.rawValue,
            places: unit.places,
            suffix: BilingualText(unit.words(behind: 2)),
            suffixOfOne: BilingualText(unit.words(behind: 1))
        )
    }
}
