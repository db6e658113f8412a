//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// Money, and other numbers, as a person reads them.
enum Money {
    /// `1,500万元` or `15,000,000 yuan`; the fen only where there are some: `0.05元`.
    ///
    /// - Parameter fen: The sum in fen (1 yuan = 100 fen).
    static func text(fen: Int64, _ language: Language) -> String { language(MoneyLiteral.words(fen: fen)) }

    /// A number that counts tenths, hundredths or smaller parts, without zeros at its end: `0.3598`, `80`.
    static func decimal(_ number: Int64, places: Int) -> String {
        let digits = String(number.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let whole = self.grouped(UInt64(padded.dropLast(places)) ?? 0)
        var rest = padded.suffix(places)
        while rest.last == "0" { rest.removeLast() }
        return (number < 0 ? "-" : "") + whole + (rest.isEmpty ? "" : ".\(rest)")
    }

    /// `1,234,567`.
    static func grouped(_ number: some BinaryInteger) -> String { MoneyLiteral.grouped(number) }
}
