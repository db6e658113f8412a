//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// Days and moments of the book as people read them.
package enum LedgerTime {
    /// The day of a civil date `YYYY-MM-DD`, in days since 1970-01-01; nil where it is none.
    package static func day(_ text: String) -> Int64? { CivilDate(text)?.days }

    /// The calendar year of a day.
    package static func year(ofDay day: Int64) -> Int64 { (CivilDate(days: day) ?? .first).components.year }

    /// The first day of a calendar year, within the calendar's range.
    package static func firstDay(ofYear year: Int64) -> Int64 {
        (CivilDate(year: min(max(year, 1), 9999), month: 1, day: 1) ?? .first).days
    }

    /// `YYYY-MM-DD`
    package static func text(ofDay day: Int64) -> String { "\(CivilDate(days: day) ?? .first)" }

    /// `YYYY-MM-DDTHH:MM:SS.mmmZ`, of milliseconds since 1970.
    package static func text(ofMoment moment: Int64) -> String {
        let day = moment >= 0 ? moment / 86_400_000 : (moment - 86_399_999) / 86_400_000
        let rest = moment - day * 86_400_000
        var text = self.text(ofDay: day)
        text.reserveCapacity(24)
        func add(_ mark: String, _ value: Int64, _ first: Int64) {
            text += mark
            var unit = first
            while unit > 0 {
                text.unicodeScalars.append(Unicode.Scalar(UInt8(0x30 + value / unit % 10)))
                unit /= 10
            }
        }
        add("T", rest / 3_600_000, 10)
        add(":", rest / 60_000 % 60, 10)
        add(":", rest / 1000 % 60, 10)
        add(".", rest % 1000, 100)
        return text + "Z"
    }
}
