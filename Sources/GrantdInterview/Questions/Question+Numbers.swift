//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Sums and numbers as people type them: exact, never rounded.
extension Question {
    func money(_ text: String, unit: MoneyUnit) throws(AnswerDiagnostic) -> Int64 {
        var number = text.lowercased()[...]
        for prefix in Words.Typed.currencies where number.hasPrefix(prefix) {
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
        if fen < 0, let minimum, minimum >= 0 { throw AnswerDiagnostic(.negative, Words.Answers.negativeSum) }
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
        for (suffix, itsPower) in Words.Typed.scales where number.hasSuffix(suffix) {
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
        if value < 0, let minimum, minimum >= 0 { throw AnswerDiagnostic(.negative, Words.Answers.negative) }
        try self.checkBounds(value)
        return value
    }

    // MARK: - Units

    private static let moneySuffixes: [(suffix: String, power: Int)] = {
        let units = Words.Typed.yuan
        let scaled = Words.Typed.scales.flatMap { scale in
            units.flatMap { unit in [(scale.suffix + unit, scale.power), (scale.suffix + " " + unit, scale.power)] }
        }
        return scaled + Words.Typed.scales + units.map { ($0, 0) }
    }()

    /// What may stand behind a number of the question's unit.
    private var unitSuffixes: [String] {
        guard let unit else { return [] }
        let names = [unit.suffix.zh, unit.suffix.en, unit.suffixOfOne.zh, unit.suffixOfOne.en]
        let plain = names.map { TypedText($0).text.lowercased() }.filter { !$0.isEmpty }
        return
            (plain
            + plain.compactMap { $0.first == Words.Typed.measureWord && $0.count > 1 ? String($0.dropFirst()) : nil })
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

    private func words(_ number: Int64) -> BilingualText {
        BilingualText(zh: self.text(of: .number(number), .zh), en: self.text(of: .number(number), .en))
    }

    private func checkBounds(_ value: Int64) throws(AnswerDiagnostic) {
        if let minimum, value < minimum {
            throw AnswerDiagnostic(.tooSmall, Words.Answers.tooSmall(self.words(minimum)))
        }
        if let maximum, value > maximum {
            throw AnswerDiagnostic(.tooLarge, Words.Answers.tooLarge(self.words(maximum)))
        }
    }

    private static func moneyProblem(_ fault: DecimalText.Fault) -> AnswerDiagnostic {
        switch fault {
        case .notANumber:
            AnswerDiagnostic(.notANumber, Words.Answers.notASum)
        case .badGrouping: Self.groupingProblem
        case .tooPrecise:
            AnswerDiagnostic(.tooPrecise, Words.Answers.finerThanFen)
        case .tooLarge: Self.sizeProblem
        }
    }

    private static func numberProblem(_ fault: DecimalText.Fault, places: Int) -> AnswerDiagnostic {
        switch fault {
        case .notANumber:
            AnswerDiagnostic(.notANumber, Words.Answers.notANumber)
        case .badGrouping: Self.groupingProblem
        case .tooPrecise where places == 0:
            AnswerDiagnostic(.notWhole, Words.Answers.notWhole)
        case .tooPrecise:
            AnswerDiagnostic(.tooPrecise, Words.Answers.tooPrecise(places))
        case .tooLarge: Self.sizeProblem
        }
    }

    private static let groupingProblem = AnswerDiagnostic(.badGrouping, Words.Answers.badGrouping)

    private static let sizeProblem = AnswerDiagnostic(.tooLarge, Words.Answers.numberTooLarge)
}
