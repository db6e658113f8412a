//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The regular expression of the whole numbers of a range, as they are written in digits: JSON Schema's bounds hold for numbers
/// only, and a whole number may stand in a string too.
struct NumberPattern {
    private var alternatives: [String] = []

    /// The expression, anchored at both ends.
    ///
    /// - Parameter range: within ±(10^18 - 1).
    static func of(_ range: ClosedRange<Int64>) -> String {
        var pattern = NumberPattern()
        if range.lowerBound < 0 {
            pattern.add(max(1, -range.upperBound)...(-range.lowerBound), sign: "-")
        }
        if range.upperBound >= 0 { pattern.add(max(0, range.lowerBound)...range.upperBound, sign: "") }
        return "^(\(pattern.alternatives.joined(separator: "|")))$"
    }

    /// Adds the numbers of a range that has none below 0.
    private mutating func add(_ range: ClosedRange<Int64>, sign: String) {
        var least = range.lowerBound
        if least == 0 {
            self.alternatives.append(sign + "0")
            least = 1
        }
        while least <= range.upperBound {
            let length = String(least).utf8.count
            let next = Self.powerOfTen(length)
            if least == Self.powerOfTen(length - 1), range.upperBound >= next - 1 {
                // All numbers of this length, and of those above it that are whole too.
                var longest = length
                while longest < 18, range.upperBound >= Self.powerOfTen(longest + 1) - 1 { longest += 1 }
                let more = length == longest ? Self.any(length - 1) : "[0-9]{\(length - 1),\(longest - 1)}"
                self.alternatives.append("\(sign)[1-9]\(more)")
                least = Self.powerOfTen(longest)
            } else {
                let most = min(range.upperBound, next - 1)
                let pieces = Self.between(Array(String(least).utf8)[...], Array(String(most).utf8)[...])
                self.alternatives += pieces.map { sign + $0 }
                least = next
            }
        }
    }

    /// What matches the numbers between two of one length.
    private static func between(_ least: ArraySlice<UInt8>, _ most: ArraySlice<UInt8>) -> [String] {
        guard let low = least.first, let high = most.first else { return [""] }
        let (lower, upper) = (least.dropFirst(), most.dropFirst())
        if low == high { return self.between(lower, upper).map { self.digits(low, low) + $0 } }
        let startsWhole = lower.allSatisfy { $0 == UInt8(ascii: "0") }
        let endsWhole = upper.allSatisfy { $0 == UInt8(ascii: "9") }
        let first = startsWhole ? low : low + 1
        let last = endsWhole ? high : high - 1
        var found: [String] = []
        if !startsWhole {
            found += self.between(lower, lower.map { _ in UInt8(ascii: "9") }[...]).map { self.digits(low, low) + $0 }
        }
        if first <= last { found.append(self.digits(first, last) + self.any(lower.count)) }
        if !endsWhole {
            found += self.between(upper.map { _ in UInt8(ascii: "0") }[...], upper).map { self.digits(high, high) + $0 }
        }
        return found
    }

    private static func digits(_ first: UInt8, _ last: UInt8) -> String {
        let (low, high) = (Unicode.Scalar(first), Unicode.Scalar(last))
        return first == last ? "\(low)" : "[\(low)-\(high)]"
    }

    private static func any(_ count: Int) -> String {
        switch count {
        case 0: ""
        case 1: "[0-9]"
        default: "[0-9]{\(count)}"
        }
    }

    private static func powerOfTen(_ exponent: Int) -> Int64 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}
