//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages
internal import GrantdPolicy

extension Questionnaire {
    /// What a daemon's description of a measure asks.
    ///
    /// - Parameters:
    ///   - description: Of the version that holds on the day.
    ///   - measures: Measures that an earlier award may be of; the described one goes first.
    init(_ description: GrantdMeasureDescription, measures: [GrantdMeasureSummary]) {
        let rules = description.rules.map { rule in
            Rule(
                id: rule.id,
                kind: RuleFinding.Kind(rule.kind),
                clause: rule.clause.printable,
                label: BilingualText(rule.label),
                condition: rule.expression,
                hasKnownFacts: ConditionText.namesAllItReads(rule.expression)
            )
        }
        let prefix = Self.factsMember(of: description.measure) + "."
        let facts = description.facts.map { Question($0, prefix: prefix, of: description) }
        let inner = Dictionary(
            grouping: facts.filter { $0.path.contains("[]") },
            by: { String($0.path.prefix { $0 != "[" }) }
        )
        var questions = [StandardQuestions.asOf]
        questions += facts.filter { !$0.path.contains("[]") }.map { fact in
            var fact = fact
            fact.entries = inner[fact.path] ?? []
            return fact
        }
        questions.append(StandardQuestions.subject)
        if description.hasPriorAwards {
            let own = Question.Value(name: description.measure, label: BilingualText(description.title))
            let others = measures.filter { $0.measure != description.measure }
                .map { Question.Value(name: $0.measure, label: BilingualText($0.title)) }
            questions.append(
                StandardQuestions.priorAwards(measures: [own] + others, note: BilingualText(description.priorAwards))
            )
        }
        self.init(
            measure: description.measure,
            title: BilingualText(description.title),
            clause: description.clause.printable,
            awardSummary: BilingualText(description.awardSummary),
            rules: rules,
            questions: questions
        )
    }
}

extension Question {
    /// - Parameters:
    ///   - fact: As the daemon describes it.
    ///   - prefix: What its path begins with where it is a fact of the measure.
    ///   - description: The measure's.
    fileprivate init(_ fact: GrantdFactDescription, prefix: String, of description: GrantdMeasureDescription) {
        let isMoney = fact.unit == Unit.fen.rawValue
        let kind: QuestionKind =
            switch fact.type {
            case "bool": .flag
            case "date": .date
            case "list": .entries
            case "int32", "int64": isMoney ? .money : .number
            default: fact.values.isEmpty ? .text : fact.type.hasPrefix("list") ? .choices : .choice
            }
        // As conditions name it; a field of an entry goes by the list.
        let name = fact.path.hasPrefix(prefix) ? "facts." + fact.path.dropFirst(prefix.count) : fact.path
        let root = String(name.prefix { $0 != "[" })
        let isShort = fact.type == "int32"
        let isNumber = kind == .money || kind == .number
        self.init(
            path: fact.path,
            kind: kind,
            label: BilingualText(fact.label),
            question: BilingualText(fact.question),
            hint: BilingualText(fact.hint),
            unit: isMoney ? nil : Unit(rawValue: fact.unit).map { FactUnit($0) },
            values: Value.offered(
                fact.values.map { Value(name: $0.name, number: $0.number, label: BilingualText($0.label)) }
            ),
            minimum: fact.hasMinimum ? fact.minimum : isNumber && isShort ? Int64(Int32.min) : nil,
            maximum: fact.hasMaximum ? fact.maximum : isNumber && isShort ? Int64(Int32.max) : nil,
            most: fact.hasMost ? Int(fact.most) : nil,
            rules: description.rules.filter { ConditionText.names(root, in: $0.expression) }.map(\.id),
            feedsAward: description.award.contains {
                $0.path == fact.path || ConditionText.names(root, in: $0.expression)
            }
        )
    }
}
