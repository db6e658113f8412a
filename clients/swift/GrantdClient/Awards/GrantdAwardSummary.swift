//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import GrantdMessages

/// What a round of awards has come to, by measure and outcome.
///
/// Sums are in fen, those that are held included; one that lies beyond 2^63 - 1 stays there.
public struct GrantdAwardSummary: Hashable, Sendable {
    /// The entries of one measure.
    public struct Measure: Hashable, Sendable {
        /// How many entries came to each outcome.
        public fileprivate(set) var outcomes: [GrantdOutcome.Value: Int] = [:]
        /// How many of them were awarded something.
        public fileprivate(set) var awards = 0
        /// What they were awarded.
        public fileprivate(set) var amountFen: Int64 = 0
    }

    /// How many entries had their turn.
    public private(set) var entries = 0
    /// How many of them were awarded something.
    public private(set) var awards = 0
    /// Of these, how many are held until they are settled.
    public private(set) var held = 0
    /// What was awarded.
    public private(set) var amountFen: Int64 = 0
    /// How many entries the book knew already by their keys, and answered as before.
    public private(set) var replayed = 0
    /// How many entries had an error in place of an assessment.
    public private(set) var failed = 0
    /// The entries that were assessed, by measure.
    public private(set) var measures: [String: Measure] = [:]

    mutating func add(_ result: Result<GrantdAwardResponse, GrantdClientError>) {
        self.entries += 1
        guard case .success(let response) = result else {
            self.failed += 1
            return
        }
        if response.replayed { self.replayed += 1 }
        var measure = self.measures[response.assessment.measure] ?? Measure()
        measure.outcomes[response.assessment.outcome, default: 0] += 1
        if response.hasAward {
            self.awards += 1
            if response.award.state == .reserved { self.held += 1 }
            self.amountFen = self.amountFen.adding(saturating: response.award.amountFen)
            measure.awards += 1
            measure.amountFen = measure.amountFen.adding(saturating: response.award.amountFen)
        }
        self.measures[response.assessment.measure] = measure
    }
}

extension Int64 {
    fileprivate func adding(saturating other: Int64) -> Int64 {
        let (sum, overflow) = self.addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
