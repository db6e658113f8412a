//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Money, and other numbers, as a person reads them.
package enum Money {
    /// `1,500万元` or `15,000,000 yuan`; the fen only where there are some: `0.05元`.
    ///
    /// - Parameter fen: The sum in fen (1 yuan = 100 fen).
    package static func text(fen: some BinaryInteger, _ language: Language) -> String {
        let fen = Int128(fen)
        let sign = fen < 0 ? "-" : ""
        return switch language {
        case .zh: sign + self.chinese(fen.magnitude) + "元"
        case .en: sign + self.yuan(fen.magnitude) + " yuan"
        }
    }

    /// `1,234.50`: both digits of the fen or none.
    private static func yuan(_ fen: UInt128) -> String {
        let (yuan, rest) = fen.quotientAndRemainder(dividingBy: 100)
        return self.grouped(yuan) + (rest == 0 ? "" : ".\(rest / 10)\(rest % 10)")
    }

    /// In 亿 from 1亿 on, in 万 from 1万 on, where two digits behind the point say all of it.
    private static func chinese(_ fen: UInt128) -> String {
        if fen >= 10_000_000_000, fen % 100_000_000 == 0 {
            return self.decimal(Int64(clamping: fen / 100_000_000), places: 2) + "亿"
        }
        if fen >= 1_000_000, fen % 10_000 == 0 {
            return self.decimal(Int64(clamping: fen / 10_000), places: 2) + "万"
        }
        return self.yuan(fen)
    }

    /// A sum as it is typed, in fen: `5000000` yuan, `5,000,000.50`, `500万`, `1.2亿元`. `nil` where it is none.
    package static func fen(typed text: String) -> Int64? {
        var text = TypedText(text).text[...]
        if text.hasSuffix("元") { text.removeLast() }
        var power = 2
        for (unit, zeros) in [("万", 4), ("亿", 8)] where text.hasSuffix(unit) {
            text.removeLast()
            power += zeros
            break
        }
        return try? DecimalText(text).scaled(by: power)
    }

    /// A number that counts tenths, hundredths or smaller parts, without zeros at its end: `0.3598`, `80`.
    package static func decimal(_ number: Int64, places: Int) -> String {
        let (whole, rest) = self.parts(number, places: places)
        return (number < 0 ? "-" : "") + self.grouped(whole) + (rest.isEmpty ? "" : ".\(rest)")
    }

    /// The same without commas, for a field of a form: `1234.5`.
    package static func plainDecimal(_ number: Int64, places: Int) -> String {
        let (whole, rest) = self.parts(number, places: places)
        return (number < 0 ? "-" : "") + "\(whole)" + (rest.isEmpty ? "" : ".\(rest)")
    }

    /// `1,234,567`.
    package static func grouped(_ number: some BinaryInteger) -> String {
        let digits = String(number.magnitude).utf8
        let count = digits.count
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (count - index) % 3 == 0 { text.append(",") }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }

    private static func parts(_ number: Int64, places: Int) -> (whole: UInt64, rest: Substring) {
        let digits = String(number.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        var rest = padded.suffix(places)
        while rest.last == "0" { rest.removeLast() }
        return (UInt64(padded.dropLast(places)) ?? 0, rest)
    }
}
