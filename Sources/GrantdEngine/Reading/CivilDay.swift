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

/// The day that was read last: nearly all applications of a batch or a table have the same.
struct LastCivilDay: BitwiseCopyable {
    // Its text, of which no byte is a NUL: at the beginning it is that of no day.
    private var head: UInt64 = 0
    private var tail: UInt64 = 0
    private var found: (days: Int64, year: Int64) = (0, 0)

    /// The same as ``civilDay(_:)``.
    mutating func read(_ text: UnsafePointer<CChar>) -> (days: Int64, year: Int64)? {
        let bytes = UnsafeRawPointer(text)
        let head = bytes.loadUnaligned(as: UInt64.self)
        // Where the first eight bytes are those of a day there are eight more.
        if head == self.head, Self.tail(of: bytes) == self.tail { return self.found }
        guard let day = civilDay(text) else { return nil }
        (self.head, self.tail, self.found) = (head, Self.tail(of: bytes), day)
        return day
    }

    /// The two characters behind the first eight, and the NUL.
    @inline(__always)
    private static func tail(of text: UnsafeRawPointer) -> UInt64 {
        UInt64(littleEndian: text.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) & 0xFF_FFFF
    }
}
