//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// When a rule is asked, and what a request is made for. The raw value is the number of the request's `stage`; the order
/// is that of time.
package enum Stage: Int32, Sendable, Hashable, BitwiseCopyable, Comparable, CaseIterable {
    case application = 0
    /// The public notice (公示) between the review and the award.
    case publicity = 2
    case disbursement = 1

    /// The name in a policy file and in the contract.
    package var name: String {
        switch self {
        case .application: "APPLICATION"
        case .publicity: "PUBLICITY"
        case .disbursement: "DISBURSEMENT"
        }
    }

    @inlinable
    package var rank: UInt8 {
        switch self {
        case .application: 0
        case .publicity: 1
        case .disbursement: 2
        }
    }

    @inlinable
    package static func < (first: Stage, second: Stage) -> Bool { first.rank < second.rank }
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
    /// The stage from which on the rule is asked.
    package let stage: Stage
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
        stage: Stage,
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
