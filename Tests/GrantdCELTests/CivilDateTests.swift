//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Testing

/// The calendar: every day of two of its cycles of 400 years, and its ends.
struct CivilDateTests {
    @Test(
        "days and dates are the same thing, day after day",
        arguments: [("0001-01-01", "0003-01-01"), ("1600-01-01", "2400-12-31"), ("9998-01-01", "9999-12-31")]
    )
    func roundTrip(_ from: String, _ to: String) throws {
        let first = try #require(CivilDate(from))
        let last = try #require(CivilDate(to))
        var previous = (year: first.year - 1, month: Int64(12), day: Int64(31))
        var weekday = (first.weekday + 6) % 7
        for days in first.days...last.days {
            guard let date = CivilDate(days: days) else {
                Issue.record("there is no day \(days)")
                return
            }
            let (year, month, day) = date.components
            let isNext =
                (year, month, day) == (previous.year, previous.month, previous.day + 1)
                || (year, month, day) == (previous.year, previous.month + 1, 1)
                || (year, month, day) == (previous.year + 1, 1, 1) && previous.month == 12
            guard isNext, CivilDate(year: year, month: month, day: day) == date, date.weekday == (weekday + 1) % 7
            else {
                Issue.record("\(date) follows \(previous)")
                return
            }
            previous = (year, month, day)
            weekday = date.weekday
        }
        #expect(previous == last.components)
    }

    @Test(
        "known days have their numbers",
        arguments: [
            ("1970-01-01", 0), ("2000-03-01", 11_017), ("2025-06-15", 20_254), ("0001-01-01", -719_162),
            ("9999-12-31", 2_932_896),
        ]
    )
    func numbers(_ text: String, _ days: Int64) {
        #expect(CivilDate(text)?.days == days)
        #expect(CivilDate(days: days)?.description == text)
    }

    @Test(
        "what is no date is refused",
        arguments: [
            "", "2025-06", "2025-6-15", "2025-06-15 ", " 2025-06-15", "2025-06-31", "2025-00-10", "2025-13-01",
            "2025-01-00",
            "0000-01-01", "2023-02-29", "1900-02-29", "20250615", "2025-06-1x", "+025-06-15", "2025-06-15T00:00:00Z",
            "２０２５-06-15",
        ]
    )
    func refused(_ text: String) {
        #expect(CivilDate(text) == nil)
        var bytes = Array(text.utf8) + [0]
        bytes.withUnsafeMutableBufferPointer { buffer in
            #expect(buffer.baseAddress.flatMap { CivilDate(cString: $0) } == nil)
        }
        #expect(self.padded(Array(text.utf8)) == nil)
    }

    /// What is read by words of text with NULs up to a multiple of eight bytes.
    private func padded(_ text: [UInt8]) -> Int64? {
        let bytes = text + [UInt8](repeating: 0, count: 8 - text.count % 8)
        return bytes.withUnsafeBytes { bytes in
            bytes.baseAddress.flatMap { CivilDate.day(padded: $0) }.map(\.days)
        }
    }

    @Test("read by words, every byte at every place is what it is read by bytes")
    func words() throws {
        for text in ["2024-02-29", "1999-12-31", "0001-01-01", "9999-10-09"] {
            let bytes = Array(text.utf8)
            #expect(self.padded(bytes) == CivilDate(text)?.days)
            for place in 0..<10 {
                for byte in UInt8.min...UInt8.max {
                    var changed = bytes
                    changed[place] = byte
                    let expected = changed.withUnsafeBytes { CivilDate(iso: $0) }
                    #expect(self.padded(changed) == expected?.days)
                }
            }
            for byte in UInt8(1)...UInt8.max { #expect(self.padded(bytes + [byte]) == nil) }
        }
    }

    @Test("years and months keep the day where there is one, and end with the month where there is none")
    func moving() throws {
        let leap = try #require(CivilDate("2024-02-29"))
        #expect(leap.addingYears(-3)?.description == "2021-02-28")
        #expect(leap.addingYears(-4)?.description == "2020-02-29")
        #expect(leap.addingYears(-2023)?.description == "0001-02-28")
        #expect(leap.addingYears(-2024) == nil)
        #expect(leap.addingYears(7975)?.description == "9999-02-28")
        #expect(leap.addingYears(7976) == nil)
        #expect(leap.addingMonths(12)?.description == "2025-02-28")
        #expect(leap.addingMonths(-1)?.description == "2024-01-29")
        #expect(leap.addingDays(1)?.description == "2024-03-01")
        for count in [Int64.min, .min + 1, .max, 1 << 40] {
            #expect(leap.addingDays(count) == nil)
            #expect(leap.addingMonths(count) == nil)
            #expect(leap.addingYears(count) == nil)
        }
        #expect(CivilDate.last.addingDays(1) == nil)
        #expect(CivilDate.first.addingDays(-1) == nil)
        #expect(CivilDate(days: .min) == nil)
        #expect(CivilDate.first < CivilDate.last)
    }
}
