//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Testing

@testable internal import GrantdPolicy

/// The calendar that is built in says what the State Council's notices say.
@Suite("The built-in working calendar")
struct WorkingCalendarTests {
    private let calendar: WorkingCalendar

    init() throws { self.calendar = try PolicyReferences.builtIn().calendar }

    private func day(_ text: String) throws -> Int64 { try #require(CivilDate(text)).days }

    /// Whether a day is worked: it is the first working day after the one before it, or before the one behind it.
    private func isWorked(_ day: Int64) -> Bool {
        day > self.calendar.first
            ? self.calendar.day(1, after: day - 1) == .day(day) : self.calendar.day(1, before: day + 1) == .day(day)
    }

    @Test("Each year has its working days", arguments: [(2025, 248), (2026, 248)] as [(Int64, Int)])
    func count(_ year: Int64, _ expected: Int) throws {
        let first = try #require(CivilDate(year: year, month: 1, day: 1)).days
        let last = try #require(CivilDate(year: year, month: 12, day: 31)).days
        #expect(self.calendar.first <= first)
        #expect(self.calendar.last >= last)
        #expect((first...last).count { self.isWorked($0) } == expected)
    }

    @Test(
        "Weekdays that are off",
        arguments: [
            "2025-01-01", "2025-01-28", "2025-02-04", "2025-04-04", "2025-05-05", "2025-06-02", "2025-10-01",
            "2025-10-08", "2026-01-01", "2026-01-02", "2026-02-16", "2026-02-20", "2026-02-23", "2026-04-06",
            "2026-05-01", "2026-05-05", "2026-06-19", "2026-09-25", "2026-10-01", "2026-10-07",
        ]
    )
    func off(_ text: String) throws {
        let day = try self.day(text)
        let weekday = try #require(CivilDate(text)).weekday
        #expect((1...5).contains(weekday))
        #expect(!self.isWorked(day))
    }

    @Test(
        "Weekends that are worked",
        arguments: [
            "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11", "2026-01-04", "2026-02-14",
            "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
        ]
    )
    func worked(_ text: String) throws {
        let day = try self.day(text)
        let weekday = try #require(CivilDate(text)).weekday
        #expect(!(1...5).contains(weekday))
        #expect(self.isWorked(day))
    }

    @Test("Ordinary weeks have five days")
    func ordinary() throws {
        for (text, isWorked) in [
            ("2025-03-07", true), ("2025-03-08", false), ("2025-03-09", false), ("2025-03-10", true),
            ("2026-07-17", true), ("2026-07-18", false), ("2026-07-19", false), ("2026-07-20", true),
        ] {
            #expect(try self.isWorked(self.day(text)) == isWorked, "\(text)")
        }
    }

    @Test("Counting goes over the holidays, forwards and backwards")
    func counts() throws {
        // Behind the Friday come a Saturday that is worked, the Spring Festival, then 24 and 25 February.
        let friday = try self.day("2026-02-13")
        #expect(try self.calendar.day(1, after: friday) == .day(self.day("2026-02-14")))
        #expect(try self.calendar.day(2, after: friday) == .day(self.day("2026-02-24")))
        #expect(try self.calendar.day(3, before: self.day("2026-02-25")) == .day(friday))
        #expect(try self.calendar.day(5, after: self.day("2025-09-30")) == .day(self.day("2025-10-14")))
        #expect(self.calendar.day(0, after: friday) == .day(friday))
        #expect(self.calendar.day(-1, after: friday) == .negativeCount)
    }

    @Test("Behind its years nothing is known")
    func ends() {
        #expect(self.calendar.day(1, before: self.calendar.first) == .notCovered)
        #expect(self.calendar.day(1, after: self.calendar.last) == .notCovered)
        #expect(self.calendar.day(0, after: self.calendar.first - 1) == .notCovered)
        #expect(self.calendar.day(0, before: self.calendar.last + 1) == .notCovered)
        #expect(self.calendar.day(100_000, after: self.calendar.first) == .notCovered)
    }
}

/// Every mistake in a calendar's file is found at its place.
@Suite("A working calendar's file")
struct WorkingCalendarFileTests {
    /// Two years in small.
    private static let good = """
        calendar: working-days
        issuer: {zh: 国务院办公厅, en: The State Council}
        years:
          - year: 2025
            notice: {number: 测试〔2024〕1号}
            days_off:
              - {from: 2025-10-01, until: 2025-10-03, holiday: {zh: 国庆节, en: National Day}}
            make_up_days:
              - {day: 2025-10-11, holiday: {zh: 国庆节, en: National Day}}
          - year: 2026
            notice: {number: 测试〔2025〕1号}
            days_off: []
            make_up_days: []

        """

    @Test("A good file")
    func goodFile() throws {
        let calendar = try WorkingCalendarFile(Self.good, name: "c.yaml").calendar()
        let first = try #require(CivilDate("2025-01-01"))
        let last = try #require(CivilDate("2026-12-31"))
        #expect(calendar.first == first.days)
        #expect(calendar.last == last.days)
        let eve = try #require(CivilDate("2025-09-30"))
        let monday = try #require(CivilDate("2025-10-06"))
        let saturday = try #require(CivilDate("2025-10-11"))
        #expect(calendar.day(1, after: eve.days) == .day(monday.days))
        #expect(calendar.day(6, after: eve.days) == .day(saturday.days))
    }

    static let mistakes: [Mistake] = [
        Mistake(.badChoice, "working-days", "holidays", at: "holidays", says: "working-days"),
        Mistake(.missingKey, "calendar: working-days\n", "", at: "issuer", says: "\"calendar\""),
        Mistake(.missingKey, "issuer: {zh: 国务院办公厅, en: The State Council}\n", "", at: "calendar", says: "\"issuer\""),
        Mistake(.missingTranslation, "en: The State Council", "en: ''", at: "''", says: "English"),
        Mistake(.unknownKey, "calendar:", "kalender: x\ncalendar:", at: "kalender"),
        Mistake(.wrongType, "year: 2025", "year: MMXXV", at: "MMXXV", says: "whole number"),
        Mistake(.badDate, "year: 2025", "year: 10000", at: "10000", says: "from 1 to 9999"),
        Mistake(.badDate, "year: 2025", "year: -9223372036854775808", at: "-9223", says: "from 1 to 9999"),
        Mistake(.badInterval, "- year: 2026", "- year: 2027", at: "year: 2027", says: "does not follow 2025"),
        Mistake(.badInterval, "- year: 2026", "- year: 2024", at: "year: 2024", says: "does not follow 2025"),
        Mistake(.missingKey, "    notice: {number: 测试〔2024〕1号}\n", "", at: "year: 2025", says: "\"notice\""),
        Mistake(.missingKey, "    days_off: []\n", "", at: "year: 2026", says: "\"days_off\""),
        Mistake(.missingKey, "    make_up_days: []\n", "", at: "year: 2026", says: "\"make_up_days\""),
        Mistake(.wrongType, "days_off: []", "days_off: none", at: "none", says: "must be a list"),
        Mistake(.wrongType, "make_up_days: []", "make_up_days: [2026-01-04]", at: "2026-01-04", says: "group of keys"),
        Mistake(.badDate, "from: 2025-10-01", "from: 2025-10-32", at: "2025-10-32", says: "no day of the calendar"),
        Mistake(.badDate, "until: 2025-10-03", "until: 2026-10-03", at: "2026-10-03", says: "in the year 2025"),
        Mistake(.badDate, "day: 2025-10-11", "day: 2024-10-12", at: "2024-10-12", says: "in the year 2025"),
        Mistake(.badDate, "until: 2025-10-03", "until: 2025-10-04", at: "{from: 2025-10-01", says: "is a weekday"),
        Mistake(.badDate, "day: 2025-10-11", "day: 2025-10-10", at: "{day: 2025-10-10", says: "Saturday or Sunday"),
        Mistake(.badInterval, "from: 2025-10-01", "from: 2025-10-06", at: "{from: 2025-10-06", says: "before the"),
        Mistake(.missingKey, "until: 2025-10-03, ", "", at: "{from", says: "\"until\""),
        Mistake(.missingKey, "day: 2025-10-11, ", "", at: "{holiday", says: "\"day\""),
        Mistake(
            .missingKey,
            "until: 2025-10-03, holiday: {zh: 国庆节, en: National Day}",
            "until: 2025-10-03",
            at: "{from",
            says: "\"holiday\""
        ),
        Mistake(.missingTranslation, "{zh: 国庆节, en: National Day}", "{en: National Day}", at: "{en", says: "Chinese"),
        Mistake(.syntax, "year: 2025", "year: 2025: x", at: "", says: "not YAML"),
    ]

    @Test("One mistake", arguments: WorkingCalendarFileTests.mistakes)
    func mistake(_ mistake: Mistake) throws {
        var text = Self.good
        for edit in mistake.edits { text = text.replacing(edit.old, with: edit.new, maxReplacements: 1) }
        #expect(text != Self.good)
        let error = #expect(throws: PolicyDiagnostics.self) { try WorkingCalendarFile(text, name: "c.yaml").calendar() }
        let diagnostics = try #require(error).list
        let found = diagnostics.filter { diagnostic in
            let rest = String(diagnostic.sourceLine.unicodeScalars.dropFirst(diagnostic.column - 1))
            return diagnostic.code == mistake.code && rest.hasPrefix(mistake.place)
        }
        let diagnostic = try #require(found.first, "\(diagnostics)")
        #expect(diagnostic.message.en.contains(mistake.says), "\(diagnostic)")
        #expect(diagnostic.file == "c.yaml")
        #expect(diagnostics.allSatisfy { $0.code == mistake.code }, "\(diagnostics)")
    }

    @Test("All mistakes are told at once")
    func together() throws {
        let text = Self.good.replacing("working-days", with: "x").replacing("2025-10-11", with: "2025-10-10")
        let error = #expect(throws: PolicyDiagnostics.self) { try WorkingCalendarFile(text, name: "c.yaml").calendar() }
        #expect(error?.list.map(\.code) == [.badChoice, .badDate])
    }

    @Test("A file without a year is none")
    func empty() {
        for text in ["", "calendar: working-days\nissuer: {zh: 一, en: a}\nyears: []\n"] {
            #expect(throws: PolicyDiagnostics.self) { try WorkingCalendarFile(text, name: "c.yaml").calendar() }
        }
    }
}
