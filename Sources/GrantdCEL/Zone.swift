//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The time zones that `getHours('…')` and its like know: fixed offsets and a few names.
///
/// There is no time zone database behind this on purpose: the same expression gives the same value on every
/// machine.
enum Zone {
    /// An offset in seconds from `+HH:MM`, `-HH:MM` or `HH:MM`; nil for anything else.
    static func offset(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        let signed = bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-")
        let start = signed ? 1 : 0
        guard bytes.count == start + 5, bytes[start + 2] == UInt8(ascii: ":"),
            let hours = Instant.pair(bytes, start), let minutes = Instant.pair(bytes, start + 3), hours < 24,
            minutes < 60
        else { return nil }
        let offset = hours * 3600 + minutes * 60
        return bytes.first == UInt8(ascii: "-") ? -offset : offset
    }

    /// The offset of a named zone at an instant; nil for a name that is not known and for times before its rule.
    static func named(_ name: UnsafeRawBufferPointer, at seconds: Int64) -> Int64? {
        switch String(decoding: name, as: UTF8.self) {
        case "UTC", "Etc/UTC", "GMT", "Z": 0
        // Without daylight saving since 1992.
        case "Asia/Shanghai", "PRC", "Asia/Chongqing": seconds >= 694_224_000 ? 28_800 : nil
        // The one zone that the conformance cases of CEL ask for.
        case "US/Central": self.american(-6, at: seconds)
        default: nil
        }
    }

    /// Daylight saving from the second Sunday of March, 2 o'clock, to the first Sunday of November, 2 o'clock;
    /// the rule since 2007.
    private static func american(_ hours: Int64, at seconds: Int64) -> Int64? {
        let standard = hours * 3600
        guard let local = Instant(seconds: seconds, nanoseconds: 0)?.date.year, local >= 2007,
            let march = CivilDate(year: local, month: 3, day: 8),
            let november = CivilDate(year: local, month: 11, day: 1)
        else { return nil }
        let start = (march.days + (7 - march.weekday) % 7) * 86_400 + 7200 - standard
        let end = (november.days + (7 - november.weekday) % 7) * 86_400 + 3600 - standard
        return seconds >= start && seconds < end ? standard + 3600 : standard
    }
}
