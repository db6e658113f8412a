//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// What was typed into the fields of a page, as it was typed.
struct TypedAnswers {
    private var values: [String: [String]] = [:]
    private var units: [String: MoneyUnit] = [:]
    let today: CalendarDay?

    init(_ form: [(name: String, value: String)], today: String) {
        self.today = CalendarDay(iso: today)
        let typed = FormField.typed("")
        let unit = FormField.unit("")
        for (name, value) in form {
            if name.hasPrefix(typed) {
                self.values[String(name.dropFirst(typed.count)), default: []].append(value)
            } else if name.hasPrefix(unit) {
                self.units[String(name.dropFirst(unit.count))] = MoneyUnit(rawValue: value)
            }
        }
    }

    /// The fields as they are filled in for an answer that was given before.
    init(_ answers: [(Question, Answer?)], language: Language) {
        self.today = nil
        for (question, answer) in answers {
            guard let answer else { continue }
            switch answer {
            case .choices(let names): self.values[question.path] = names
            case .number(let fen) where question.kind == .money:
                // As the reader's language says such a sum: in whole and hundredths of 万元, else in yuan.
                let unit: MoneyUnit = language == .zh && fen != 0 && fen % 1_000_000 == 0 ? .tenThousandYuan : .yuan
                self.units[question.path] = unit
                self.values[question.path] = [question.plainText(of: answer, moneyUnit: unit)]
            case .date(let day): self.values[question.path] = [language.day(day)]
            default: self.values[question.path] = [question.plainText(of: answer)]
            }
        }
    }

    /// The text of a field; empty where nothing was typed.
    func text(_ question: Question) -> String { self.values[question.path]?.last ?? "" }

    func isChosen(_ value: String, _ question: Question) -> Bool {
        self.values[question.path]?.contains(value) ?? false
    }

    func unit(_ question: Question, _ language: Language) -> MoneyUnit {
        self.units[question.path] ?? (language == .zh ? .tenThousandYuan : .yuan)
    }

    /// Whether nothing was typed or chosen.
    func isEmpty(_ question: Question) -> Bool {
        self.values[question.path]?.allSatisfy { $0.allSatisfy(\.isWhitespace) } ?? true
    }

    /// Reads a field.
    ///
    /// - Returns: nil where it says that nobody knows.
    func read(_ question: Question, _ language: Language) throws(AnswerDiagnostic) -> Answer? {
        let text =
            question.kind == .choices ? self.values[question.path]?.joined(separator: ",") ?? "" : self.text(question)
        if text == FormField.unknown || Question.saysUnknown(text) { return nil }
        return try question.read(text, moneyUnit: self.unit(question, language), today: self.today)
    }
}
