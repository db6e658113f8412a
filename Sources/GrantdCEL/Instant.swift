//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A point in time with nanoseconds, from the year 1 to the year 9999.
struct Instant: Sendable, Hashable {
    /// Seconds since 1970-01-01T00:00:00Z.
    let seconds: Int64
    /// Nanoseconds after that, below a thousand million.
    let nanoseconds: UInt32

    static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    init?(seconds: Int64, nanoseconds: UInt32) {
        guard Self.range.contains(seconds) else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// The instant that a value of kind `timestamp` holds; beyond the range, its nearest end.
    init(_ value: Value) {
        self.seconds = min(max(value.payload, Self.range.lowerBound), Self.range.upperBound)
        self.nanoseconds = value.aux
    }

    var value: Value { .timestamp(seconds: self.seconds, nanoseconds: self.nanoseconds) }

    /// An instant from `YYYY-MM-DDTHH:MM:SS[.fraction](Z|±HH:MM)`; nil for anything else.
    init?(rfc3339 bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 20, bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), let date = CivilDate(iso: UnsafeRawBufferPointer(rebasing: bytes[0..<10])),
            let hour = Self.pair(bytes, 11), let minute = Self.pair(bytes, 14), let second = Self.pair(bytes, 17),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var index = 19
        var nanoseconds: UInt32 = 0
        if bytes[index] == UInt8(ascii: ".") {
            index += 1
            var digits = 0
            while index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 {
                guard digits < 9 else { return nil }
                nanoseconds = nanoseconds * 10 + UInt32(bytes[index] - 48)
                digits += 1
                index += 1
            }
            guard digits > 0 else { return nil }
            for _ in digits..<9 { nanoseconds *= 10 }
        }
        guard index < bytes.count else { return nil }
        let offset: Int64
        if bytes[index] | 0x20 == UInt8(ascii: "z") {
            guard index == bytes.count - 1 else { return nil }
            offset = 0
        } else {
            guard let parsed = Zone.offset(UnsafeRawBufferPointer(rebasing: bytes[index...])),
                bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-")
            else { return nil }
            offset = parsed
        }
        self.init(
            seconds: date.days * 86_400 + hour * 3600 + minute * 60 + second - offset,
            nanoseconds: nanoseconds
        )
    }

    /// Two digits at an index that is within the bytes.
    static func pair(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int64? {
        guard index + 1 < bytes.count else { return nil }
        let (first, second) = (Int64(bytes[index]) - 48, Int64(bytes[index + 1]) - 48)
        guard first >= 0, first <= 9, second >= 0, second <= 9 else { return nil }
        return first * 10 + second
    }

    private var dayAndSecond: (day: Int64, second: Int64) {
        let second = ((self.seconds % 86_400) + 86_400) % 86_400
        return ((self.seconds - second) / 86_400, second)
    }

    /// The civil day in the instant's own zone.
    var date: CivilDate { CivilDate(days: self.dayAndSecond.day) ?? .first }
    /// Seconds since midnight.
    var secondOfDay: Int64 { self.dayAndSecond.second }

    /// The instant as clocks of a zone show it; nil for a zone that is not known.
    func shifted(to zone: UnsafeRawBufferPointer) -> Instant? {
        guard let offset = Zone.offset(zone) ?? Zone.named(zone, at: self.seconds) else { return nil }
        return Instant(seconds: self.seconds + offset, nanoseconds: self.nanoseconds)
    }

    /// The instant that many nanoseconds on; nil outside the range.
    func adding(nanoseconds span: Int64) -> Instant? {
        var seconds = self.seconds + span / 1_000_000_000
        var nanoseconds = Int64(self.nanoseconds) + span % 1_000_000_000
        if nanoseconds < 0 {
            nanoseconds += 1_000_000_000
            seconds -= 1
        } else if nanoseconds >= 1_000_000_000 {
            nanoseconds -= 1_000_000_000
            seconds += 1
        }
        return Instant(seconds: seconds, nanoseconds: UInt32(truncatingIfNeeded: nanoseconds))
    }

    /// The nanoseconds from another instant to this one; nil where they do not fit 64 bits.
    func nanoseconds(since other: Instant) -> Int64? {
        let span =
            (Int128(self.seconds) - Int128(other.seconds)) * 1_000_000_000
            + Int128(self.nanoseconds) - Int128(other.nanoseconds)
        return Int64(exactly: span)
    }
}

extension Instant: CustomStringConvertible {
    var description: String {
        let (hour, minute, second) = (self.secondOfDay / 3600, self.secondOfDay / 60 % 60, self.secondOfDay % 60)
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let fraction = Span.fraction(Int64(self.nanoseconds))
        return "\(self.date)T\(padded(hour)):\(padded(minute)):\(padded(second))\(fraction)Z"
    }
}
