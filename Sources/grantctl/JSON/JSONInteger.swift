//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads a JSON number as a whole number, exactly: `1800000000`, `18e8` and `1.5e1` are whole, `0.5` is not.
enum JSONInteger: Equatable {
    case value(Int64)
    /// A whole number beyond 64 bits.
    case outOfRange
    /// A number with a fraction, or no number at all.
    case notWhole

    /// - Parameter digits: A number as JSON writes it. Anything else is `.notWhole`.
    init(_ digits: UnsafeBufferPointer<UInt8>) {
        var index = 0
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { index = 1 }
        guard index < digits.count, digits.count - index <= 400 else {
            // So many plain digits are a whole number all the same, if one that nothing holds.
            let isWhole = index < digits.count && digits[index...].allSatisfy(JSONCursor.isDigit)
            self = isWhole ? .outOfRange : .notWhole
            return
        }
        // Nearly every number is plain digits, and few of them.
        if digits.count - index <= 18 {
            var value: Int64 = 0
            while index < digits.count, JSONCursor.isDigit(digits[index]) {
                value = value &* 10 &+ Int64(digits[index] &- UInt8(ascii: "0"))
                index &+= 1
            }
            if index == digits.count {
                self = .value(isNegative ? -value : value)
                return
            }
        }
        self = Self.scaled(digits, isNegative: isNegative)
    }

    private static func scaled(_ text: UnsafeBufferPointer<UInt8>, isNegative: Bool) -> Self {
        var significant: [UInt8] = []
        var scale = 0
        var index = isNegative ? 1 : 0
        var isFraction = false
        var digitsSeen = 0
        while index < text.count {
            let byte = text[index]
            if JSONCursor.isDigit(byte) {
                digitsSeen += 1
                significant.append(byte - UInt8(ascii: "0"))
                if isFraction { scale -= 1 }
            } else if byte == UInt8(ascii: "."), !isFraction, digitsSeen > 0 {
                isFraction = true
            } else {
                break
            }
            index += 1
        }
        guard digitsSeen > 0, text[index - 1] != UInt8(ascii: ".") else { return .notWhole }
        if index < text.count {
            guard let exponent = Self.exponent(text[index...]) else { return .notWhole }
            scale += exponent
        }
        let leading = significant.prefix { $0 == 0 }.count
        significant.removeFirst(leading)
        while significant.last == 0 {
            significant.removeLast()
            scale += 1
        }
        guard !significant.isEmpty else { return .value(0) }
        guard scale >= 0 else { return .notWhole }
        guard significant.count + scale <= 19 else { return .outOfRange }
        var value: Int64 = 0
        for digit in significant + Array(repeating: 0, count: scale) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            // Summed on the negative side, which holds one value more.
            let (sum, further) = product.subtractingReportingOverflow(Int64(digit))
            guard !overflow, !further else { return .outOfRange }
            value = sum
        }
        if isNegative { return .value(value) }
        return value == .min ? .outOfRange : .value(-value)
    }

    /// `e9`, `E+9`, `e-9`; an exponent too large for anything counts as 10,000.
    private static func exponent(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        guard text.first == UInt8(ascii: "e") || text.first == UInt8(ascii: "E") else { return nil }
        var digits = text.dropFirst()
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        guard !digits.isEmpty, digits.allSatisfy(JSONCursor.isDigit) else { return nil }
        let value = digits.reduce(0) { min(10_000, $0 * 10 + Int($1 - UInt8(ascii: "0"))) }
        return isNegative ? -value : value
    }
}
