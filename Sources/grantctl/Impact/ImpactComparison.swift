//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdPolicy
internal import SwiftProtobuf

/// Holds two answers to one application against each other, application after application.
struct ImpactComparison {
    /// nil where the policies of the old answers are not at hand.
    let old: PolicySet?
    let new: PolicySet
    private(set) var tally = ImpactTally()

    init(old: PolicySet?, new: PolicySet) {
        self.old = old
        self.new = new
    }

    mutating func addMalformed() { self.tally.addMalformed() }

    /// Takes two assessments as bytes.
    ///
    /// - Parameters:
    ///   - old: nil where the request was refused; so is `new`.
    ///   - each: Takes the difference, if there is one.
    mutating func add(
        _ place: ImpactDifference.Place,
        old: [UInt8]?,
        new: [UInt8]?,
        _ each: (ImpactDifference) throws -> Void
    ) throws {
        if let old, old == new {
            // Most are, and one look at them is enough.
            let result = ImpactResult(assessment: try GrantdAssessment(serializedBytes: old))
            return self.tally.add(result.assessment.measure, result, result)
        }
        try self.add(
            place,
            old: try old.map { try GrantdAssessment(serializedBytes: $0) },
            new: try new.map { try GrantdAssessment(serializedBytes: $0) },
            each
        )
    }

    /// Takes two assessments.
    mutating func add(
        _ place: ImpactDifference.Place,
        old before: GrantdAssessment?,
        new after: GrantdAssessment?,
        _ each: (ImpactDifference) throws -> Void
    ) throws {
        let old = before.map { ImpactResult(assessment: $0) }
        let new = after.map { ImpactResult(assessment: $0) }
        guard let any = new ?? old else { return }
        self.tally.add(any.assessment.measure, old, new)
        guard old?.comparable != new?.comparable else { return }
        let measures = (
            old.flatMap { self.old?.measure(of: $0.assessment) }, new.flatMap { self.new.measure(of: $0.assessment) }
        )
        let difference = ImpactDifference(
            place: place,
            applicationID: any.assessment.applicationID,
            measure: any.assessment.measure,
            clause: ImpactDifference.clause(old, new, measures),
            old: old,
            new: new,
            hasMeasure: (
                self.old.map { $0.entry(forID: any.assessment.measure) != nil } ?? (old != nil),
                self.new.entry(forID: any.assessment.measure) != nil
            )
        )
        self.tally.add(difference)
        try each(difference)
    }
}

extension PolicySet {
    /// The version of a measure that an assessment is of; `nil` where there is none.
    fileprivate func measure(of assessment: GrantdAssessment) -> Measure? {
        guard let place = self.entry(forID: assessment.measure) else { return nil }
        let versions = self.measures[self.entries[place].versions]
        return versions.last { $0.inForce.fromText == assessment.policy.inForceFrom } ?? versions.last
    }
}

extension ImpactResult {
    /// The assessment without what is another with every file: the reference to the policy.
    fileprivate var comparable: GrantdAssessment {
        var assessment = self.assessment
        assessment.clearPolicy()
        assessment.explanation = []
        return assessment
    }
}
