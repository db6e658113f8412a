//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a store adds to a book. Never changed, never taken out.
package enum LedgerEntry: Sendable, Hashable {
    /// Something was awarded, as ``BookedAward/state`` says: reserved or committed.
    case awarded(BookedAward, Receipt?)
    /// An award became something else.
    case settled(Settlement, Receipt?)
    /// An envelope was put in place of what had its id, if anything had.
    case envelopePut(Envelope, at: Int64, caller: String?)
    /// An application was answered without an award: the key gives the same answer again.
    case answered(Receipt)
}

/// What becomes of an award.
package struct Settlement: Sendable, Hashable {
    /// The raw values are the wire's.
    package enum Action: Int64, Sendable, Hashable, CaseIterable {
        /// A reservation is committed, whole or in part; what is left of it is given back.
        case commit = 1
        /// A reservation or an award is given back.
        case cancel = 2
        /// A committed award is put down to a lower sum.
        case correct = 3
    }

    package var awardID: String
    package var action: Action
    /// The award's sum from now on, in fen; nil where it is recorded without one. Of a cancelled award, what it was.
    package var amountFen: Int64?
    /// Its state from now on.
    package var state: BookedAward.State
    /// Why, as the caller tells it.
    package var reason: String?
    /// By the store's clock, in milliseconds since 1970.
    package var settledAt: Int64
    /// The name beside the caller's token; nil where nobody is named.
    package var caller: String?

    package init(
        awardID: String,
        action: Action,
        amountFen: Int64?,
        state: BookedAward.State,
        reason: String?,
        settledAt: Int64,
        caller: String?
    ) {
        self.awardID = awardID
        self.action = action
        self.amountFen = amountFen
        self.state = state
        self.reason = reason
        self.settledAt = settledAt
        self.caller = caller
    }
}

/// What was answered to an idempotency key.
package struct Receipt: Sendable, Hashable {
    /// 1 to 128 visible ASCII characters.
    package var key: String
    /// The SHA-256 of the request in grantd's own encoding, 32 bytes.
    package var contentHash: [UInt8]
    /// The bytes of the reply.
    package var reply: [UInt8]

    package init(key: String, contentHash: [UInt8], reply: [UInt8]) {
        self.key = key
        self.contentHash = contentHash
        self.reply = reply
    }
}
