//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// One version of a measure: what it asks, what it promises, from when until when.
///
/// The inputs of every program of a measure are, in this order: `facts` (a record), `applicant` (a record), `as_of` (a
/// date), then the values of ``definitions``, in their order.
package struct Measure: Sendable {
    /// The full id, programme included: `medical-device.product-approval`.
    package let id: String
    package let title: Text
    /// As the document numbers it.
    package let clause: String
    package let basis: Basis
    /// The agency's own rate. It stands in ``award`` as a step already, and ``basis`` is `agencyRate`.
    package let agencyRate: Ratio?
    package let inForce: DateInterval
    /// Where the document says that it is in force on these days.
    package let inForceClause: String
    /// Within its days the version is in force only where this is true; `nil`: always.
    package let inForceCondition: Program?
    /// A screening answers for it only when asked to: a sanction, a time limit, the arithmetic of a settlement.
    package let isScreenedOnRequest: Bool
    /// The member of the application's `facts`: `medical_device_product_approval`.
    package let factsField: String
    /// That member's field number.
    package let factsNumber: UInt32
    /// Every fact that the measure asks for, in the order in which they are best asked.
    package let facts: [Fact]
    /// Requirements, then bars, then `already-awarded` where ``oncePerSubject``.
    package let rules: [Rule]
    package let oncePerSubject: Bool
    package let caps: [Cap]
    /// The steps; `nil` where the basis has no figure.
    package let award: [AwardStep]?
    /// What uses the measure up, beside its caps.
    package let usedUp: UsedUp?
    /// Requests that are refused, whatever else they hold.
    package let refusals: [RefusalRule]
    /// What Swift computes for the measure; its results stand before the definitions among the programs' inputs.
    package let calculator: CalculatorUse?
    package let definitions: [Definition]
    package let lines: [LineRule]

    package init(
        id: String,
        title: Text,
        clause: String,
        basis: Basis,
        agencyRate: Ratio?,
        inForce: DateInterval,
        inForceClause: String,
        inForceCondition: Program? = nil,
        isScreenedOnRequest: Bool = false,
        factsField: String,
        factsNumber: UInt32,
        facts: [Fact],
        rules: [Rule],
        oncePerSubject: Bool,
        caps: [Cap],
        award: [AwardStep]?,
        usedUp: UsedUp? = nil,
        refusals: [RefusalRule] = [],
        calculator: CalculatorUse? = nil,
        definitions: [Definition],
        lines: [LineRule]
    ) {
        self.id = id
        self.title = title
        self.clause = clause
        self.basis = basis
        self.agencyRate = agencyRate
        self.inForce = inForce
        self.inForceClause = inForceClause
        self.inForceCondition = inForceCondition
        self.isScreenedOnRequest = isScreenedOnRequest
        self.factsField = factsField
        self.factsNumber = factsNumber
        self.facts = facts
        self.rules = rules
        self.oncePerSubject = oncePerSubject
        self.caps = caps
        self.award = award
        self.usedUp = usedUp
        self.refusals = refusals
        self.calculator = calculator
        self.definitions = definitions
        self.lines = lines
    }
}
