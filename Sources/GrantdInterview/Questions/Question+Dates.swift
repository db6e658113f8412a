//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Days as people type them.
extension Question {
    /// `2026年5月20日`, `2026-05-20`, `2026/5/20`, `2026.5.20`, `20260520`, `20 May 2026`, `May 20, 2026`.
    static func date(_ text: String, today: CalendarDay?) throws(AnswerDiagnostic) -> CalendarDay {
        let word = text.lowercased()
        if let today, Words.Typed.today.contains(word) { return today }
        if Self.isDayOfMonth(word) { throw AnswerDiagnostic(.noYear, Words.Answers.noYear) }
        guard let parts = Self.parts(of: word) else {
            throw AnswerDiagnostic(.notADate, Words.Answers.noDate)
        }
        guard let day = CalendarDay(year: parts.year, month: parts.month, day: parts.day) else {
            throw AnswerDiagnostic(.noSuchDay, Words.Answers.noSuchDay(parts.year, parts.month, parts.day))
        }
        return day
    }

    private static func parts(of text: String) -> (year: Int, month: Int, day: Int)? {
        let plain = text.filter { $0 != " " }
        if plain.utf8.count == 8, plain.utf8.allSatisfy(Self.isDigit) {
            let (year, rest) = (plain.prefix(4), plain.dropFirst(4))
            return Self.numbers([year, rest.prefix(2), rest.dropFirst(2)])
        }
        if let marked = Self.marked(plain) { return Self.numbers(marked) }
        for separator in ["-", "/", "."] as [Character] {
            let parts = plain.split(separator: separator, omittingEmptySubsequences: false)
            if parts.count == 3 { return Self.numbers(parts) }
        }
        return Self.english(text)
    }

    /// `2026年5月20日`; the last mark may be 号 or left out.
    private static func marked(_ text: String) -> [Substring]? {
        let halves = text.split(separator: Words.Typed.year, omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let parts = halves[1].split(separator: Words.Typed.month, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let hasMark = parts[1].last.map { Words.Typed.day.contains($0) } ?? false
        return [halves[0], parts[0], hasMark ? parts[1].dropLast() : parts[1]]
    }

    /// `20 May 2026`, `May 20, 2026`.
    private static func english(_ text: String) -> (year: Int, month: Int, day: Int)? {
        let words = text.split { $0 == " " || $0 == "," }
        guard words.count == 3, let place = words.firstIndex(where: { Self.month($0) != nil }), place < 2,
            let month = Self.month(words[place]), let year = Self.number(words[2], digits: 4...4),
            let day = Self.number(words[1 - place], digits: 1...2)
        else { return nil }
        return (year, month, day)
    }

    private static func month(_ word: Substring) -> Int? {
        guard word.count >= 3 else { return nil }
        let place = CalendarDay.englishMonths.firstIndex { $0.lowercased().hasPrefix(word) }
        return place.map { $0 + 1 }
    }

    private static func numbers(_ parts: [Substring]) -> (year: Int, month: Int, day: Int)? {
        guard let year = Self.number(parts[0], digits: 4...4), let month = Self.number(parts[1], digits: 1...2),
            let day = Self.number(parts[2], digits: 1...2)
        else { return nil }
        return (year, month, day)
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy(Self.isDigit) else { return nil }
        return Int(text)
    }

    /// `5月20日`, `5-20`: a day without its year.
    private static func isDayOfMonth(_ text: String) -> Bool {
        let parts = text.filter { $0 != " " && !Words.Typed.day.contains($0) }
            .split(omittingEmptySubsequences: false) { $0 == Words.Typed.month || "-/.".contains($0) }
        return parts.count == 2 && parts.allSatisfy { Self.number($0, digits: 1...2) != nil }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
