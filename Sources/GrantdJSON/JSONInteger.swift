//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A JSON number read as a whole number, exactly: `1800000000`, `18e8` and `1.5e1` are whole, `0.5` is not.
enum JSONInteger: Equatable, BitwiseCopyable {
    case value(Int64)
    /// A whole number beyond 64 bits.
    case outOfRange
    /// A number with a fraction, or no number at all.
    case notWhole

    /// - Parameter text: What should be a number as JSON writes it. Anything else is `.notWhole`.
    init(_ start: UnsafePointer<UInt8>, count: Int) {
        let end = start + count
        var cursor = start
        let isNegative = count > 0 && start[0] == UInt8(ascii: "-")
        if isNegative { cursor += 1 }
        // Nearly every number is plain digits, and few of them.
        if 1...18 ~= end - cursor, cursor[0] != UInt8(ascii: "0") || end - cursor == 1 {
            var value: Int64 = 0
            var digit = cursor
            while digit < end, JSONScanner.isDigit(digit[0]) {
                value = value &* 10 &+ Int64(digit[0] &- UInt8(ascii: "0"))
                digit += 1
            }
            if digit == end {
                self = .value(isNegative ? -value : value)
                return
            }
        }
        self = Self.scaled(cursor, end, isNegative: isNegative)
    }

    /// Digits, a fraction, an exponent.
    private static func scaled(
        _ start: UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>,
        isNegative: Bool
    ) -> Self {
        var cursor = start
        func skipDigits() -> Int {
            let first = cursor
            while cursor < end, JSONScanner.isDigit(cursor[0]) { cursor += 1 }
            return cursor - first
        }
        let wholeDigits = skipDigits()
        guard wholeDigits > 0, wholeDigits == 1 || start[0] != UInt8(ascii: "0") else { return .notWhole }
        var scale = 0
        if cursor < end, cursor[0] == UInt8(ascii: ".") {
            cursor += 1
            let digits = skipDigits()
            guard digits > 0 else { return .notWhole }
            scale = -digits
        }
        var last = cursor
        if cursor < end {
            guard let exponent = Self.exponent(cursor, end) else { return .notWhole }
            scale += exponent
        }
        // Zeros at the end are the scale's.
        while last > start, last[-1] == UInt8(ascii: "0") || last[-1] == UInt8(ascii: ".") {
            last -= 1
            if last[0] == UInt8(ascii: "0") { scale += 1 }
        }
        guard last > start else { return .value(0) }
        guard scale >= 0 else { return .notWhole }
        var value: Int64 = 0
        var isTooLarge = false
        func append(_ digit: UInt8) {
            let (product, first) = value.multipliedReportingOverflow(by: 10)
            // Summed on the negative side, which holds one value more.
            let (sum, second) = product.subtractingReportingOverflow(Int64(digit))
            value = sum
            isTooLarge = isTooLarge || first || second
        }
        cursor = start
        while cursor < last {
            if cursor[0] != UInt8(ascii: ".") { append(cursor[0] - UInt8(ascii: "0")) }
            cursor += 1
        }
        // The value is not 0: more zeros than that fit no number.
        guard scale < 20 else { return .outOfRange }
        for _ in 0..<scale { append(0) }
        if isTooLarge { return .outOfRange }
        if isNegative { return .value(value) }
        return value == .min ? .outOfRange : .value(-value)
    }

    /// `e9`, `E+9`, `e-9`; an exponent too large for anything counts as 2^40.
    private static func exponent(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int? {
        guard start[0] | 0x20 == UInt8(ascii: "e") else { return nil }
        var cursor = start + 1
        let isNegative = cursor < end && cursor[0] == UInt8(ascii: "-")
        if isNegative || cursor < end && cursor[0] == UInt8(ascii: "+") { cursor += 1 }
        guard cursor < end else { return nil }
        var value = 0
        while cursor < end {
            guard JSONScanner.isDigit(cursor[0]) else { return nil }
            value = min(1 << 40, value * 10 + Int(cursor[0] - UInt8(ascii: "0")))
            cursor += 1
        }
        return isNegative ? -value : value
    }
}
