//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What awards of one measure in one state come to.
package struct AwardSum: Sendable, Hashable {
    /// The measure's full id.
    package var measure: String
    package var state: BookedAward.State
    /// In fen; stays at 2^63 - 1.
    package var amountFen: Int64
    /// How many, 1 or more; nil where only the sum is kept.
    package var count: Int64?

    package init(measure: String, state: BookedAward.State, amountFen: Int64, count: Int64?) {
        self.measure = measure
        self.state = state
        self.amountFen = amountFen
        self.count = count
    }

    /// What is reserved and committed, by measure; only what is more than nothing.
    package static func sums(of uses: [String: EnvelopeUse]) -> [AwardSum] {
        uses.sorted { $0.key < $1.key }.flatMap { measure, use in
            [(BookedAward.State.reserved, use.reservedFen), (.committed, use.usedFen)].filter { $0.1 > 0 }.map {
                AwardSum(measure: measure, state: $0, amountFen: $1, count: nil)
            }
        }
    }
}

/// What an entry of the book made an award.
package struct AwardEntry: Sendable, Hashable {
    /// From then on.
    package var state: BookedAward.State
    /// In fen; nil where it has no sum.
    package var amountFen: Int64?
    /// By the store's clock, in milliseconds since 1970.
    package var bookedAt: Int64
    /// nil where it was awarded, or its reservation ended.
    package var action: Settlement.Action?
    /// Why, as the caller told it.
    package var reason: String?
    /// The name beside the token of whoever did it; nil where nobody is named.
    package var caller: String?

    /// That it was awarded.
    ///
    /// - Parameter award: As it was booked.
    package init(_ award: BookedAward) {
        self.state = award.state
        self.amountFen = award.amountFen
        self.bookedAt = award.bookedAt
        self.caller = award.caller
    }

    package init(_ settlement: Settlement) {
        self.state = settlement.state
        self.amountFen = settlement.amountFen
        self.bookedAt = settlement.settledAt
        self.action = settlement.action
        self.reason = settlement.reason
        self.caller = settlement.caller
    }

    /// That its reservation ended.
    ///
    /// - Parameter award: With the sum that was reserved.
    package init(endOf award: BookedAward) {
        self.state = .expired
        self.amountFen = award.amountFen
        self.bookedAt = award.expiresAt ?? award.bookedAt
    }
}
