//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import GrantdJSON

@Suite("A whole number in JSON")
struct JSONIntegerTests {
    private func integer(_ text: String) -> JSONInteger {
        var text = text
        return text.withUTF8 { bytes in bytes.baseAddress.map { JSONInteger($0, count: bytes.count) } ?? .notWhole }
    }

    @Test(
        "is read exactly",
        arguments: [
            ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("999999999999999999", 999_999_999_999_999_999),
            ("9223372036854775807", .max), ("-9223372036854775808", .min), ("1.0", 1), ("1.50e1", 15),
            ("18E8", 1_800_000_000),
            ("1e+2", 100), ("1200e-2", 12), ("0.0", 0), ("0e99999999999", 0), ("-9.223372036854775808e18", .min),
            ("100000000000000000000e-20", 1), ("0.00000000000000000000012e23", 12), ("10.0e-1", 1),
        ] as [(String, Int64)]
    )
    func value(text: String, value: Int64) {
        #expect(self.integer(text) == .value(value))
    }

    @Test(
        "is refused beyond 64 bits",
        arguments: ["9223372036854775808", "-9223372036854775809", "1e19", "1e99999999999", "99999999999999999999999"]
    )
    func range(text: String) {
        #expect(self.integer(text) == .outOfRange)
    }

    @Test("is refused for its size however many digits it has")
    func manyDigits() {
        let digits = String(repeating: "7", count: 500)
        #expect(self.integer(digits) == .outOfRange)
        #expect(self.integer("-" + digits) == .outOfRange)
        #expect(self.integer(digits + ".5") == .notWhole)
    }

    @Test(
        "is nothing else",
        arguments: [
            "", "-", "1.5", "1e-1", "x", "1x", "+1", " 1", "1 ", ".5", "1.", "1e", "1e+", "NaN", "1.0.0", "0x10", "01",
            "-01", "00", "1e1.0", "1.e1", "12345678901234567890.5",
        ]
    )
    func notWhole(text: String) {
        #expect(self.integer(text) == .notWhole)
    }
}
