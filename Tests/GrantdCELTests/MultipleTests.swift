//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Testing

/// Multiples and rates as policies write them.
struct MultipleTests {
    private func multiple(_ text: String) -> Multiple? {
        var text = text
        return text.withUTF8 { Multiple(UnsafeRawBufferPointer($0)) }
    }

    private func percentage(_ text: String) -> Multiple? {
        var text = text
        return text.withUTF8 { Multiple(percentage: UnsafeRawBufferPointer($0)) }
    }

    @Test("a multiple is exactly what its text says")
    func values() throws {
        for (text, numerator, denominator) in [
            ("3", 3, 1), ("0", 0, 1), ("2.5", 5, 2), ("60%", 3, 5), ("2.5%", 1, 40), ("1/3", 1, 3), ("0/7", 0, 1),
            ("100%", 1, 1), ("250%", 5, 2), ("000000001", 1, 1), ("1.500000", 3, 2), ("0.000001", 1, 1_000_000),
            ("0.000001%", 1, 100_000_000), ("999999999", 999_999_999, 1), ("999999999/999999999", 1, 1),
            ("1/999999999", 1, 999_999_999), ("1/000000002", 1, 2),
            ("999999999.999999%", 999_999_999_999_999, 100_000_000),
        ] as [(String, Int64, Int64)] {
            let multiple = try #require(self.multiple(text), "\(text)")
            #expect(multiple.denominator > 0, "\(text)")
            let left = Int128(multiple.numerator) * Int128(denominator)
            let right = Int128(numerator) * Int128(multiple.denominator)
            #expect(left == right, "\(text)")
        }
    }

    @Test(
        "what is no multiple is refused",
        arguments: [
            "", " ", "-1", "+1", "1 ", " 1", ".5", "5.", "5.%", "%", "%1", "1%%", "1e3", "1,5", "1/0", "1/000000000",
            "1/", "/3", "1/-3", "1/+3", "1 / 3", "1/3%", "50%/2", "1/2/3", "1/0.5", "1.5.2", "1:2", "½", "１", "0x1",
            "1234567890", "0000000001", "1.1234567", "1.0000000", "1/1234567890", "1/0000000001", "1\u{0}", "\u{0}1",
            "99999999999999999999", "1.99999999999999999999", "1/99999999999999999999",
        ]
    )
    func refused(_ text: String) {
        #expect(self.multiple(text) == nil)
    }

    @Test("a multiple of an amount is rounded down, through 128 bits")
    func amounts() throws {
        for (text, amount, expected) in [
            ("5/2", 3, 7), ("5/2", -3, -8), ("5/2", -2, -5), ("1/3", 2, 0), ("1/3", -1, -1), ("0", .min, 0),
            ("1", .max, Int64.max), ("1", .min, Int64.min), ("100%", .min, Int64.min),
            ("1/2", .max, 4_611_686_018_427_387_903), ("1/2", .min, -4_611_686_018_427_387_904), ("2", .max, nil),
            ("2", .min, nil), ("999999999", .max, nil), ("100.000001%", .max, nil), ("999999999/999999998", .min, nil),
            ("999999998/999999999", .max, 9_223_372_027_631_403_760),
        ] as [(String, Int64, Int64?)] {
            let multiple = try #require(self.multiple(text), "\(text)")
            #expect(multiple.of(amount) == expected, "\(text) of \(amount)")
        }
    }

    @Test("a rate is a multiple with a percent sign and up to six digits before the point")
    func rates() throws {
        for (text, amount, expected) in [
            ("30%", 101, 30), ("30%", -1, -1), ("2.5%", 1_000, 25), ("0%", .min, 0), ("000030%", 10, 3),
            ("999999%", 100, 999_999), ("999999.999999%", 100_000_000, 999_999_999_999), ("100%", .max, Int64.max),
            ("101%", .max, nil), ("100.000001%", .min, nil),
        ] as [(String, Int64, Int64?)] {
            let rate = try #require(self.percentage(text), "\(text)")
            #expect(rate.of(amount) == expected, "\(text) of \(amount)")
        }
        for text in [
            "", "%", "30", "2.5", "1/3", "1/3%", ".5%", "5.%", "-30%", "+30%", "30 %", "30%%", "% 30", "1.1234567%",
            "1000000%", "0000030%", "9999999.5%", "30%\u{0}",
        ] {
            #expect(self.percentage(text) == nil, "\(text)")
        }
    }
}
