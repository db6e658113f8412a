//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Testing

/// The functions on dates, in expressions.
struct CalendarFunctionTests {
    static let names = ["d", "e", "n", "b", "working_calendar"]
    static let environment = Environment(
        variables: [
            ("d", .date), ("e", .date), ("n", .int), ("b", .bool), ("working_calendar", .record(WorkingCalendar.type)),
        ]
    )

    private struct Outcome {
        let value: Value
        let text: String?
        let error: EvaluationError.Code?
        let unknowns: [String]

        /// A date as text.
        var date: String? { self.value.asDate.flatMap { CivilDate(days: $0) }?.description }
    }

    private func result(
        _ text: String,
        d: Value = .unset,
        e: Value = .unset,
        n: Value = .unset,
        b: Value = .unset,
        calendar: WorkingCalendar? = nil
    ) throws -> Outcome {
        let program = try #require(Self.environment.program(text), "\(Self.environment.diagnostics(text))")
        let workspace = Workspace()
        return withExtendedLifetime(calendar) {
            let value = program.run([d, e, n, b, calendar?.value ?? .unset], workspace)
            return Outcome(
                value: value,
                text: value.asString,
                error: workspace.error(of: value)?.code,
                unknowns: workspace.unknowns(of: value).map { $0.description(inputNames: Self.names) }
            )
        }
    }

    private func date(_ text: String) -> Value { .date(days: CivilDate(text)?.days ?? .min) }

    // MARK: - Parts of a date

    @Test("parts of a date, at both ends of the calendar too")
    func parts() throws {
        for (text, year, month, day) in [
            ("0001-01-01", 1, 1, 1), ("2024-02-29", 2024, 2, 29), ("2025-11-25", 2025, 11, 25),
            ("9999-12-31", 9999, 12, 31),
        ] as [(String, Int64, Int64, Int64)] {
            #expect(try self.result("year(d)", d: self.date(text)).value.asInt == year)
            #expect(try self.result("month(d)", d: self.date(text)).value.asInt == month)
            #expect(try self.result("day(d)", d: self.date(text)).value.asInt == day)
            #expect(try self.result("year_month(d)", d: self.date(text)).text == String(text.prefix(7)))
        }
    }

    @Test("the ends of months and the starts of years, at both ends of the calendar too")
    func ends() throws {
        for (text, start, end, year) in [
            ("0001-01-01", "0001-01-01", "0001-01-31", "0001-01-01"),
            ("1900-02-28", "1900-02-01", "1900-02-28", "1900-01-01"),
            ("2000-02-01", "2000-02-01", "2000-02-29", "2000-01-01"),
            ("2024-02-29", "2024-02-01", "2024-02-29", "2024-01-01"),
            ("2025-04-30", "2025-04-01", "2025-04-30", "2025-01-01"),
            ("9999-12-31", "9999-12-01", "9999-12-31", "9999-01-01"),
        ] {
            #expect(try self.result("month_start(d)", d: self.date(text)).date == start)
            #expect(try self.result("month_end(d)", d: self.date(text)).date == end)
            #expect(try self.result("year_start(d)", d: self.date(text)).date == year)
        }
    }

    @Test("each day lies between the ends of its month, and the next month begins behind them")
    func months() throws {
        let first = try #require(CivilDate("1999-01-01"))
        let last = try #require(CivilDate("2004-12-31"))
        for days in first.days...last.days {
            let date = try #require(CivilDate(days: days))
            let (start, end) = (date.monthStart, date.monthEnd)
            let next = end.addingDays(1)
            guard start.components == (date.components.year, date.components.month, 1), start <= date, date <= end,
                end.components.month == date.components.month, end.components.year == date.components.year,
                next?.components.day == 1, date.yearStart.components == (date.components.year, 1, 1)
            else {
                Issue.record("\(date): \(start) to \(end)")
                return
            }
        }
    }

    @Test("days between two days have a sign")
    func daysBetween() throws {
        for (from, to, expected) in [
            ("2025-01-01", "2025-01-01", 0), ("2024-02-28", "2024-03-01", 2), ("2025-02-28", "2025-03-01", 1),
            ("2025-03-01", "2025-02-28", -1), ("0001-01-01", "9999-12-31", 3_652_058),
            ("9999-12-31", "0001-01-01", -3_652_058),
        ] as [(String, String, Int64)] {
            let found = try self.result("days_between(d, e)", d: self.date(from), e: self.date(to))
            #expect(found.value.asInt == expected, "\(from) to \(to)")
        }
    }

    @Test("a day that the host has made up outside the calendar is an error")
    func outside() throws {
        for days in [.min, CivilDate.first.days - 1, CivilDate.last.days + 1, .max] as [Int64] {
            for name in ["year", "month", "day", "year_month", "month_start", "month_end", "year_start"] {
                #expect(try self.result("\(name)(d)", d: .date(days: days)).error == .outOfRange, "\(name) of \(days)")
            }
        }
    }

    // MARK: - Working days

    @Test("working days are counted by the calendar that the input is")
    func workingDays() throws {
        let calendar = WorkingCalendarTests.calendar
        for (text, day, count, expected) in [
            ("working_days_after(d, n, working_calendar)", "2025-01-24", 3, "2025-02-05"),
            ("working_days_after(d, n, working_calendar)", "2025-01-29", 0, "2025-01-29"),
            ("working_days_before(d, n, working_calendar)", "2025-02-05", 2, "2025-01-26"),
            ("working_days_before(d, n, working_calendar)", "2025-01-29", 0, "2025-01-29"),
            (
                "working_days_before(working_days_after(d, n, working_calendar), n, working_calendar)", "2025-01-24",
                30,
                "2025-01-24"
            ),
        ] as [(String, String, Int64, String)] {
            let found = try self.result(text, d: self.date(day), n: .int(count), calendar: calendar)
            #expect(found.date == expected, "\(text)")
            #expect(found.unknowns == [], "\(text)")
        }
    }

    @Test("a calendar that a conditional chooses is the same calendar")
    func chosenCalendar() throws {
        let text = "working_days_after(d, n, b ? working_calendar : working_calendar)"
        let calendar = WorkingCalendarTests.calendar
        let inside = try self.result(
            text,
            d: self.date("2025-01-24"),
            n: .int(1),
            b: .bool(true),
            calendar: calendar
        )
        #expect(inside.date == "2025-01-26")
        let outside = try self.result(
            text,
            d: self.date("2024-01-24"),
            n: .int(1),
            b: .bool(false),
            calendar: calendar
        )
        #expect(outside.unknowns == ["working_calendar"])
        let open = try self.result(text, d: self.date("2025-01-24"), n: .int(1), calendar: calendar)
        #expect(open.unknowns == ["b"])
    }

    @Test("outside the calendar's years a count waits for the calendar")
    func notCovered() throws {
        let calendar = WorkingCalendarTests.calendar
        for (name, day, count) in [
            ("working_days_after", "2024-12-31", 0), ("working_days_after", "2024-12-30", 1),
            ("working_days_after", "2027-01-01", 0), ("working_days_after", "2026-12-31", 1),
            ("working_days_after", "2025-01-01", .max), ("working_days_before", "2027-01-02", 1),
            ("working_days_before", "2025-01-02", 1), ("working_days_before", "2024-12-31", 0),
            ("working_days_before", "2026-12-31", .max),
        ] as [(String, String, Int64)] {
            let text = "\(name)(d, n, working_calendar)"
            let found = try self.result(text, d: self.date(day), n: .int(count), calendar: calendar)
            #expect(found.value.isUnknown, "\(count) from \(day)")
            #expect(found.unknowns == ["working_calendar"], "\(count) from \(day)")
        }
        for days in [Int64.min, .max] {
            let text = "working_days_after(d, n, working_calendar)"
            let found = try self.result(text, d: .date(days: days), n: .int(1), calendar: calendar)
            #expect(found.unknowns == ["working_calendar"])
        }
    }

    @Test("such a count travels like any other unknown")
    func notCoveredFurther() throws {
        let calendar = WorkingCalendarTests.calendar
        let (day, one) = (self.date("2030-01-01"), Value.int(1))
        let call = "working_days_after(d, n, working_calendar)"
        func found(_ text: String) throws -> Outcome { try self.result(text, d: day, n: one, calendar: calendar) }
        #expect(try found("\(call) < e").unknowns == ["working_calendar", "e"])
        #expect(try found("working_days_after(\(call), 1, working_calendar)").unknowns == ["working_calendar"])
        #expect(try found("month(\(call)) == 1").unknowns == ["working_calendar"])
        #expect(try found("\(call) < d || true").value.asBool == true)
        #expect(try found("\(call) < d && b").unknowns == ["working_calendar", "b"])
        // Whatever the calendar will say, it is a day.
        #expect(try found("\(call) > d ? 3 : 3").value.asInt == 3)
    }

    @Test("the input that is waited for is the calendar's, wherever it stands among the inputs")
    func inputIndex() throws {
        let environment = Environment(variables: [("calendar", .record(WorkingCalendar.type)), ("d", .date)])
        let program = try #require(environment.program("working_days_before(d, 1, calendar)"))
        let workspace = Workspace()
        let value = program.run([WorkingCalendarTests.calendar.value, self.date("2024-06-01")], workspace)
        #expect(workspace.unknowns(of: value) == [AttributePath(input: 0, steps: [])])
        var seen: [AttributeReference.Step] = []
        workspace.forEachUnknown(of: value) { seen.append($0.step) }
        #expect(seen == [.input(0)])
    }

    @Test("a negative count is an error, in whatever year")
    func negativeCount() throws {
        for name in ["working_days_after", "working_days_before"] {
            for count in [-1, .min] as [Int64] {
                for day in ["2025-06-15", "2030-01-01"] {
                    let found = try self.result(
                        "\(name)(d, n, working_calendar)",
                        d: self.date(day),
                        n: .int(count),
                        calendar: WorkingCalendarTests.calendar
                    )
                    #expect(found.error == .outOfRange)
                }
            }
        }
    }

    // MARK: - Unknown arguments

    @Test(
        "every unknown argument is asked for",
        arguments: [
            ("year(d)", ["d"]), ("month(d)", ["d"]), ("day(d)", ["d"]), ("year_month(d) == '2025-01'", ["d"]),
            ("month_start(d)", ["d"]), ("month_end(e)", ["e"]), ("year_start(d)", ["d"]),
            ("days_between(d, e)", ["d", "e"]), ("days_between(e, d)", ["e", "d"]), ("days_between(d, d)", ["d"]),
            ("days_between(date('2025-01-01'), e)", ["e"]), ("days_between(d, month_end(e)) > n", ["d", "e", "n"]),
            ("working_days_after(d, n, working_calendar)", ["d", "n", "working_calendar"]),
            ("working_days_before(e, 0, working_calendar)", ["e", "working_calendar"]),
            ("working_days_after(date('2025-01-01'), n, working_calendar)", ["n", "working_calendar"]),
            (
                "working_days_after(working_days_after(d, 1, working_calendar), n, working_calendar)",
                [
                    "d", "working_calendar", "n",
                ]
            ),
        ]
    )
    func unknownArguments(_ text: String, _ expected: [String]) throws {
        #expect(try self.result(text).unknowns == expected)
    }

    @Test("beside a known calendar only the rest is asked for")
    func knownCalendar() throws {
        let text = "working_days_after(d, n, working_calendar)"
        #expect(try self.result(text, calendar: WorkingCalendarTests.calendar).unknowns == ["d", "n"])
        #expect(
            try self.result(text, d: self.date("2030-01-01"), calendar: WorkingCalendarTests.calendar).unknowns == ["n"]
        )
    }

    @Test("an error beside an unknown argument is an error, unless that one may be an error first")
    func errorsBesideUnknowns() throws {
        #expect(try self.result("days_between(d, date('2025-01-0' + '0'))").error == .invalidArgument)
        #expect(try self.result("working_days_after(d, 1 / 0, working_calendar)").error == .divisionByZero)
        #expect(
            try self.result("working_days_after(days_after(d, n), 1 / 0, working_calendar)").unknowns == ["d", "n"]
        )
    }

    @Test("equal branches settle only what cannot fail")
    func canFail() throws {
        #expect(try self.result("days_between(d, e) > 3 ? 1 : 1").value.asInt == 1)
        #expect(try self.result("month(d) > 3 ? 1 : 1").unknowns == ["d"])
        #expect(
            try self.result("working_days_after(d, n, working_calendar) > d ? 1 : 1").unknowns
                == ["d", "n", "working_calendar"]
        )
    }

    // MARK: - Types

    @Test(
        "arguments of other types are no calls",
        arguments: [
            "days_between(d, 1)", "days_between(d)", "month(n)", "day('2025-01-01')", "year_month(d, d)",
            "d.month()", "working_days_after(d, n)", "working_days_after(d, n, d)", "working_days_after(d, n, n)",
            "working_days_after(n, d, working_calendar)", "working_days_before(working_calendar, n, d)",
            "working_calendar == working_calendar", "working_calendar < working_calendar", "month(working_calendar)",
        ]
    )
    func types(_ text: String) {
        #expect(Self.environment.diagnostics(text).map(\.code) == ["GRD-CEL-023"])
    }

    @Test("a calendar has no fields, and another record is no calendar")
    func records() {
        #expect(Self.environment.diagnostics("working_calendar.first").first?.code == "GRD-CEL-021")
        let environment = Environment(
            variables: [("d", .date), ("r", .record(RecordType(name: "WorkingCalendar", fields: [])))]
        )
        #expect(environment.diagnostics("working_days_after(d, 1, r)").first?.code == "GRD-CEL-023")
    }

    @Test("an argument of an open type never passes for a calendar")
    func openTypes() throws {
        for text in ["dyn(n)", "dyn(d)", "dyn(b)", "[n, 'a'][0]"] {
            let found = try self.result(
                "working_days_after(d, 1, \(text))",
                d: self.date("2025-06-15"),
                n: .int(0x4141_4141),
                b: .bool(true),
                calendar: WorkingCalendarTests.calendar
            )
            #expect(found.error == .noSuchOverload, "\(text)")
        }
        #expect(try self.result("month(dyn(d))", d: self.date("2025-06-15")).value.asInt == 6)
        #expect(try self.result("month(dyn(n))", n: .int(6)).error == .noSuchOverload)
    }
}
