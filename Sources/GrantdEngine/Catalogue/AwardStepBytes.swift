//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// Encodes the steps of a measure's award as `AwardStep`s.
enum AwardStepBytes {
    private typealias Field = ReplyField.AwardStepDescription

    /// One step with its words.
    static func make(_ step: AwardStep, _ words: AwardWords.Step, of measure: Measure) -> MessageBytes {
        var bytes = MessageBytes()
        bytes.add(varint: words.kind.rawValue, field: Field.kind)
        bytes.add(words.label, field: Field.label)
        switch step {
        case .base(_, let expression, _): self.add(expression, of: measure, to: &bytes)
        case .fixed(let fen), .limit(let fen): bytes.add(varint: UInt64(clamping: fen), field: Field.amountFen)
        case .table(let table):
            self.add(table.expression, of: measure, to: &bytes)
            for row in table.rows { bytes.add(self.row(row, table, measure), field: Field.rows) }
        case .rate(let ratio):
            bytes.add(varint: UInt64(clamping: ratio.numerator), field: Field.numerator)
            bytes.add(varint: UInt64(clamping: ratio.denominator), field: Field.denominator)
        case .cap(let index):
            let cap = measure.caps[index]
            bytes.add(varint: UInt64(clamping: cap.limit), field: Field.amountFen)
            bytes.add(cap.id, field: Field.cap)
        case .baseCaps, .round, .noCap: break
        }
        return bytes
    }

    /// An expression, and the fact that it is, if it is no more than one.
    private static func add(_ expression: String, of measure: Measure, to bytes: inout MessageBytes) {
        if let fact = AwardWords.fact(expression, measure) { bytes.add(fact.wirePath, field: Field.path) }
        bytes.add(expression, field: Field.expression)
    }

    private static func row(_ row: AwardTable.Row, _ table: AwardTable, _ measure: Measure) -> MessageBytes {
        var bytes = MessageBytes()
        bytes.add(row.name, field: ReplyField.AwardRow.value)
        bytes.add(AwardWords.label(of: row, table, measure), field: ReplyField.AwardRow.label)
        bytes.add(varint: UInt64(clamping: row.fen), field: ReplyField.AwardRow.amountFen)
        return bytes
    }
}
