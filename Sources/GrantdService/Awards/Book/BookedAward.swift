//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A subject's id, compared byte by byte: two texts that Unicode calls equivalent are two subjects.
package struct SubjectID: Sendable, Hashable {
    package let utf8: [UInt8]

    package init(utf8: some Sequence<UInt8>) {
        self.utf8 = Array(utf8)
    }

    package init(_ text: String) {
        self.init(utf8: text.utf8)
    }

    package var text: String { String(decoding: self.utf8, as: UTF8.self) }
}

/// An award as the book has it now.
package struct BookedAward: Sendable, Hashable {
    /// The raw values are the wire's.
    package enum State: Int64, Sendable, Hashable, CaseIterable {
        /// Held until it is settled or ``BookedAward/expiresAt``.
        case reserved = 1
        case committed = 2
        /// Given back.
        case cancelled = 3
        /// The reservation ended before it was settled.
        case expired = 4
    }

    /// 26 characters of Crockford's base 32, made by the service: no two awards of any book share one.
    package var awardID: String
    /// The applicant's unified social credit code: 18 digits and capital letters.
    package var creditCode: String
    /// The measure's full id: `medical-device.product-approval`.
    package var measure: String
    /// The measure's programme: `medical-device`.
    package var programme: String
    /// nil where the application has none.
    package var subjectID: SubjectID?
    /// The application's `as_of`, in days since 1970-01-01.
    package var awardedOn: Int64
    /// In fen, 0 or more; nil where the award is recorded without a sum.
    package var amountFen: Int64?
    package var state: State
    /// When a reservation ends, in milliseconds since 1970; nil where the award was committed at once. It stays when the
    /// reservation is settled.
    package var expiresAt: Int64?
    /// The run that it was made in, 1 to 128 visible ASCII characters.
    package var runID: String?
    /// The digest of the assessment's policy, 64 hexadecimal digits.
    package var policyDigest: String
    /// The application's own name for itself, exact bytes as ``SubjectID``'s; nil where it has none.
    package var applicationID: String?
    /// When it was booked, by the store's clock, in milliseconds since 1970.
    package var bookedAt: Int64
    /// The name beside the token of whoever awarded; nil where nobody is named.
    package var caller: String?

    package init(
        awardID: String,
        creditCode: String,
        measure: String,
        programme: String,
        subjectID: SubjectID?,
        awardedOn: Int64,
        amountFen: Int64?,
        state: State,
        expiresAt: Int64?,
        runID: String?,
        policyDigest: String,
        applicationID: String?,
        bookedAt: Int64,
        caller: String?
    ) {
        self.awardID = awardID
        self.creditCode = creditCode
        self.measure = measure
        self.programme = programme
        self.subjectID = subjectID
        self.awardedOn = awardedOn
        self.amountFen = amountFen
        self.state = state
        self.expiresAt = expiresAt
        self.runID = runID
        self.policyDigest = policyDigest
        self.applicationID = applicationID
        self.bookedAt = bookedAt
        self.caller = caller
    }

    /// Whether it uses up caps and envelopes at a moment of the store's clock.
    package func isLive(at now: Int64) -> Bool {
        switch self.state {
        case .committed: true
        case .reserved: (self.expiresAt ?? .max) > now
        case .cancelled, .expired: false
        }
    }
}
