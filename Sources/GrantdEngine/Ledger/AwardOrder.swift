//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An application that is to be awarded, read and checked as far as it can be without the book.
package struct AwardOrder: Sendable {
    /// What it is about; what is wrong with it where nothing can be awarded.
    package let identity: Result<ApplicationIdentity, CallError>
    /// In fen; nil where it is unset.
    package let amountFen: Int64?
    /// As it was sent; nil where it is unset.
    package let key: [UInt8]?
    /// The SHA-256 of what was sent in grantd's own encoding; empty where there is no key. A batch's entry has that of the
    /// `AwardRequest` which asks the same.
    package let contentHash: [UInt8]
}

/// What an application may be awarded, once it is assessed.
package struct AwardRuling: Sendable, Hashable {
    /// Eligible: something may be awarded.
    package let isEligible: Bool
    /// The assessment's amount, in fen; nil where the measure has no figure, or nothing may be awarded.
    package let amount: Int64?
    /// How far the measure fixes its figure.
    package let figure: Figure
    /// What caps and envelopes leave at the most, in fen; nil where nothing bounds it. Only of a least amount.
    package let most: Int64?

    /// How far a measure fixes its figure.
    package enum Figure: Sendable, Hashable {
        /// Entirely.
        case exact
        /// It is a most.
        case most
        /// It is a least amount.
        case least
        /// It has none.
        case none
    }
}
