//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A day of the Gregorian calendar, from 0001-01-01 to 9999-12-31.
package struct CivilDate: Sendable, Hashable, BitwiseCopyable {
    /// Days since 1970-01-01.
    package let days: Int64

    /// The first day that there is, 0001-01-01.
    package static let first = CivilDate(unchecked: -719_162)
    /// The last day that there is, 9999-12-31.
    package static let last = CivilDate(unchecked: 2_932_896)

    private init(unchecked days: Int64) {
        self.days = days
    }

    /// A day by its distance from 1970-01-01; nil outside the calendar's range.
    package init?(days: Int64) {
        guard days >= Self.first.days, days <= Self.last.days else { return nil }
        self.days = days
    }

    /// A day by year (1 to 9999), month (1 to 12) and day of the month; nil where there is no such day.
    package init?(year: Int64, month: Int64, day: Int64) {
        guard year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1,
            day <= 28 || day <= Self.daysIn(month: month, year: year)
        else { return nil }
        // Years begin in March here, so that the leap day is the last of its year. None of the numbers is below zero.
        let shifted = UInt32(truncatingIfNeeded: month <= 2 ? year &- 1 : year)
        let shiftedMonth = UInt32(truncatingIfNeeded: month > 2 ? month &- 3 : month &+ 9)
        let leapDays = shifted / 4 &- shifted / 100 &+ shifted / 400
        let daysBefore = shifted &* 365 &+ leapDays &+ (153 &* shiftedMonth &+ 2) / 5
        self.days = Int64(daysBefore) &+ day &- 719_469
    }

    /// A day from the ten bytes `YYYY-MM-DD`, digits and hyphens only; nil for anything else.
    package init?(iso bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 10, let start = bytes.baseAddress else { return nil }
        var number: Int64 = 0
        for index in 0..<10 {
            let byte = start.load(fromByteOffset: index, as: UInt8.self)
            if index == 4 || index == 7 {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                let digit = byte &- 48
                guard digit <= 9 else { return nil }
                number = number * 10 + Int64(digit)
            }
        }
        self.init(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }

    /// A day from text that a NUL byte ends, read as by ``init(iso:)``.
    package init?(cString start: UnsafePointer<UInt8>) {
        // The bytes are looked at in order and none after the first that does not fit, so none after the NUL.
        @inline(__always)
        func digit(_ position: Int) -> Int64? {
            let value = start[position] &- 48
            return value <= 9 ? Int64(value) : nil
        }
        guard let y0 = digit(0), let y1 = digit(1), let y2 = digit(2), let y3 = digit(3), start[4] == UInt8(ascii: "-"),
            let m0 = digit(5), let m1 = digit(6), start[7] == UInt8(ascii: "-"),
            let d0 = digit(8), let d1 = digit(9), start[10] == 0
        else { return nil }
        self.init(
            year: y0 &* 1000 &+ y1 &* 100 &+ y2 &* 10 &+ y3,
            month: m0 &* 10 &+ m1,
            day: d0 &* 10 &+ d1
        )
    }

    /// The day, and its year, from text that NULs follow up to a multiple of eight bytes, as an arena's texts are laid; read as
    /// by ``init(iso:)``, eight bytes at a time.
    package static func day(padded text: UnsafeRawPointer) -> (days: Int64, year: Int64)? {
        // What is left of a digit is its value, of a hyphen and of the NUL nothing.
        let first = UInt64(littleEndian: text.loadUnaligned(as: UInt64.self)) ^ 0x2D30_302D_3030_3030
        // A byte that is more than it may be reaches its highest bit; one of the first eight that is a NUL is one.
        guard ((first &+ 0x7F76_767F_7676_7676) | first) & 0x8080_8080_8080_8080 == 0 else { return nil }
        let last = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) & 0xFF_FFFF ^ 0x3030
        guard ((last &+ 0x7F_7676) | last) & 0x80_8080 == 0 else { return nil }
        // Two digits make a number of at most 99 in the byte of the first.
        let pairs = first &* 10 &+ (first &>> 8)
        let year = Int64(truncatingIfNeeded: (pairs & 0xFF) &* 100 &+ (pairs &>> 16 & 0xFF))
        let month = Int64(truncatingIfNeeded: pairs &>> 40 & 0xFF)
        let day = Int64(truncatingIfNeeded: (last &* 10 &+ (last &>> 8)) & 0xFF)
        guard let date = CivilDate(year: year, month: month, day: day) else { return nil }
        return (date.days, year)
    }

    /// A day from text as ``init(iso:)`` reads it.
    package init?(_ text: String) {
        var text = text
        guard let date = text.withUTF8({ CivilDate(iso: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = date
    }

    /// Year, month and day of the month.
    package var components: (year: Int64, month: Int64, day: Int64) {
        let shifted = self.days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        return (year, month < 10 ? month + 3 : month - 9, day)
    }

    /// The year, 1 to 9999.
    package var year: Int64 { self.components.year }

    /// The day of the year, from 1.
    package var dayOfYear: Int64 {
        guard let start = CivilDate(year: self.year, month: 1, day: 1) else { return 1 }
        return self.days - start.days + 1
    }

    /// The day of the week, 0 for Sunday.
    package var weekday: Int64 {
        let rest = (self.days + 4) % 7
        return rest < 0 ? rest + 7 : rest
    }

    /// The same day of another month; the last of that month where it has no such day. Nil outside the
    /// calendar's range.
    package func addingMonths(_ count: Int64) -> CivilDate? {
        guard count >= -120_000, count <= 120_000 else { return nil }
        let (year, month, day) = self.components
        let total = year * 12 + (month - 1) + count
        guard total >= 12 else { return nil }
        let newYear = total / 12
        let newMonth = total % 12 + 1
        guard newYear <= 9999 else { return nil }
        return CivilDate(year: newYear, month: newMonth, day: min(day, Self.daysIn(month: newMonth, year: newYear)))
    }

    /// The last day of a term of so many months that begins on this day and counts it: the day before the corresponding
    /// one or, where the last month has no corresponding day, the last day of that month. Nil outside the calendar's range,
    /// and for less than one month.
    package func endOfTerm(months: Int64) -> CivilDate? {
        guard months >= 1, let corresponding = self.addingMonths(months) else { return nil }
        return corresponding.components.day == self.components.day ? corresponding.addingDays(-1) : corresponding
    }

    /// The same day of another year; 29 February becomes 28 February where there is none. Nil outside the
    /// calendar's range.
    package func addingYears(_ count: Int64) -> CivilDate? {
        guard count >= -10_000, count <= 10_000 else { return nil }
        return self.addingMonths(count * 12)
    }

    /// The day that many days on. Nil outside the calendar's range.
    package func addingDays(_ count: Int64) -> CivilDate? {
        let (sum, overflow) = self.days.addingReportingOverflow(count)
        return overflow ? nil : CivilDate(days: sum)
    }

    /// The first day of this day's month.
    package var monthStart: CivilDate { CivilDate(unchecked: self.days - (self.components.day - 1)) }

    /// The last day of this day's month.
    package var monthEnd: CivilDate {
        let (year, month, day) = self.components
        return CivilDate(unchecked: self.days + Self.daysIn(month: month, year: year) - day)
    }

    /// 1 January of this day's year.
    package var yearStart: CivilDate { CivilDate(unchecked: self.days - (self.dayOfYear - 1)) }

    /// Whether February has 29 days.
    package static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// The days of a month; 31 for a month outside 1 to 12.
    package static func daysIn(month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: self.isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension CivilDate: Comparable {
    package static func < (first: CivilDate, second: CivilDate) -> Bool { first.days < second.days }
}

extension CivilDate: CustomStringConvertible {
    /// The day as `YYYY-MM-DD`.
    package var description: String {
        let (year, month, day) = self.components
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}
