//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// A moment of a book as people and programs read it.
enum Moment {
    /// `2027-01-15T08:00:00.123Z`, from milliseconds since 1970.
    static func text(_ milliseconds: Int64) -> String {
        let (days, rest) = Self.divided(milliseconds, by: 86_400_000)
        let time = [(rest / 3_600_000, 2), (rest / 60_000 % 60, 2), (rest / 1_000 % 60, 2), (rest % 1_000, 3)]
        let parts = time.map(Self.padded)
        return "\(Self.day(days))T\(parts[0]):\(parts[1]):\(parts[2]).\(parts[3])Z"
    }

    /// `2027-01-15`, from days since 1970-01-01.
    static func day(_ days: Int64) -> String {
        guard let (year, month, day) = CivilDate(days: days)?.components else { return "\(days)" }
        return [(year, 4), (month, 2), (day, 2)].map(Self.padded).joined(separator: "-")
    }

    private static func padded(_ value: Int64, to digits: Int) -> String {
        String(repeating: "0", count: max(0, digits - "\(value)".count)) + "\(value)"
    }

    private static func divided(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
