//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Measure {
    /// The most that one application can come to, in fen: what the text's own sums and caps leave, whatever the facts.
    /// `nil` where the text has no figure, only a least one, or no bound.
    package var largestAmount: Int64? {
        guard self.basis.hasFigure, self.basis != .floor, let award = self.award else { return nil }
        var largest: Int64?
        for step in award {
            switch step {
            case .base: largest = nil
            case .baseCaps: largest = self.caps.map(\.limit).min()
            case .fixed(let fen): largest = fen
            case .table(let table): largest = table.rows.map(\.fen).max()
            case .rate(let ratio): largest = largest.map { Self.share(of: $0, ratio) }
            case .cap(let index):
                guard self.caps.indices.contains(index) else { continue }
                largest = min(largest ?? .max, self.caps[index].limit)
            case .limit(let fen): largest = min(largest ?? .max, fen)
            case .round, .noCap: continue
            }
        }
        return largest
    }

    private static func share(of fen: Int64, _ ratio: Ratio) -> Int64 {
        let product = Int128(fen) * Int128(ratio.numerator)
        return Int64(clamping: product / Int128(max(ratio.denominator, 1)))
    }
}
