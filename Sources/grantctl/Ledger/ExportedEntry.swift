//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdLedger

/// An entry as it is written out.
struct ExportedEntry {
    let record: EntryRecord
    let hash: [UInt8]

    init(_ row: [BookValue]) throws {
        let damage: String
        if row.count == 4, case .integer(let seq) = row[0], case .bytes(let body) = row[1],
            case .bytes(let hash) = row[2]
        {
            do throws(EntryReader.Damage) {
                self.record = try StoredEntry(seq: seq, body: body).record()
                self.hash = hash
                return
            } catch {
                damage = error.message
            }
        } else {
            damage = "is damaged"
        }
        throw RunFailure.badInput(
            Language.said(
                "台账已损坏（\(damage.printable)）；详见 grantctl ledger verify",
                "the book \(damage.printable); see grantctl ledger verify"
            )
        )
    }
}
