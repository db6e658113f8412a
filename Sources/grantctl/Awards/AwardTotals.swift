//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdInterview
internal import GrantdMessages

/// What a round has come to, by measure and outcome.
struct AwardTotals {
    /// The applications of one measure.
    struct Measure {
        var outcomes: [GrantdOutcome.Value: Int] = [:]
        var awards = 0
        /// Of all awards, those held included. A sum of sums stays at 2^63 - 1.
        var fen: Int64 = 0
        /// How many of the awards have a sum.
        var sums = 0
        /// Awards that an envelope has cut.
        var cut = 0
        /// Applications for which an envelope has nothing left.
        var spent = 0
    }

    /// An application that was not assessed.
    struct Failure {
        let line: Int
        let applicationID: String
        let error: GrantdClientError
    }

    private(set) var measures: [String: Measure] = [:]
    private(set) var applications = 0
    private(set) var awards = 0
    /// Of these, those that are held and not committed.
    private(set) var held = 0
    private(set) var fen: Int64 = 0
    /// Applications that the book knew already, by their keys.
    private(set) var replayed = 0
    private(set) var failed = 0
    /// The first of them, at most ``mostFailures``.
    private(set) var failures: [Failure] = []
    /// Whether all of them are the request's own fault.
    private(set) var isAllOfInput = true
    /// What awards have drawn on.
    private(set) var envelopes: Set<String> = []

    static let mostFailures = 20

    mutating func add(_ response: GrantdAwardResponse) {
        self.applications += 1
        if response.replayed { self.replayed += 1 }
        let assessment = response.assessment
        self.measures[assessment.measure, default: Measure()].outcomes[assessment.outcome, default: 0] += 1
        // An envelope that left nothing is to be shown, too.
        let isBound = assessment.bindingCap.hasPrefix(Self.envelopePrefix)
        if isBound {
            self.envelopes.insert(String(assessment.bindingCap.dropFirst(Self.envelopePrefix.count)))
            if assessment.outcome == .exhausted { self.measures[assessment.measure]?.spent += 1 }
        }
        guard response.hasAward else { return }
        self.awards += 1
        if response.award.state == .reserved { self.held += 1 }
        self.fen.add(saturating: response.award.amountFen)
        self.envelopes.formUnion(response.award.envelopes)
        self.measures[assessment.measure]?.awards += 1
        if response.award.hasAmountFen { self.measures[assessment.measure]?.sums += 1 }
        self.measures[assessment.measure]?.fen.add(saturating: response.award.amountFen)
        // Of a bound the agency may have awarded less than the envelope leaves: nothing is cut then.
        if isBound, response.award.amountFen == assessment.amountFen { self.measures[assessment.measure]?.cut += 1 }
    }

    mutating func add(_ failure: Failure) {
        self.applications += 1
        self.failed += 1
        self.isAllOfInput = self.isAllOfInput && failure.error.isOfInput
        if self.failures.count < Self.mostFailures { self.failures.append(failure) }
    }

    /// Stands before an envelope's id among the caps of an assessment.
    static let envelopePrefix = "envelope:"
}

extension Int64 {
    /// Adds, and stays at the end of the range where the sum lies beyond.
    fileprivate mutating func add(saturating other: Int64) {
        let (sum, overflow) = self.addingReportingOverflow(other)
        self = overflow ? (other < 0 ? .min : .max) : sum
    }
}
