//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An exact multiple: `3`, `2.5`, `60%` or `1/3`.
package struct Multiple: Sendable, Hashable {
    package let numerator: Int64
    /// Over 0.
    package let denominator: Int64

    /// A multiple from text: up to nine digits; behind them `/` and up to nine digits, or, if wanted, up to six decimals
    /// after a point and a percent sign. Nil for anything else, and for a denominator of 0.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = DigitReader(bytes: bytes)
        guard let whole = reader.number(digits: 9) else { return nil }
        var numerator = whole.value
        var denominator: Int64 = 1
        if reader.take(UInt8(ascii: "/")) {
            guard let over = reader.number(digits: 9), over.value > 0 else { return nil }
            denominator = over.value
        } else {
            if reader.take(UInt8(ascii: ".")) {
                guard let fraction = reader.number(digits: 6) else { return nil }
                for _ in 0..<fraction.digits {
                    denominator *= 10
                    numerator *= 10
                }
                numerator += fraction.value
            }
            if reader.take(UInt8(ascii: "%")) { denominator *= 100 }
        }
        guard reader.isAtEnd else { return nil }
        self.numerator = numerator
        self.denominator = denominator
    }

    /// A rate from text, `30%` or `2.5%`: up to six digits, up to six decimals after a point, and a percent sign. Nil for
    /// anything else.
    package init?(percentage bytes: UnsafeRawBufferPointer) {
        guard bytes.last == UInt8(ascii: "%"), bytes.prefix(while: { $0 &- 48 <= 9 }).count <= 6 else { return nil }
        self.init(bytes)
    }

    /// The multiple of an amount, rounded down; nil where the result does not fit 64 bits.
    package func of(_ amount: Int64) -> Int64? {
        Self.floor(of: amount, times: self.numerator, over: self.denominator)
    }

    /// A product over a divisor above 0, rounded down; exact through 128 bits, nil where the result does not fit 64.
    static func floor(of amount: Int64, times factor: Int64, over divisor: Int64) -> Int64? {
        let (quotient, rest) = (Int128(amount) * Int128(factor)).quotientAndRemainder(dividingBy: Int128(divisor))
        return Int64(exactly: rest < 0 ? quotient - 1 : quotient)
    }
}

/// Reads runs of digits.
private struct DigitReader {
    let bytes: UnsafeRawBufferPointer
    private var index = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { self.index == self.bytes.count }

    /// A number of at least one and at most so many digits.
    mutating func number(digits most: Int) -> (value: Int64, digits: Int)? {
        var value: Int64 = 0
        var digits = 0
        while self.index < self.bytes.count {
            let digit = self.bytes[self.index] &- 48
            guard digit <= 9 else { break }
            value = value * 10 + Int64(digit)
            digits += 1
            self.index += 1
            if digits > most { return nil }
        }
        return digits > 0 ? (value, digits) : nil
    }

    /// Reads past this byte if it comes next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard self.index < self.bytes.count, self.bytes[self.index] == byte else { return false }
        self.index += 1
        return true
    }
}
