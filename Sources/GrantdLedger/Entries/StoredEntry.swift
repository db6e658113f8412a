//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService

/// What a database has of an entry: its place and its canonical bytes, read as what it must be.
package struct StoredEntry {
    package let seq: Int64
    package let body: [UInt8]

    package init(seq: Int64, body: [UInt8]) {
        self.seq = seq
        self.body = body
    }

    package func record(reply: [UInt8]? = nil) throws(EntryReader.Damage) -> EntryRecord {
        let record: EntryRecord
        do throws(EntryReader.Damage) {
            record = try EntryReader.record(self.body, reply: reply)
        } catch {
            throw self.damage(error.message)
        }
        guard record.seq == self.seq else { throw self.damage("says that it is entry \(record.seq)") }
        return record
    }

    /// The award that it made, as it is now.
    package func award(state: Int64, amountFen: Int64?) throws(EntryReader.Damage) -> BookChanges.Booked {
        guard case .entry(.awarded(var award, _)) = try self.record().content else {
            throw self.damage("is said to award something, which it does not")
        }
        guard let state = BookedAward.State(rawValue: state) else {
            throw self.damage("is said to be in a state that is not known")
        }
        award.state = state
        award.amountFen = amountFen
        return BookChanges.Booked(seq: self.seq, award: award)
    }

    package func receipt(of key: String, reply: [UInt8]) throws(EntryReader.Damage) -> Receipt {
        guard let receipt = try self.record(reply: reply).content.receipt, receipt.key == key else {
            throw self.damage("is said to answer a key, which it does not")
        }
        return receipt
    }

    package func envelope() throws(EntryReader.Damage) -> Envelope {
        guard case .entry(.envelopePut(let envelope, _, _)) = try self.record().content else {
            throw self.damage("is said to put an envelope, which it does not")
        }
        return envelope
    }

    private func damage(_ what: String) -> EntryReader.Damage {
        EntryReader.Damage(message: "is damaged: entry \(self.seq) \(what)")
    }
}
