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
        return ["不清楚", "不知道", "未知", "跳过", "don't know", "dont know", "unknown", "not sure", "skip"].contains(text)
    }

    /// What to answer.
    private var emptyProblem: AnswerDiagnostic {
        switch self.kind {
        case .flag: AnswerDiagnostic(.empty, zh: "请选择“是”或“否”。", en: "Choose yes or no.")
        case .money: AnswerDiagnostic(.empty, zh: "请填写金额，例如 200万元。", en: "Enter a sum, such as 2,000,000 yuan.")
        case .number: AnswerDiagnostic(.empty, zh: "请填写数字。", en: "Enter a number.")
        case .date:
            AnswerDiagnostic(
                .empty,
                zh: "请填写日期，例如 2026年5月20日。",
                en: "Enter a date, such as 20 May 2026 or 2026-05-20."
            )
        case .text: AnswerDiagnostic(.empty, zh: "请填写内容。", en: "Enter a text.")
        case .choice: AnswerDiagnostic(.empty, zh: "请选择一项。", en: "Choose one of them.")
        case .choices: AnswerDiagnostic(.empty, zh: "请选择一项或多项。", en: "Choose one or more of them.")
        case .entries: AnswerDiagnostic(.empty, zh: "请逐项添加，没有请答“无”。", en: "Add each of them, or answer “none”.")
        }
    }

    // MARK: - Yes and no

    private static func flag(_ text: String) throws(AnswerDiagnostic) -> Bool {
        var word = text.lowercased()[...]
        while let last = word.last, "。.!！".contains(last) { word = word.dropLast() }
        switch word {
        case "是", "是的", "有", "对", "对的", "已", "y", "yes", "true": return true
        case "否", "不是", "不", "无", "没有", "没", "未", "n", "no", "false": return false
        default:
            throw AnswerDiagnostic(.notYesOrNo, zh: "请回答“是”或“否”。", en: "Answer yes or no.")
        }
    }

    // MARK: - Choices

    private func choice(_ text: String) throws(AnswerDiagnostic) -> String {
        if let value = self.value(like: text) { return value.name }
        let labels = self.values.prefix(8)
        let rest = self.values.count > labels.count
        throw AnswerDiagnostic(
            .notAChoice,
            zh: "没有这一选项，请选择：\(labels.map(\.label.zh).joined(separator: "、"))\(rest ? "等" : "")。",
            en:
                "There is no such choice; choose one of: \(labels.map(\.label.en).joined(separator: ", "))\(rest ? ", …" : "")."
        )
    }

    private func choices(_ text: String) throws(AnswerDiagnostic) -> [String] {
        if Self.saysNone(text) { return [] }
        var names: Set<String> = []
        if let value = self.value(like: text) {
            names = [value.name]
        } else {
            for part in text.split(whereSeparator: { ",、;".contains($0) }) {
                names.insert(try self.choice(TypedText(String(part)).text))
            }
        }
        if let most, names.count > most {
            throw AnswerDiagnostic(.tooMany, zh: "至多选择 \(most) 项。", en: "Choose at most \(most).")
        }
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
        ["无", "没有", "均无", "都没有", "否", "none", "no", "n", "0"].contains(text.lowercased())
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
        else { throw AnswerDiagnostic(.empty, zh: "请填写内容。", en: "Enter a text.") }
        let text = String(scalars[first...last])
        guard text.unicodeScalars.count <= Self.longestText else {
            throw AnswerDiagnostic(
                .tooLong,
                zh: "内容过长，请不超过 \(Self.longestText) 字。",
                en: "Too long; write at most \(Self.longestText) characters."
            )
        }
        let isHidden = text.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: scalar.properties.isDefaultIgnorableCodePoint || (0xFFF9...0xFFFB).contains(scalar.value)
            }
        }
        if isHidden {
            throw AnswerDiagnostic(
                .invisible,
                zh: "内容含有不可见字符（如换行、零宽字符），请删去后重填。",
                en: "The text holds a character that does not show, such as a line break; leave it out."
            )
        }
        return text
    }
}
