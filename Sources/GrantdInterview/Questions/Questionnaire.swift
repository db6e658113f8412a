//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What is asked about an application for one measure, or, without a measure, about an applicant.
package struct Questionnaire: Sendable, Hashable {
    /// A rule of the measure.
    package struct Rule: Sendable, Hashable {
        package let id: String
        package let kind: RuleFinding.Kind
        package let clause: String
        package let label: BilingualText
        /// The numbers that stand in its condition and its label, as on the wire: where an answer may tip it.
        package let figures: [Int64]
        /// Whether every fact that its condition reads has the rule among its ``Question/rules``.
        package let hasKnownFacts: Bool

        /// - Parameter condition: As it stands in the policy file.
        package init(
            id: String,
            kind: RuleFinding.Kind,
            clause: String,
            label: BilingualText,
            condition: String = "",
            hasKnownFacts: Bool = true
        ) {
            self.id = id
            self.kind = kind
            self.clause = clause
            self.label = label.isEmpty ? BilingualText(zh: id, en: id) : label
            self.figures = ConditionText.figures(in: condition) + ConditionText.figures(in: label.zh)
            self.hasKnownFacts = hasKnownFacts
        }
    }

    /// The full id, `medical-device.product-approval`; `nil`: what is asked before all measures are screened.
    package let measure: String?
    package let title: BilingualText
    package let clause: String
    package let programmeTitle: BilingualText
    /// The award in a sentence; empty where there is none.
    package let awardSummary: BilingualText
    package let rules: [Rule]
    /// In the order in which they are shown: the day, the facts in the order of the measure's file, the subject, the
    /// earlier awards.
    package let questions: [Question]

    private let places: [String: Int]
    private let rulePlaces: [String: Int]

    package init(
        measure: String?,
        title: BilingualText,
        clause: String = "",
        programmeTitle: BilingualText = .empty,
        awardSummary: BilingualText = .empty,
        rules: [Rule] = [],
        questions: [Question]
    ) {
        self.measure = measure
        self.title = title
        self.clause = clause
        self.programmeTitle = programmeTitle
        self.awardSummary = awardSummary
        self.rules = rules
        self.questions = questions
        self.places = Dictionary(
            questions.enumerated().map { ($0.element.path, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        self.rulePlaces = Dictionary(
            rules.enumerated().map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The member of `Application.facts` that stands for the measure: `medical_device_product_approval`.
    package var factsMember: String? {
        self.measure.map { Self.factsMember(of: $0) }
    }

    /// - Parameter measure: The full id.
    package static func factsMember(of measure: String) -> String {
        String(measure.map { $0 == "." || $0 == "-" ? "_" : $0 })
    }

    /// The question about a fact, by its path or by that of a field of a list's entry: `x.deals[3].valid` asks for
    /// `x.deals`.
    package func question(for path: String) -> Question? {
        if let place = self.places[path] { return self.questions[place] }
        guard let bracket = path.firstIndex(of: "["), let place = self.places[String(path[..<bracket])] else {
            return nil
        }
        return self.questions[place]
    }

    package func rule(_ id: String) -> Rule? { self.rulePlaces[id].map { self.rules[$0] } }

    /// The rules whose condition names the fact, in the measure's order.
    package func rules(reading question: Question) -> [Rule] { question.rules.compactMap { self.rule($0) } }

    /// Whether earlier awards are asked for.
    package var asksForPriorAwards: Bool { self.places[StandardQuestions.priorAwardsPath] != nil }
}
