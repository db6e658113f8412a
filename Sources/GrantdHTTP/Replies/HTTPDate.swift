//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import NIOCore

/// The time of day, which HTTP stamps each reply with (RFC 9110, section 5.6.7). No answer depends on it.
enum HTTPDate {
    /// Appends now: `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func append(to output: inout ByteBuffer) {
        self.append(secondsSince1970: time(nil), to: &output)
    }

    /// - Parameter seconds: Counted as 0 where it lies before 1970, and as the last second of 9999 where behind it.
    static func append(secondsSince1970 seconds: Int, to output: inout ByteBuffer) {
        let seconds = min(max(seconds, 0), 253_402_300_799)
        let days = seconds / 86400
        let (year, month, day) = self.civil(days)
        let second = seconds % 86400
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: 29) { bytes in
            var count = 0
            func put(_ text: StaticString, _ range: Range<Int>) {
                for index in range {
                    bytes[count] = text.utf8Start[index]
                    count += 1
                }
            }
            func put(_ number: Int, digits: Int) {
                var divisor = digits == 4 ? 1000 : 10
                while divisor > 0 {
                    bytes[count] = UInt8(ascii: "0") + UInt8(number / divisor % 10)
                    count += 1
                    divisor /= 10
                }
            }
            let weekday = (days + 4) % 7
            put("SunMonTueWedThuFriSat", weekday * 3..<weekday * 3 + 3)
            put(", ", 0..<2)
            put(day, digits: 2)
            put(" ", 0..<1)
            put("JanFebMarAprMayJunJulAugSepOctNovDec", (month - 1) * 3..<month * 3)
            put(" ", 0..<1)
            put(year, digits: 4)
            put(" ", 0..<1)
            put(second / 3600, digits: 2)
            put(":", 0..<1)
            put(second / 60 % 60, digits: 2)
            put(":", 0..<1)
            put(second % 60, digits: 2)
            put(" GMT", 0..<4)
            return count
        }
    }

    /// Today in Beijing, `YYYY-MM-DD`: the measures' days are those of that clock, which knows no summer time.
    static var today: String {
        let (year, month, day) = self.civil((max(time(nil), 0) + 8 * 3600) / 86400)
        func padded(_ number: Int, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// The date so many days behind 1970-01-01 (Howard Hinnant's `civil_from_days`).
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
