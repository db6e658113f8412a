//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A sum of money as a policy file writes it: `2,000,000 yuan`, `12.5 yuan`, `100 fen`, `500万元`, `1.5亿元`, `3,000元`.
package enum MoneyLiteral {
    /// What is wrong with a text that is no sum.
    package enum Fault: Error {
        case malformed
        case notPositive
        case tooLarge
    }

    /// What a sum is counted in.
    private struct Unit {
        let suffix: String
        /// How many digits behind the point a fen is.
        let places: Int
    }

    /// The longest first: every one that ends in another stands before it.
    private static let units = [
        Unit(suffix: "亿元", places: 10), Unit(suffix: "万元", places: 6), Unit(suffix: "元", places: 2),
        Unit(suffix: " yuan", places: 2), Unit(suffix: " fen", places: 0),
    ]

    static let hint = Text(
        zh: "金额写作 500万元、1.5亿元、2,000,000元、12.5 yuan 或 100 fen",
        en: "write a sum such as 2,000,000 yuan, 12.5 yuan, 100 fen, 500万元 or 1.5亿元"
    )

    /// Whether the text ends like a sum.
    static func hasUnit(_ text: String) -> Bool { self.units.contains { text.hasSuffix($0.suffix) } }

    /// The sum in fen, over 0, exact.
    package static func parse(_ text: String) throws(Fault) -> Int64 {
        guard let unit = self.units.first(where: { text.hasSuffix($0.suffix) }) else { throw .malformed }
        var number = text.dropLast(unit.suffix.count)
        // A Chinese unit may stand behind a space, an English one must.
        if !unit.suffix.hasPrefix(" "), number.hasSuffix(" ") { number = number.dropLast() }
        let isNegative = number.hasPrefix("-")
        if isNegative { number = number.dropFirst() }
        let halves = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = halves.first, let digits = self.digits(of: whole) else { throw .malformed }
        var fraction: Int64 = 0
        if halves.count == 2 {
            let tail = halves[1]
            guard !tail.isEmpty, tail.utf8.count <= unit.places, tail.utf8.allSatisfy(Self.isDigit),
                let value = Int64(tail)
            else { throw .malformed }
            // At most ten digits.
            fraction = value &* self.powerOfTen(unit.places - tail.utf8.count)
        }
        guard let value = Int64(digits) else { throw .tooLarge }
        let (scaled, overflowed) = value.multipliedReportingOverflow(by: self.powerOfTen(unit.places))
        let (fen, overflowedAgain) = scaled.addingReportingOverflow(fraction)
        guard !overflowed, !overflowedAgain else { throw .tooLarge }
        guard !isNegative, fen > 0 else { throw .notPositive }
        return fen
    }

    private static func powerOfTen(_ exponent: Int) -> Int64 {
        var power: Int64 = 1
        for _ in 0..<exponent { power &*= 10 }
        return power
    }

    /// The digits without their commas; `nil` where the commas do not part them by threes.
    private static func digits(of text: Substring) -> String? {
        let groups = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let first = groups.first, !first.isEmpty, groups.allSatisfy({ $0.utf8.allSatisfy(self.isDigit) }) else {
            return nil
        }
        if groups.count > 1 {
            guard first.utf8.count <= 3, groups.dropFirst().allSatisfy({ $0.utf8.count == 3 }) else { return nil }
        }
        return groups.joined()
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    // MARK: - In texts that people read

    /// The sum in each language's habit: `500万元`, `1.5亿元`, `3,000元`; `5,000,000 yuan`.
    ///
    /// What is written reads back as the same sum.
    ///
    /// - Parameter fen: The sum in fen (1 yuan = 100 fen), under 0 where something is lost.
    package static func words(fen: Int64) -> Text {
        let sign = fen < 0 ? "-" : ""
        let (yuan, rest) = fen.magnitude.quotientAndRemainder(dividingBy: 100)
        let digits = self.grouped(yuan) + (rest == 0 ? "" : ".\(rest / 10)\(rest % 10)")
        return Text(
            zh: sign + ChineseCount(hundredths: UInt128(fen.magnitude)).text + "元",
            en: sign + digits + " yuan"
        )
    }

    /// A whole number with commas between its thousands.
    package static func grouped(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// The sums, in fen, that a text for people names: `500万元`, `5,000,000 yuan`, `5 million yuan`.
    package static func sums(in text: String) -> Set<Int64> {
        var sums: Set<Int64> = []
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            var end = index
            while end < scalars.count, Self.isPart(scalars[end]) { end += 1 }
            guard end > index else {
                index += 1
                continue
            }
            var number = String(String.UnicodeScalarView(scalars[index..<end]))
            index = end
            while let last = number.last, last == "," || last == "." { number.removeLast() }
            while let first = number.first, first == "," || first == "." { number.removeFirst() }
            let rest = String(String.UnicodeScalarView(scalars[end...].prefix(16)))
            let tail = rest.hasPrefix(" ") ? rest.dropFirst() : rest[...]
            if tail.hasPrefix("million yuan"), let fen = try? self.parse(number + "万元") {
                let (sum, overflows) = fen.multipliedReportingOverflow(by: 100)
                if !overflows { sums.insert(sum) }
            } else if let unit = self.units.first(where: { tail.hasPrefix($0.suffix.drop { $0 == " " }) }),
                let fen = try? self.parse(number + unit.suffix)
            {
                sums.insert(fen)
            }
        }
        return sums
    }

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        (0x30...0x39).contains(scalar.value) || scalar == "," || scalar == "."
    }
}
