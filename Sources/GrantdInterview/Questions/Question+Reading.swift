//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Question {
    /// The most characters of an answer in words.
    package static let longestText = 1_000

    /// Reads an answer as a person types it.
    ///
    /// - Parameters:
    ///   - typed: What was typed, in either language, whatever the page's.
    ///   - moneyUnit: What a bare sum counts. A unit in the text wins.
    ///   - today: What `今天` means; without it the word is refused.
    /// - Throws: What is wrong and what to write instead.
    package func read(
        _ typed: String,
        moneyUnit: MoneyUnit = .yuan,
        today: CalendarDay? = nil
    ) throws(AnswerDiagnostic) -> Answer {
        let text = TypedText(typed)
        guard !text.isEmpty else { throw self.emptyProblem }
        switch self.kind {
        case .flag: return .flag(try Self.flag(text.text))
        case .money: return .number(try self.money(text.text, unit: moneyUnit))
        case .number: return .number(try self.number(text.text))
        case .date: return .date(try Self.date(text.text, today: today))
        case .text: return .text(try Self.words(typed))
        case .choice: return .choice(try self.choice(text.text))
        case .choices: return .choices(try self.choices(text.text))
        case .entries: return try self.noEntries(text.text)
        }
    }

    /// Whether a text says that nobody knows: `不清楚`, `don't know`.
    package static func saysUnknown(_ typed: String) -> Bool {
        let text = TypedText(typed).text.lowercased().replacing("’", with: "'")
        return Words.Typed.unknown.contains(text)
    }

    /// What to answer.
    private var emptyProblem: AnswerDiagnostic {
        switch self.kind {
        case .flag: AnswerDiagnostic(.empty, Words.Answers.noFlag)
        case .money: AnswerDiagnostic(.empty, Words.Answers.noSum)
        case .number: AnswerDiagnostic(.empty, Words.Answers.noNumber)
        case .date:
            AnswerDiagnostic(.empty, Words.Answers.noDate)
        case .text: AnswerDiagnostic(.empty, Words.Answers.noText)
        case .choice: AnswerDiagnostic(.empty, Words.Answers.noChoice)
        case .choices: AnswerDiagnostic(.empty, Words.Answers.noChoices)
        case .entries: AnswerDiagnostic(.empty, Words.Answers.noEntryYet)
        }
    }

    // MARK: - Yes and no

    private static func flag(_ text: String) throws(AnswerDiagnostic) -> Bool {
        var word = text.lowercased()[...]
        while let last = word.last, Words.Typed.sentenceEnds.contains(last) { word = word.dropLast() }
        if Words.Typed.yes.contains(String(word)) { return true }
        if Words.Typed.no.contains(String(word)) { return false }
        throw AnswerDiagnostic(.notYesOrNo, Words.Answers.notYesOrNo)
    }

    // MARK: - Choices

    private func choice(_ text: String) throws(AnswerDiagnostic) -> String {
        if let value = self.value(like: text) { return value.name }
        let labels = self.values.prefix(8)
        let rest = self.values.count > labels.count
        throw AnswerDiagnostic(.notAChoice, Words.Answers.notAChoice(labels.map(\.label), hasMore: rest))
    }

    private func choices(_ text: String) throws(AnswerDiagnostic) -> [String] {
        if Self.saysNone(text) { return [] }
        var names: Set<String> = []
        if let value = self.value(like: text) {
            names = [value.name]
        } else {
            for part in text.split(whereSeparator: { Words.Typed.separators.contains($0) }) {
                names.insert(try self.choice(TypedText(String(part)).text))
            }
        }
        if let most, names.count > most { throw AnswerDiagnostic(.tooMany, Words.Answers.tooManyChoices(most)) }
        return self.values.map(\.name).filter { names.contains($0) }
    }

    /// By label in either language, by name, or by place from 1.
    private func value(like text: String) -> Value? {
        let wanted = Self.folded(text)
        let named = self.values.first {
            Self.folded($0.label.zh) == wanted || Self.folded($0.label.en) == wanted || Self.folded($0.name) == wanted
        }
        if let named { return named }
        guard let place = Int(text), self.values.indices.contains(place - 1) else { return nil }
        return self.values[place - 1]
    }

    private static func folded(_ text: String) -> String { TypedText(text).text.lowercased().filter { $0 != " " } }

    private static func saysNone(_ text: String) -> Bool {
        Words.Typed.none.contains(text.lowercased())
    }

    private func noEntries(_ text: String) throws(AnswerDiagnostic) -> Answer {
        guard Self.saysNone(text) else { throw self.emptyProblem }
        return .entries([])
    }

    // MARK: - Words

    private static func words(_ typed: String) throws(AnswerDiagnostic) -> String {
        let scalars = typed.unicodeScalars
        let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { throw AnswerDiagnostic(.empty, Words.Answers.noText) }
        let text = String(scalars[first...last])
        guard text.unicodeScalars.count <= Self.longestText else {
            throw AnswerDiagnostic(.tooLong, Words.Answers.tooLong(Self.longestText))
        }
        let isHidden = text.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: scalar.properties.isDefaultIgnorableCodePoint || (0xFFF9...0xFFFB).contains(scalar.value)
            }
        }
        if isHidden { throw AnswerDiagnostic(.invisible, Words.Answers.invisible) }
        return text
    }
}
