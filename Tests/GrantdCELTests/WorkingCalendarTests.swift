//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Testing

/// Counts of working days, on a calendar that is written out here and on random ones.
struct WorkingCalendarTests {
    /// 2025 and 2026 with the holidays of January and February 2025 only.
    static let calendar = WorkingCalendar(
        firstYear: 2025,
        lastYear: 2026,
        daysOff: Set(
            [
                "2025-01-01", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31", "2025-02-01", "2025-02-02",
                "2025-02-03", "2025-02-04",
            ].map(Self.number)
        ),
        makeUpDays: Set(["2025-01-26", "2025-02-08"].map(Self.number))
    )

    /// A day's number; one that lies in no calendar where the text is no day.
    static func number(_ text: String) -> Int64 { CivilDate(text)?.days ?? .min }

    @Test("days off are passed over and make-up days count, after a day")
    func after() {
        for (day, count, expected) in [
            ("2025-01-01", 1, "2025-01-02"), ("2025-01-03", 1, "2025-01-06"), ("2025-01-04", 1, "2025-01-06"),
            ("2025-01-03", 6, "2025-01-13"), ("2025-01-24", 1, "2025-01-26"), ("2025-01-25", 1, "2025-01-26"),
            ("2025-01-24", 2, "2025-01-27"), ("2025-01-24", 3, "2025-02-05"), ("2025-01-29", 1, "2025-02-05"),
            ("2025-01-24", 6, "2025-02-08"), ("2025-01-24", 7, "2025-02-10"), ("2025-12-31", 1, "2026-01-01"),
        ] as [(String, Int64, String)] {
            let found = Self.calendar.day(count, after: Self.number(day))
            #expect(found == .day(Self.number(expected)), "\(count) after \(day)")
        }
    }

    @Test("days off are passed over and make-up days count, before a day")
    func before() {
        for (day, count, expected) in [
            ("2025-01-06", 1, "2025-01-03"), ("2025-01-03", 1, "2025-01-02"), ("2025-01-05", 1, "2025-01-03"),
            ("2025-02-05", 1, "2025-01-27"), ("2025-02-05", 2, "2025-01-26"), ("2025-02-05", 3, "2025-01-24"),
            ("2025-02-01", 1, "2025-01-27"), ("2025-02-09", 1, "2025-02-08"), ("2025-02-10", 2, "2025-02-07"),
            ("2026-01-01", 1, "2025-12-31"),
        ] as [(String, Int64, String)] {
            let found = Self.calendar.day(count, before: Self.number(day))
            #expect(found == .day(Self.number(expected)), "\(count) before \(day)")
        }
    }

    @Test("no days from a day are that day, be it a working day or not")
    func zero() {
        for text in ["2025-01-01", "2025-01-02", "2025-01-04", "2025-01-26", "2026-12-31"] {
            let day = Self.number(text)
            #expect(Self.calendar.day(0, after: day) == .day(day))
            #expect(Self.calendar.day(0, before: day) == .day(day))
        }
    }

    @Test("counts below 0 are refused, and counts beyond all bounds leave the calendar")
    func counts() {
        for text in ["2025-01-01", "2025-06-15", "2026-12-31"] {
            let day = Self.number(text)
            for count in [-1, -1_000, .min + 1, .min] as [Int64] {
                #expect(Self.calendar.day(count, after: day) == .negativeCount)
                #expect(Self.calendar.day(count, before: day) == .negativeCount)
            }
            for count in [1_000, 1 << 32, .max - 1, .max] as [Int64] {
                #expect(Self.calendar.day(count, after: day) == .notCovered)
                #expect(Self.calendar.day(count, before: day) == .notCovered)
            }
        }
    }

    @Test("the first and the last day are covered, and nothing beyond them is counted")
    func ends() {
        let (first, last) = (Self.number("2025-01-01"), Self.number("2026-12-31"))
        #expect(Self.calendar.first == first)
        #expect(Self.calendar.last == last)
        #expect(Self.calendar.day(1, before: first) == .notCovered)
        #expect(Self.calendar.day(1, before: first + 1) == .notCovered)
        #expect(Self.calendar.day(1, before: first + 2) == .day(first + 1))
        #expect(Self.calendar.day(1, after: last) == .notCovered)
        #expect(Self.calendar.day(1, after: last - 1) == .day(last))
        #expect(Self.calendar.day(2, after: last - 1) == .notCovered)
        for day in [first - 2, last + 2, .min, .max] as [Int64] {
            for count in [0, 1, .max] as [Int64] {
                #expect(Self.calendar.day(count, after: day) == .notCovered)
                #expect(Self.calendar.day(count, before: day) == .notCovered)
            }
        }
        // The day counted from is not counted: it may lie next to the years.
        #expect(Self.calendar.day(1, after: first - 1) == .day(first + 1))
        #expect(Self.calendar.day(1, before: last + 1) == .day(last))
        for day in [first - 1, last + 1] {
            #expect(Self.calendar.day(0, after: day) == .notCovered)
            #expect(Self.calendar.day(0, before: day) == .notCovered)
            #expect(Self.calendar.day(.max, after: day) == .notCovered)
            #expect(Self.calendar.day(.max, before: day) == .notCovered)
        }
        #expect(Self.calendar.day(1, before: first - 1) == .notCovered)
        #expect(Self.calendar.day(1, after: last + 1) == .notCovered)
    }

    @Test("a leap year has its 366th day")
    func leapYear() {
        let calendar = WorkingCalendar(firstYear: 2024, lastYear: 2024, daysOff: [], makeUpDays: [])
        let first = Self.number("2024-01-01")
        #expect(calendar.last - calendar.first == 365)
        #expect(calendar.day(1, after: Self.number("2024-02-28")) == .day(Self.number("2024-02-29")))
        #expect(calendar.day(1, before: Self.number("2024-03-01")) == .day(Self.number("2024-02-29")))
        // 52 weeks, a Monday and a Tuesday.
        #expect(calendar.day(261, after: first) == .day(Self.number("2024-12-31")))
        #expect(calendar.day(262, after: first) == .notCovered)
        #expect(calendar.day(261, before: Self.number("2024-12-31")) == .day(first))
    }

    @Test("days that are named twice over count once")
    func repeated() {
        let calendar = WorkingCalendar(
            firstYear: 2025,
            lastYear: 2025,
            daysOff: [Self.number("2025-01-04"), Self.number("2030-01-01")],
            makeUpDays: [Self.number("2025-01-06"), Self.number("2020-01-04"), .min, .max]
        )
        #expect(calendar.day(1, after: Self.number("2025-01-03")) == .day(Self.number("2025-01-06")))
        #expect(calendar.day(2, after: Self.number("2025-01-03")) == .day(Self.number("2025-01-07")))
        #expect(calendar.day(2, before: Self.number("2025-01-07")) == .day(Self.number("2025-01-03")))
    }

    @Test(
        "a calendar without a year that it could cover covers no day",
        arguments: [(1, 0), (0, 2025), (2026, 2025), (2000, 2400), (2025, 10_000), (.min, .max), (.max, .min)]
            as [(Int64, Int64)]
    )
    func empty(_ firstYear: Int64, _ lastYear: Int64) {
        let calendar = WorkingCalendar(firstYear: firstYear, lastYear: lastYear, daysOff: [], makeUpDays: [1])
        for day in [calendar.first, calendar.last, 0, 1, 20_254, .min, .max] as [Int64] {
            for count in [0, 1, .max] as [Int64] {
                #expect(calendar.day(count, after: day) == .notCovered)
                #expect(calendar.day(count, before: day) == .notCovered)
            }
            #expect(calendar.day(-1, after: day) == .negativeCount)
        }
    }

    @Test("a calendar may have days and no working day, 400 years, and the first and last year that there are")
    func extremes() {
        let (first, last) = (Self.number("2025-01-01"), Self.number("2025-12-31"))
        let idle = WorkingCalendar(firstYear: 2025, lastYear: 2025, daysOff: Set(first...last), makeUpDays: [])
        #expect(idle.day(0, after: first) == .day(first))
        #expect(idle.day(1, after: first) == .notCovered)
        #expect(idle.day(1, before: last) == .notCovered)
        let long = WorkingCalendar(firstYear: 2000, lastYear: 2399, daysOff: [], makeUpDays: [])
        #expect(long.last - long.first + 1 == 146_097)
        let oldest = WorkingCalendar(firstYear: 1, lastYear: 1, daysOff: [], makeUpDays: [])
        #expect(oldest.day(1, before: CivilDate.first.days) == .notCovered)
        #expect(oldest.first == CivilDate.first.days)
        let newest = WorkingCalendar(firstYear: 9999, lastYear: 9999, daysOff: [], makeUpDays: [])
        #expect(newest.day(1, after: CivilDate.last.days) == .notCovered)
        #expect(newest.last == CivilDate.last.days)
    }

    // MARK: - Random calendars

    /// A random calendar, with what each of its days is by plain reasoning.
    private struct Sample {
        let calendar: WorkingCalendar
        let first: Int64
        let isWorking: [Bool]

        init(_ random: inout ExpressionGenerator) {
            let year = 2_000 + Int64(random.below(60))
            let lastYear = year + Int64(random.below(3))
            let first = WorkingCalendarTests.number("\(year)-01-01")
            let count = Int(WorkingCalendarTests.number("\(lastYear)-12-31") - first) + 1
            var daysOff: Set<Int64> = []
            var makeUpDays: Set<Int64> = []
            for _ in 0..<random.below(80) { daysOff.insert(first + Int64(random.below(count))) }
            for _ in 0..<random.below(20) {
                let day = first + Int64(random.below(count))
                if !daysOff.contains(day) { makeUpDays.insert(day) }
            }
            self.first = first
            // 1970-01-01 was a Thursday.
            self.isWorking = (first..<first + Int64(count)).map { day in
                makeUpDays.contains(day) || ((day + 4) % 7 != 0 && (day + 4) % 7 != 6 && !daysOff.contains(day))
            }
            self.calendar = WorkingCalendar(
                firstYear: year,
                lastYear: lastYear,
                daysOff: daysOff,
                makeUpDays: makeUpDays
            )
        }

        /// The count-th working day on the way from a day, step by step.
        func day(_ count: Int, from day: Int64, by step: Int64) -> WorkingCalendar.Day {
            var (day, left) = (day, count)
            while left > 0 {
                day += step
                guard self.isWorking.indices.contains(Int(day - self.first)) else { return .notCovered }
                if self.isWorking[Int(day - self.first)] { left -= 1 }
            }
            return .day(day)
        }
    }

    @Test("a count is what steps from day to day give, and leads back", arguments: 0..<20)
    func random(_ seed: Int) {
        var random = ExpressionGenerator(seed: UInt64(seed) + 1)
        let sample = Sample(&random)
        for _ in 0..<100 {
            let day = sample.first + Int64(random.below(sample.isWorking.count))
            let count = random.below(random.below(4) == 0 ? 400 : 20)
            let after = sample.calendar.day(Int64(count), after: day)
            let before = sample.calendar.day(Int64(count), before: day)
            guard after == sample.day(count, from: day, by: 1), before == sample.day(count, from: day, by: -1) else {
                Issue.record("\(count) from \(day) gives \(after) and \(before)")
                return
            }
            guard count > 0 else { continue }
            // Back from there lies the day itself, or the working day next to it where it is none.
            let isWorking = sample.isWorking[Int(day - sample.first)]
            if case .day(let other) = after {
                let expected = isWorking ? .day(day) : sample.calendar.day(1, before: day)
                #expect(sample.calendar.day(Int64(count), before: other) == expected, "\(count) after \(day)")
            }
            if case .day(let other) = before {
                let expected = isWorking ? .day(day) : sample.calendar.day(1, after: day)
                #expect(sample.calendar.day(Int64(count), after: other) == expected, "\(count) before \(day)")
            }
        }
    }
}
