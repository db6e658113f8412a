//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// A figure of the document with a name, so that it stands once: `threshold: 500万元`.
struct NamedFigure: Sendable {
    /// What it is.
    enum Value: Sendable, Hashable {
        /// In fen, over 0.
        case money(Int64)
        case number(Int64)
        case share(Ratio)
    }

    /// `kebab-case`.
    let name: Located<String>
    let value: Value

    /// Its name in an expression: `least-area` is `least_area`.
    var identifier: String { Self.identifier(self.name.value) }

    static func identifier(_ name: String) -> String { String(name.map { $0 == "-" ? "_" : $0 }) }
}

extension NamedFigure.Value {
    /// The value of a text; `nil` where it is none of the three.
    init?(_ text: String) {
        if let fen = try? MoneyLiteral.parse(text) {
            self = .money(fen)
        } else if let ratio = try? RatioLiteral.parse(text) {
            self = .share(ratio)
        } else if let number = Int64(text.filter { $0 != "," }), text.utf8.first != UInt8(ascii: "+") {
            self = .number(number)
        } else {
            return nil
        }
    }

    /// As people read it in each language: `500万元`, `5,000,000 yuan`; `100万`, `1,000,000`; `1500`, `1,500`; `30%`.
    var words: Text {
        switch self {
        case .money(let fen): MoneyLiteral.words(fen: fen)
        case .number(let number): Text(zh: Self.chinese(number), en: MoneyLiteral.grouped(number))
        case .share(let ratio): Text(zh: ratio.text, en: ratio.text)
        }
    }

    /// A number under ten thousand may be a year, and has no comma.
    private static func chinese(_ number: Int64) -> String {
        guard number.magnitude >= 10_000 else { return "\(number)" }
        return (number < 0 ? "-" : "") + ChineseCount(hundredths: UInt128(number.magnitude) * 100).text
    }

    /// In an expression: fen and numbers as such, a share as the text that `percent` and `at_least` take.
    var constant: Environment.Constant {
        switch self {
        case .money(let fen): .int(fen)
        case .number(let number): .int(number)
        case .share(let ratio): .string(ratio.text)
        }
    }
}
