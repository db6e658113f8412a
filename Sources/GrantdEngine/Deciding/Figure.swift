//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// A sum on its way through the steps of an award: whole fen, never negative, of 128 bits, or without any bound.
struct Figure: BitwiseCopyable {
    /// `nil`: without bound.
    private(set) var fen: UInt128?

    /// No bound is known.
    static let unbounded = Figure(fen: nil)

    /// A sum of fen; under 0 it is 0.
    init(_ fen: Int64) { self.fen = UInt128(max(fen, 0)) }

    private init(fen: UInt128?) { self.fen = fen }

    /// The figure times a ratio, made whole. A product beyond 128 bits has no bound.
    func times(_ numerator: UInt64, over denominator: UInt64, _ rounding: Rounding) -> Figure {
        guard let fen = self.fen, denominator > 0 else { return self }
        // The usual case: a figure of 64 bits, whose product has 128 and is divided by the processor itself.
        if fen <= UInt128(UInt64.max) {
            let product = UInt64(truncatingIfNeeded: fen).multipliedFullWidth(by: numerator)
            if product.high < denominator {
                let (quotient, remainder) = denominator.dividingFullWidth(product)
                return Figure(
                    fen: Self.rounded(UInt128(quotient), remainder: UInt128(remainder), UInt128(denominator), rounding)
                )
            }
        }
        let (product, overflows) = fen.multipliedReportingOverflow(by: UInt128(numerator))
        guard !overflows else { return .unbounded }
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: UInt128(denominator))
        return Figure(fen: Self.rounded(quotient, remainder: remainder, UInt128(denominator), rounding))
    }

    /// Cut off below the yuan.
    func downToYuan() -> Figure {
        guard let fen = self.fen else { return self }
        return Figure(fen: fen - fen % 100)
    }

    /// At most `limit`.
    func atMost(_ limit: Int64) -> Figure {
        self.exceeds(limit) ? Figure(limit) : self
    }

    /// Whether the figure is more than `limit`.
    func exceeds(_ limit: Int64) -> Bool {
        guard let fen = self.fen else { return true }
        return fen > UInt128(max(limit, 0))
    }

    /// The figure as an amount; `nil` where it is without bound or beyond 2^63 - 1.
    var amount: Int64? {
        guard let fen = self.fen else { return nil }
        return Int64(exactly: fen)
    }

    private static func rounded(
        _ quotient: UInt128,
        remainder: UInt128,
        _ denominator: UInt128,
        _ rounding: Rounding
    ) -> UInt128 {
        switch rounding {
        case .downToFen: quotient
        case .downToYuan: quotient - quotient % 100
        // The remainder is under the denominator, so the half cannot overflow; nor can the quotient of a product.
        case .halfUpToFen: remainder >= denominator - remainder ? quotient &+ 1 : quotient
        }
    }
}
