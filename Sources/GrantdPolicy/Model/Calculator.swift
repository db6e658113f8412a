//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// What a policy file may ask of an algorithm in Swift, where a result is more than rules can say: its name, what it must
/// be given, what it gives.
package struct Calculator: Sendable {
    /// A fact that it reads.
    package struct Input: Sendable {
        /// Among the measure's facts: `entries[].points`.
        package let path: String
        package let kind: Kind

        /// What the fact must be.
        package enum Kind: Sendable, Hashable {
            case list
            case int32
            case text
            case date
            case enumeration
        }
    }

    /// What policy files call it.
    package let name: String
    /// The figures that a file must give it.
    package let figures: [String]
    /// The facts that it reads.
    package let inputs: [Input]
    /// What it gives, under the names by which expressions read it.
    package let outputs: [(name: String, type: ValueType)]
    /// What an entry of its list costs, in the steps of the expression language.
    package let stepsOfEntry: Int

    /// Every calculator.
    package static let all: [Calculator] = [.paymentStanding]

    package static func named(_ name: String) -> Calculator? { self.all.first { $0.name == name } }

    /// Whether facts have all that it reads.
    func canRead(_ facts: PolicyContract.Message) -> Bool {
        self.inputs.allSatisfy { input in facts.field(input.path).map { input.kind.takes($0.kind) } ?? false }
    }

    /// The year's points of a person and what follows from them: 京医保发〔2025〕8号.
    package static let paymentStanding = Calculator(
        name: "payment-standing",
        figures: [
            "first-suspension-points", "first-suspension-min-months", "first-suspension-max-months",
            "second-suspension-points", "second-suspension-min-months", "second-suspension-max-months",
            "third-suspension-points", "third-suspension-min-months", "third-suspension-max-months",
            "termination-points", "accumulated-termination-months", "single-act-termination-months",
            "training-points", "training-points-a-year",
            "district-activity-points", "municipal-activity-points", "national-activity-points",
            "activity-points-a-year",
        ],
        inputs: [
            Input(path: "entries", kind: .list), Input(path: "entries[].kind", kind: .enumeration),
            Input(path: "entries[].activity_level", kind: .enumeration), Input(path: "entries[].dated_on", kind: .date),
            Input(path: "entries[].inspection_id", kind: .text), Input(path: "entries[].site_id", kind: .text),
            Input(path: "entries[].violation_type", kind: .text), Input(path: "entries[].points", kind: .int32),
            Input(path: "entries[].handling_ends_on", kind: .date),
        ],
        outputs: [
            ("year_points", .int), ("handling", .string), ("term_min_months", .int), ("term_max_months", .int),
            ("handling_count", .int), ("training_repair_points", .int), ("activity_repair_points", .int),
            ("handling_in_force", .string), ("handling_in_force_until", .date),
        ],
        stepsOfEntry: 200
    )
}

extension Calculator.Input.Kind {
    fileprivate func takes(_ kind: Fact.Kind) -> Bool {
        switch (self, kind) {
        case (.list, .list), (.int32, .int32), (.text, .string), (.date, .date), (.enumeration, .enumeration): true
        default: false
        }
    }
}
