//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// Whether a NUL-terminated text is laid out as `YYYY-MM-DD`, whatever the calendar says of it.
func hasDateForm(_ text: UnsafePointer<CChar>) -> Bool {
    for position in 0..<10 {
        // Stops at the first character that does not fit, so never behind the NUL.
        let byte = UInt8(bitPattern: text[position])
        let fits = position == 4 || position == 7 ? byte == 45 : byte &- 48 < 10
        if !fits { return false }
    }
    return text[10] == 0
}

/// The day that a NUL-terminated text `YYYY-MM-DD` is, in days since 1970-01-01, and its year; `nil` where it is no
/// civil date.
func civilDay(_ text: UnsafePointer<CChar>) -> (days: Int64, year: Int64)? {
    // Stops at the first character that does not fit, so never behind the NUL.
    @inline(__always)
    func digit(_ position: Int) -> Int64? {
        let value = UInt8(bitPattern: text[position]) &- 48
        return value < 10 ? Int64(value) : nil
    }
    guard let y0 = digit(0), let y1 = digit(1), let y2 = digit(2), let y3 = digit(3), text[4] == 45 else { return nil }
    guard let m0 = digit(5), let m1 = digit(6), text[7] == 45 else { return nil }
    guard let d0 = digit(8), let d1 = digit(9), text[10] == 0 else { return nil }
    let year = y0 &* 1000 &+ y1 &* 100 &+ y2 &* 10 &+ y3
    guard let date = CivilDate(year: year, month: m0 &* 10 &+ m1, day: d0 &* 10 &+ d1) else { return nil }
    return (date.days, year)
}
