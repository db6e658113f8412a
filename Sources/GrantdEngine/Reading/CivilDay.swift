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

/// The day that a text `YYYY-MM-DD` of an arena is, in days since 1970-01-01, and its year; `nil` where it is no civil date.
@inline(__always)
func civilDay(_ text: UnsafePointer<CChar>) -> (days: Int64, year: Int64)? {
    CivilDate.day(padded: UnsafeRawPointer(text))
}
