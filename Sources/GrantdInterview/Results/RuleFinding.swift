//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What one rule said of an application.
package struct RuleFinding: Sendable, Hashable {
    /// What a rule asks, by its number in the contract.
    package enum Kind: Int32, Sendable, Hashable, CaseIterable {
        /// Must be true.
        case requirement = 1
        /// Must be false.
        case bar = 2
    }

    /// What came of it, by its number in the contract.
    package enum Verdict: Int32, Sendable, Hashable, CaseIterable {
        case pass = 1
        /// The requirement is false, or the bar holds.
        case fail = 2
        case unknown = 3
        case assumed = 4
    }

    /// The rule's id.
    package let rule: String
    package let kind: Kind
    package let verdict: Verdict

    package init(rule: String, kind: Kind, verdict: Verdict) {
        self.rule = rule
        self.kind = kind
        self.verdict = verdict
    }
}
