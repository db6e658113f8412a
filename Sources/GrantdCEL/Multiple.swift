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

    /// A multiple from text: up to nine digits, up to six decimals after a point, and a percent sign or `/` and up to
    /// nine digits if wanted. Nil for anything else, and for a denominator of 0.
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
