//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Sums and numbers as people type them: exact, never rounded.
extension Question {
    func money(_ text: String, unit: MoneyUnit) throws(AnswerDiagnostic) -> Int64 {
        var number = text.lowercased()[...]
        for prefix in ["人民币", "rmb", "cny", "¥", "￥"] where number.hasPrefix(prefix) {
            number = number.dropFirst(prefix.count).drop { $0 == " " }
            break
        }
        var power = unit.power
        // A bare number, as a form carries it, has no unit to be looked for.
        if number.utf8.last.map({ !(0x30...0x39).contains($0) }) ?? false {
            for (suffix, itsPower) in Self.moneySuffixes where number.hasSuffix(suffix) {
                number = Self.trimmed(number.dropLast(suffix.count))
                power = itsPower
                break
            }
        }
        let decimal: DecimalText
        let fen: Int64
        do throws(DecimalText.Fault) {
            decimal = try DecimalText(Self.withoutSpaces(number))
            fen = try decimal.scaled(by: power + 2)
        } catch {
            throw Self.moneyProblem(error)
        }
        if fen < 0, let minimum, minimum >= 0 {
            throw AnswerDiagnostic(
                .negative,
                zh: "金额不能为负数，请填写 0 或更大的金额。",
                en: "A sum cannot be negative; enter 0 or more."
            )
        }
        try self.checkBounds(fen)
        return fen
    }

    func number(_ text: String) throws(AnswerDiagnostic) -> Int64 {
        var number = text.lowercased()[...]
        for suffix in self.unitSuffixes where number.count > suffix.count && number.hasSuffix(suffix) {
            number = Self.trimmed(number.dropLast(suffix.count))
            break
        }
        var power = 0
        for (suffix, itsPower) in Self.scales where number.hasSuffix(suffix) {
            number = Self.trimmed(number.dropLast(suffix.count))
            power = itsPower
            break
        }
        let places = self.unit?.places ?? 0
        let value: Int64
        do throws(DecimalText.Fault) {
            value = try DecimalText(Self.withoutSpaces(number)).scaled(by: power + places)
        } catch {
            throw Self.numberProblem(error, places: places)
        }
        if value < 0, let minimum, minimum >= 0 {
            throw AnswerDiagnostic(.negative, zh: "不能为负数，请填写 0 或更大的数。", en: "It cannot be negative; enter 0 or more.")
        }
        try self.checkBounds(value)
        return value
    }

    // MARK: - Units

    /// The longest first: every one that ends in another stands before it.
    private static let scales: [(suffix: String, power: Int)] = [
        ("百亿", 10), ("千万", 7), ("百万", 6), ("亿", 8), ("万", 4), ("billion", 9), ("million", 6), ("thousand", 3),
    ]

    private static let moneySuffixes: [(suffix: String, power: Int)] = {
        let units = ["元人民币", "元整", "元", "圆", "块", "yuan", "rmb", "cny"]
        let scaled = Self.scales.flatMap { scale in
            units.flatMap { unit in [(scale.suffix + unit, scale.power), (scale.suffix + " " + unit, scale.power)] }
        }
        return scaled + Self.scales + units.map { ($0, 0) }
    }()

    /// What may stand behind a number of the question's unit.
    private var unitSuffixes: [String] {
        guard let unit else { return [] }
        let names = [unit.suffix.zh, unit.suffix.en, unit.suffixOfOne.zh, unit.suffixOfOne.en]
        let plain = names.map { TypedText($0).text.lowercased() }.filter { !$0.isEmpty }
        // What follows a general measure word, 个月 or 个工作日, is said without it too.
        return (plain + plain.compactMap { $0.hasPrefix("个") && $0.count > 1 ? String($0.dropFirst()) : nil })
            .sorted { $0.count > $1.count }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Spaces between digits group them.
    private static func withoutSpaces(_ text: Substring) -> String { text.filter { $0 != " " } }

    // MARK: - Problems

    private func checkBounds(_ value: Int64) throws(AnswerDiagnostic) {
        let language: [Language] = [.zh, .en]
        if let minimum, value < minimum {
            let words = language.map { self.text(of: .number(minimum), $0) }
            throw AnswerDiagnostic(
                .tooSmall,
                zh: "不得小于 \(words[0])，请核对后重填。",
                en: "It must be at least \(words[1]); check it."
            )
        }
        if let maximum, value > maximum {
            let words = language.map { self.text(of: .number(maximum), $0) }
            throw AnswerDiagnostic(
                .tooLarge,
                zh: "不得大于 \(words[0])，请核对后重填。",
                en: "It must be at most \(words[1]); check it."
            )
        }
    }

    private static func moneyProblem(_ fault: DecimalText.Fault) -> AnswerDiagnostic {
        switch fault {
        case .notANumber:
            AnswerDiagnostic(
                .notANumber,
                zh: "请用数字填写金额，例如 1,234.56元 或 200万元。",
                en: "Enter the sum in digits, such as 1,234.56 yuan or 2 million yuan."
            )
        case .badGrouping: Self.groupingProblem
        case .tooPrecise:
            AnswerDiagnostic(
                .tooPrecise,
                zh: "金额最多精确到分（0.01元），不会四舍五入，请填写准确金额。",
                en: "A sum goes to the fen (0.01 yuan) and is never rounded; enter it exactly."
            )
        case .tooLarge: Self.sizeProblem
        }
    }

    private static func numberProblem(_ fault: DecimalText.Fault, places: Int) -> AnswerDiagnostic {
        switch fault {
        case .notANumber:
            AnswerDiagnostic(.notANumber, zh: "请用数字填写，例如 1,200。", en: "Enter it in digits, such as 1,200.")
        case .badGrouping: Self.groupingProblem
        case .tooPrecise where places == 0:
            AnswerDiagnostic(.notWhole, zh: "请填写整数。", en: "Enter a whole number.")
        case .tooPrecise:
            AnswerDiagnostic(
                .tooPrecise,
                zh: "小数点后最多 \(places) 位，不会四舍五入，请填写准确数值。",
                en: "At most \(places) digits behind the point; it is never rounded, so enter it exactly."
            )
        case .tooLarge: Self.sizeProblem
        }
    }

    private static let groupingProblem = AnswerDiagnostic(
        .badGrouping,
        zh: "逗号只能作千位分隔，如 1,234,567；小数请用小数点。",
        en: "Commas stand between thousands, as in 1,234,567; use a point for decimals."
    )

    private static let sizeProblem = AnswerDiagnostic(
        .tooLarge,
        zh: "数值过大，请核对后重填。",
        en: "The number is too large; check it."
    )
}
