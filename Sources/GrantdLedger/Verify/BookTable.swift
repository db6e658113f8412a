//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A table that follows from the entries.
package enum BookTable: String, Sendable, Hashable, CaseIterable {
    case awards
    case keys
    case applicantSums = "applicant_sums"
    case subjectSums = "subject_sums"
    case daySums = "day_sums"
    case runSums = "run_sums"
    case changes
    case envelopes

    /// Those that tell its rows apart, and by which they are ordered.
    package var keyColumns: [String] {
        switch self {
        case .awards: ["seq"]
        case .keys: ["key"]
        case .applicantSums: ["credit_code", "measure", "year"]
        case .subjectSums: ["credit_code", "measure", "subject_id", "year"]
        case .daySums: ["measure", "programme", "day"]
        case .runSums: ["run_id", "measure", "state"]
        case .changes: ["award_seq", "seq"]
        case .envelopes: ["envelope_id"]
        }
    }

    package var otherColumns: [String] {
        switch self {
        case .awards:
            [
                "award_id", "credit_code", "measure", "subject_id", "awarded_on", "amount_fen", "state", "expires_at",
                "run_id",
            ]
        case .keys: ["seq"]
        case .applicantSums, .subjectSums, .runSums: ["count", "fen", "fen_e18"]
        case .changes: []
        case .daySums: ["used_fen", "used_fen_e18", "reserved_fen", "reserved_fen_e18"]
        case .envelopes: ["seq", "used_fen", "used_fen_e18", "reserved_fen", "reserved_fen_e18"]
        }
    }

    package var columns: [String] { self.keyColumns + self.otherColumns }

    /// All rows in the order of their keys, bytes compared as bytes.
    package var query: String {
        let columns = self.columns.joined(separator: ", ")
        return "SELECT \(columns) FROM \(self.rawValue) ORDER BY \(self.keyColumns.joined(separator: ", "))"
    }
}

/// A value of a row, as any database has it. Texts are their bytes.
package enum BookValue: Sendable, Hashable, Comparable {
    case null
    case integer(Int64)
    case bytes([UInt8])

    package static func < (one: Self, other: Self) -> Bool {
        switch (one, other) {
        case (.integer(let one), .integer(let other)): one < other
        case (.bytes(let one), .bytes(let other)): one.lexicographicallyPrecedes(other)
        case (.null, .integer), (.null, .bytes), (.integer, .bytes): true
        case (.null, .null), (.integer, .null), (.bytes, .null), (.bytes, .integer): false
        }
    }

    /// As a person reads it; nothing of an applicant is in it but what the book holds.
    package var text: String {
        switch self {
        case .null: "NULL"
        case .integer(let value): "\(value)"
        case .bytes(let value): String(decoding: value, as: UTF8.self)
        }
    }
}
