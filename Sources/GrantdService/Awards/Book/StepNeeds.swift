//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An applicant by its unified social credit code and a measure by its full id: what caps and once-only rules are counted by.
package struct ApplicantMeasure: Sendable, Hashable {
    /// 18 digits and capital letters.
    package let creditCode: String
    /// `medical-device.product-approval`.
    package let measure: String

    package init(creditCode: String, measure: String) {
        self.creditCode = creditCode
        self.measure = measure
    }
}

/// What a step reads of the book before it decides.
package struct StepNeeds: Sendable {
    /// What is asked about one applicant and measure.
    package struct Awards: Sendable {
        /// The subjects whose sums are wanted beside those of the applicant.
        package var subjects: Set<SubjectID> = []
        /// Whether every live award is wanted by itself, because conditions of the measure read them.
        package var wantsEach = false

        package init() {}
    }

    /// The sums of live awards that are wanted.
    package var awards: [ApplicantMeasure: Awards] = [:]
    /// Idempotency keys whose receipts are wanted.
    package var keys: Set<String> = []
    /// Awards that are wanted by their ids, whatever their state.
    package var awardIDs: Set<String> = []
    /// Whether the envelopes are wanted, all of them.
    package var wantsEnvelopes = false
    /// Envelopes that are about to be put: what all live awards that each covers come to is wanted.
    package var covered: [Envelope] = []

    package init() {}
}
