//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A sum of money that cannot overflow, in fen: exact where single awards come and go, however large they are.
package struct Fen: Sendable, Hashable {
    package var value: Int128

    package init(_ value: Int128 = 0) { self.value = value }

    package init(_ fen: Int64?) { self.value = Int128(fen ?? 0) }

    /// What a table keeps of it: how often it holds 10^18 fen, and the rest, 0 or more.
    package init(quintillions: Int64, rest: Int64) {
        self.value = Int128(quintillions) * Self.quintillion + Int128(rest)
    }

    package static let quintillion: Int128 = 1_000_000_000_000_000_000

    package var quintillions: Int64 {
        let (quotient, rest) = self.value.quotientAndRemainder(dividingBy: Self.quintillion)
        return Int64(clamping: rest < 0 ? quotient - 1 : quotient)
    }

    package var rest: Int64 {
        let rest = self.value % Self.quintillion
        return Int64(clamping: rest < 0 ? rest + Self.quintillion : rest)
    }

    /// As the service sees it: it stays at 2^63 - 1.
    package var clamped: Int64 { Int64(clamping: self.value) }

    package static func += (sum: inout Self, other: Self) { sum.value += other.value }

    package static prefix func - (sum: Self) -> Self { Self(-sum.value) }
}
