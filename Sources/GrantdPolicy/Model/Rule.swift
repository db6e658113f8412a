//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// When a rule is asked. The raw value is the number of the request's `stage`.
package enum Stage: Int32, Sendable, Hashable {
    case application = 0
    case disbursement = 1
}

/// One condition of a measure, with what an assessment says about it.
package struct Rule: Sendable {
    /// What makes the rule hold.
    package enum Kind: Sendable {
        /// Must be true.
        case requirement(when: Program)
        /// Must be false. `assuming` is the same condition with every ground that is not known to be true taken as
        /// absent; it decides where the request lets unset bars be assumed absent, if the bar is `assumable`.
        case bar(condition: Program, assuming: Program, assumable: Bool)
        /// A bar: an earlier award of the same measure for the same subject. Never assumed.
        case alreadyAwarded
    }

    /// `registered-in-beijing`.
    package let id: String
    package let kind: Kind
    /// As the document numbers it: `第九条(一)2`.
    package let clause: String
    package let label: Text
    /// The stage at which alone the rule is asked; `nil`: at every stage.
    package let stage: Stage?
    /// The rule is asked only where this is known to be true; `nil`: always.
    package let guardCondition: Program?
    /// The whole condition as text. Empty for `already-awarded`.
    package let expression: String
    /// The rule is an officer's named share of the programme's `rules`; `nil`: the measure's own.
    package let sharedName: String?

    package init(
        id: String,
        kind: Kind,
        clause: String,
        label: Text,
        stage: Stage?,
        guardCondition: Program? = nil,
        expression: String,
        sharedName: String?
    ) {
        self.id = id
        self.kind = kind
        self.clause = clause
        self.label = label
        self.stage = stage
        self.guardCondition = guardCondition
        self.expression = expression
        self.sharedName = sharedName
    }

    /// Whether the rule must be false.
    package var isBar: Bool {
        switch self.kind {
        case .requirement: false
        case .bar, .alreadyAwarded: true
        }
    }
}
