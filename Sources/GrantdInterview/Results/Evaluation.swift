//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What an assessment of some answers says, as far as an interview goes by it.
package struct Evaluation: Sendable, Hashable {
    package let outcome: AssessmentOutcome
    /// The paths of the facts that are unset and could still change the answer, in the order in which they are best asked.
    package let missing: [String]
    package let findings: [RuleFinding]
    /// In fen.
    package let amount: Int64?
    /// In fen.
    package let potentialAmount: Int64?
    /// The results beside the amount, each with its value in any form that tells two of them apart.
    package let lines: [String]

    package init(
        outcome: AssessmentOutcome,
        missing: [String] = [],
        findings: [RuleFinding] = [],
        amount: Int64? = nil,
        potentialAmount: Int64? = nil,
        lines: [String] = []
    ) {
        self.outcome = outcome
        self.missing = missing
        self.findings = findings
        self.amount = amount
        self.potentialAmount = potentialAmount
        self.lines = lines
    }

    /// The ids of the requirements that are false and of the bars that hold.
    package var failedRules: [String] { self.findings.lazy.filter { $0.verdict == .fail }.map(\.rule) }
}
