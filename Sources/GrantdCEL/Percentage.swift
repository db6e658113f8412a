//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An exact rate, written like `30%` or `2.5%`.
package struct Percentage: Sendable, Hashable {
    /// The rate in hundred-millionths: 30 % is 30,000,000.
    package let hundredMillionths: Int64

    /// A rate from text: up to six digits, up to six decimals after a point, and a percent sign. Nil for
    /// anything else.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        var whole: Int64 = 0
        var wholeDigits = 0
        var index = 0
        while index < bytes.count, let digit = Self.digit(bytes[index]) {
            whole = whole * 10 + digit
            wholeDigits += 1
            index += 1
            if wholeDigits > 6 { return nil }
        }
        guard wholeDigits > 0 else { return nil }
        var fraction: Int64 = 0
        var fractionDigits = 0
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            while index < bytes.count, let digit = Self.digit(bytes[index]) {
                fraction = fraction * 10 + digit
                fractionDigits += 1
                index += 1
                if fractionDigits > 6 { return nil }
            }
            guard fractionDigits > 0 else { return nil }
        }
        guard index == bytes.count - 1, bytes[index] == UInt8(ascii: "%") else { return nil }
        for _ in fractionDigits..<6 { fraction *= 10 }
        self.hundredMillionths = whole * 1_000_000 + fraction
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        byte >= 48 && byte <= 57 ? Int64(byte) - 48 : nil
    }

    /// The rate of an amount, rounded down; exact through 128 bits, nil where the result does not fit 64.
    package func of(_ amount: Int64) -> Int64? {
        let product = Int128(amount) * Int128(self.hundredMillionths)
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: 100_000_000)
        return Int64(exactly: remainder < 0 ? quotient - 1 : quotient)
    }
}
