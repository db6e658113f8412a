//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A share as a policy file writes it: `30%`, `12.5%`, `1/3`.
package enum RatioLiteral {
    /// What is wrong with a text that is no share.
    package enum Fault: Error {
        case malformed
        case notPositive
        case overOne
    }

    static let hint = Text(
        zh: "比例写作 30%、12.5% 或 1/3",
        en: "write a share such as 30%, 12.5% or 1/3"
    )

    /// The share, over 0 and at most the whole, in lowest terms.
    package static func parse(_ text: String) throws(Fault) -> Ratio {
        let numerator: Int64
        let denominator: Int64
        if text.hasSuffix("%") {
            let halves = text.dropLast().split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard let whole = halves.first, let percents = self.number(whole, digits: 1...9) else { throw .malformed }
            var scale: Int64 = 1
            var fraction: Int64 = 0
            if halves.count == 2 {
                guard let tail = self.number(halves[1], digits: 1...9) else { throw .malformed }
                fraction = tail
                for _ in halves[1].utf8 { scale &*= 10 }
            }
            // Nine digits before the point and nine behind it: inside 64 bits.
            numerator = percents &* scale &+ fraction
            denominator = scale &* 100
        } else {
            let halves = text.split(separator: "/", omittingEmptySubsequences: false)
            guard halves.count == 2, let over = self.number(halves[0], digits: 1...9),
                let under = self.number(halves[1], digits: 1...9)
            else { throw .malformed }
            numerator = over
            denominator = under
        }
        guard numerator > 0, denominator > 0 else { throw .notPositive }
        guard numerator <= denominator else { throw .overOne }
        let divisor = self.greatestCommonDivisor(numerator, denominator)
        return Ratio(numerator: numerator / divisor, denominator: denominator / divisor, text: text)
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int64? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }

    /// Both are over 0.
    private static func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }
}
