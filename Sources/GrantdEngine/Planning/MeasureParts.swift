//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// One rule, made ready.
struct RulePlan: BitwiseCopyable {
    enum Kind: UInt8 {
        case requirement
        case bar
        case alreadyAwarded
    }

    let kind: Kind
    /// An unset ground may be assumed absent.
    let isAssumable: Bool
    /// The stage from which on the rule is asked.
    let stage: Stage
    /// That stage's place in the order of time.
    let rank: UInt8
    /// The rule is asked only where this is known to be true, as an index of the measure's programs; -1: always.
    let guardCondition: Int
    /// The condition, as an index of the measure's programs; -1 for ``Kind/alreadyAwarded``.
    let condition: Int
    /// The condition with unset grounds taken as absent; -1 for anything but a bar.
    let assuming: Int
    /// The field that the condition is, if it is no more than one.
    let field: ScalarField?
    /// What passes the rule at a look, if a field alone decides it.
    let quick: QuickPass
    /// The finding by verdict, with its tag and length.
    let pass: Segment
    let fail: Segment
    let unknown: Segment
    let assumed: Segment

    /// The finding of a verdict; no bytes for a rule that is not asked.
    @inline(__always)
    func finding(_ verdict: Verdict, nothing: Segment) -> Segment {
        switch verdict {
        case .pass: self.pass
        case .fail: self.fail
        case .unknown: self.unknown
        case .assumed: self.assumed
        case .notAsked: nothing
        }
    }
}

/// One cap, made ready.
struct CapPlan: BitwiseCopyable {
    let scope: CapScope
    let limit: Int64
    /// Its id and limit, as they stand inside a `CapUse`.
    let idAndLimit: Segment
    /// The assessment's `binding_cap`, with its tag and length.
    let binding: Segment
}

/// One line, made ready. The bytes are those inside a `Line`.
struct LinePlan: BitwiseCopyable {
    /// What the line's value is.
    enum Kind: UInt8 {
        case amount
        case quantity
        case date
        /// A text `YYYY-MM` that stands where a date does.
        case month
        case name
        case names
        case flag
    }

    let kind: Kind
    /// Indices of the measure's programs.
    let value: Int
    /// -1: the line has no condition.
    let when: Int
    let usesDefinitions: Bool
    let conditionUsesDefinitions: Bool
    /// What is not known of it is asked for.
    let isAsked: Bool
    let id: Segment
    /// A quantity's unit.
    let unit: Segment
    let basis: Segment
    /// For answers with explanations.
    let label: Segment
}

/// One fact that may be missing, made ready.
struct MissingPlan: BitwiseCopyable {
    /// The missing fact with its tag and length.
    let path: Segment
    /// The same with its question, for answers with explanations.
    let pathAndQuestion: Segment
    /// The question alone, as it stands inside a `MissingFact`.
    let question: Segment
}
