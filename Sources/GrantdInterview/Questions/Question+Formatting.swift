//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Answers as people read them, and as a form carries them.
extension Question {
    /// An answer in words, to be checked: `是`, `200万元`, `2026年5月20日`, `企业`.
    package func text(of answer: Answer, _ language: Language) -> String {
        switch answer {
        case .flag(let flag): return language.flag(flag)
        case .number(let number):
            if self.kind == .money { return Money.text(fen: number, language) }
            if let unit { return language.quantity(number, unit) }
            // A year is read without commas.
            return self.path.hasSuffix("_year") ? String(number) : Money.grouped(number)
        case .date(let day): return language.day(day)
        case .text(let text): return text
        case .choice(let name): return self.label(of: name, language)
        case .choices(let names):
            return names.isEmpty
                ? language(Words.Answers.none)
                : names.map { self.label(of: $0, language) }.joined(separator: language(Words.comma))
        case .entries(let entries):
            if entries.isEmpty { return language(Words.Answers.none) }
            return Words.Answers.entries(entries.count, language)
        }
    }

    /// What stands where nobody knows.
    package static func unknown(_ language: Language) -> String { language(Words.Answers.unknown) }

    /// An answer as a field of a form carries it: ``read(_:moneyUnit:today:)`` reads it back as the same.
    ///
    /// - Parameter moneyUnit: What the field's sum counts.
    package func plainText(of answer: Answer, moneyUnit: MoneyUnit = .yuan) -> String {
        switch answer {
        case .flag(let flag): flag ? "yes" : "no"
        case .number(let number):
            self.kind == .money
                ? Money.plainDecimal(number, places: 2 + moneyUnit.power)
                : Money.plainDecimal(number, places: self.unit?.places ?? 0)
        case .date(let day): day.iso
        case .text(let text): text
        case .choice(let name): name
        case .choices(let names): names.isEmpty ? "none" : names.joined(separator: ",")
        case .entries(let entries): entries.isEmpty ? "none" : "\(entries.count)"
        }
    }

    private func label(of name: String, _ language: Language) -> String {
        self.value(named: name).map { language($0.label) } ?? name
    }
}
