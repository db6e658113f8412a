//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A number as Chinese counts it: in 亿 and in 万 where that is exact with at most two digits behind the point, else in ones.
///
/// The only place that knows the rule: figures in labels, explanations and pages count by it.
package struct ChineseCount: Sendable, Hashable {
    /// What is counted.
    package enum Unit: String, Sendable {
        case one = ""
        case tenThousand = "万"
        case hundredMillion = "亿"
    }

    /// In hundredths of the unit.
    package let hundredths: UInt128
    package let unit: Unit

    /// - Parameter hundredths: The number in hundredths: for money, the fen.
    package init(hundredths: UInt128) {
        if let few = UInt64(exactly: hundredths) {
            let (count, unit) = Self.count(few)
            (self.hundredths, self.unit) = (UInt128(count), unit)
        } else {
            (self.hundredths, self.unit) = Self.count(hundredths)
        }
    }

    /// Division of 128 bits is slow, and few numbers need it.
    private static func count<Number: FixedWidthInteger>(_ hundredths: Number) -> (Number, Unit) {
        if hundredths >= 10_000_000_000, hundredths % 100_000_000 == 0 {
            return (hundredths / 100_000_000, .hundredMillion)
        }
        if hundredths >= 1_000_000, hundredths % 10_000 == 0 { return (hundredths / 10_000, .tenThousand) }
        return (hundredths, .one)
    }

    /// Whether two digits stand behind the point. Money in ones shows both or neither, `12.50`; 万 and 亿 no 0 at the end,
    /// `1.5万`.
    package var showsTwoPlaces: Bool { self.hundredths % 100 != 0 && (self.unit == .one || self.hundredths % 10 != 0) }

    /// `500万`, `1.5亿`, `3,000`, `12.50`.
    package var text: String {
        let (whole, rest) = self.hundredths.quotientAndRemainder(dividingBy: 100)
        var text = MoneyLiteral.grouped(whole)
        if rest != 0 { text += self.showsTwoPlaces ? ".\(rest / 10)\(rest % 10)" : ".\(rest / 10)" }
        return text + self.unit.rawValue
    }
}
