//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A day of the Gregorian calendar.
package struct CalendarDay: Sendable, Hashable, Comparable {
    /// 1 to 9999.
    package let year: Int
    /// 1 to 12.
    package let month: Int
    package let day: Int

    /// - Returns: `nil` where there is no such day.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Self.length(ofMonth: month, year: year)).contains(day)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// - Parameter iso: As the contract writes it, `YYYY-MM-DD`.
    package init?(iso: some StringProtocol) {
        var numbers = [0, 0, 0]
        var place = 0
        for (index, byte) in iso.utf8.enumerated() {
            switch (index, byte) {
            case (4, UInt8(ascii: "-")), (7, UInt8(ascii: "-")): place += 1
            case (4, _), (7, _), (10..., _): return nil
            case (_, UInt8(ascii: "0")...UInt8(ascii: "9")): numbers[place] = 10 * numbers[place] + Int(byte) - 0x30
            default: return nil
            }
        }
        guard iso.utf8.count == 10 else { return nil }
        self.init(year: numbers[0], month: numbers[1], day: numbers[2])
    }

    /// As the contract writes it, `YYYY-MM-DD`.
    package var iso: String {
        "\(Self.padded(self.year, 4))-\(Self.padded(self.month, 2))-\(Self.padded(self.day, 2))"
    }

    /// The day after it; the last of all days is followed by itself.
    package var next: CalendarDay {
        CalendarDay(year: self.year, month: self.month, day: self.day + 1)
            ?? CalendarDay(year: self.year, month: self.month + 1, day: 1)
            ?? CalendarDay(year: self.year + 1, month: 1, day: 1) ?? self
    }

    package static func < (first: Self, second: Self) -> Bool {
        (first.year, first.month, first.day) < (second.year, second.month, second.day)
    }

    package static let englishMonths = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
