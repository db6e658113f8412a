//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The working days of some whole years: Monday to Friday, less the published days off, plus the make-up days.
///
/// Every day that is counted lies in those years; the day counted from lies in them or next to them. Expressions take a
/// calendar as an input of the type ``type``.
package final class WorkingCalendar: Sendable {
    /// The day that a count ends on.
    package enum Day: Sendable, Hashable {
        /// In days since 1970-01-01.
        case day(Int64)
        /// The count leaves the years that are covered.
        case notCovered
        /// Less than 0 days were to be counted.
        case negativeCount
    }

    /// The type of an input that is a calendar. It has no fields: a calendar is only handed on.
    package static let type = RecordType(name: "WorkingCalendar", fields: [])

    /// The first and the last day covered, in days since 1970-01-01; the last before the first where none is.
    package let first: Int64
    package let last: Int64
    /// Every working day, ascending.
    private let days: [Int64]
    /// By day from ``first``, how many working days lie before it; one more entry for the day behind ``last``.
    private let before: [Int32]

    /// Makes the calendar of the years from `firstYear` to `lastYear`, at most 400.
    ///
    /// - Parameters:
    ///   - daysOff: Days, since 1970-01-01, that are no working days whatever the day of the week.
    ///   - makeUpDays: Days that are working days whatever the day of the week.
    package init(firstYear: Int64, lastYear: Int64, daysOff: Set<Int64>, makeUpDays: Set<Int64>) {
        let start = CivilDate(year: firstYear, month: 1, day: 1)
        let end = CivilDate(year: lastYear, month: 12, day: 31)
        var days: [Int64] = []
        var before: [Int32] = [0]
        if let start, let end, start <= end, lastYear - firstYear < 400 {
            self.first = start.days
            self.last = end.days
            for day in start.days...end.days {
                let weekday = CivilDate(days: day)?.weekday ?? 0
                let isWeekday = weekday >= 1 && weekday <= 5
                if makeUpDays.contains(day) || (isWeekday && !daysOff.contains(day)) { days.append(day) }
                before.append(Int32(truncatingIfNeeded: days.count))
            }
        } else {
            self.first = 1
            self.last = 0
        }
        self.days = days
        self.before = before
    }

    /// The `count`-th working day after a day, which is not counted itself; the day itself for 0.
    package func day(_ count: Int64, after day: Int64) -> Day {
        guard count >= 0 else { return .negativeCount }
        guard day >= self.first - (count > 0 ? 1 : 0), day <= self.last else { return .notCovered }
        guard count > 0 else { return .day(day) }
        let (place, overflow) = Int64(self.before[Int(day - self.first) + 1]).addingReportingOverflow(count - 1)
        guard !overflow, place < self.days.count else { return .notCovered }
        return .day(self.days[Int(place)])
    }

    /// The `count`-th working day before a day, which is not counted itself; the day itself for 0.
    package func day(_ count: Int64, before day: Int64) -> Day {
        guard count >= 0 else { return .negativeCount }
        guard day >= self.first, day <= self.last + (count > 0 ? 1 : 0) else { return .notCovered }
        guard count > 0 else { return .day(day) }
        let place = Int64(self.before[Int(day - self.first)]) - count
        guard place >= 0 else { return .notCovered }
        return .day(self.days[Int(place)])
    }

    /// The calendar as an input of a program. The caller keeps the calendar alive for as long as the value is used.
    package var value: Value { .record(UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())) }

    /// The calendar that an input's value leads to.
    static func at(_ address: UInt) -> WorkingCalendar? {
        guard let place = UnsafeRawPointer(bitPattern: address) else { return nil }
        return Unmanaged<WorkingCalendar>.fromOpaque(place).takeUnretainedValue()
    }
}
