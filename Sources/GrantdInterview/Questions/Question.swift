//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What is asked about one fact.
package struct Question: Sendable, Hashable {
    /// One of the values of a choice.
    package struct Value: Sendable, Hashable {
        /// As on the wire.
        package let name: String
        package let number: Int32
        package let label: BilingualText

        package init(name: String, number: Int32 = 0, label: BilingualText) {
            self.name = name
            self.number = number
            self.label = label.isEmpty ? BilingualText(zh: name, en: name) : label
        }

        /// Values as they are offered: that it is none of them comes last.
        package static func offered(_ values: [Value]) -> [Value] {
            values.filter { $0.number != 0 } + values.filter { $0.number == 0 }
        }
    }

    /// As on the wire: `applicant.registered_in_beijing`, `subject_id`, `measure_member.fact`, `measure_member.deals[].valid`.
    package let path: String
    package let kind: QuestionKind
    package let label: BilingualText
    package let question: BilingualText
    /// Where the answer is found; empty where nothing is said of it.
    package var hint: BilingualText
    /// Of a number that has one.
    package var unit: FactUnit?
    /// Of a choice, in the order of their numbers.
    package var values: [Value]
    /// The least and the most that is taken, as on the wire; `nil`: any.
    package var minimum: Int64?
    package var maximum: Int64?
    /// The most entries or choices.
    package var most: Int?
    /// What is asked about each entry.
    package var entries: [Question]
    /// The ids of the measure's rules whose condition names the fact.
    package var rules: [String]
    /// Whether a step of the award names the fact.
    package var feedsAward: Bool

    package init(
        path: String,
        kind: QuestionKind,
        label: BilingualText,
        question: BilingualText,
        hint: BilingualText = .empty,
        unit: FactUnit? = nil,
        values: [Value] = [],
        minimum: Int64? = nil,
        maximum: Int64? = nil,
        most: Int? = nil,
        entries: [Question] = [],
        rules: [String] = [],
        feedsAward: Bool = false
    ) {
        self.path = path
        self.kind = kind
        self.label = label.isEmpty ? BilingualText(zh: path, en: path) : label
        self.question = question.isEmpty ? self.label : question
        self.hint = hint
        self.unit = unit
        self.values = values
        self.minimum = minimum
        self.maximum = maximum
        self.most = most
        self.entries = entries
        self.rules = rules
        self.feedsAward = feedsAward
    }

    /// The last part of the path: `registered_in_beijing`; by it an entry keeps its answers.
    package var name: String {
        String(self.path[(self.path.lastIndex(of: ".").map(self.path.index(after:)) ?? self.path.startIndex)...])
    }

    /// The value of this name.
    package func value(named name: String) -> Value? { self.values.first { $0.name == name } }

    /// An answer of the right form, to show what one looks like; empty where the question says it.
    package var example: BilingualText {
        switch self.kind {
        case .date: Words.Answers.dateExample
        case .money: Words.Answers.moneyExample
        case .number where self.unit.map { $0.places > 0 } ?? false: BilingualText(zh: "12.5", en: "12.5")
        default: .empty
        }
    }
}
