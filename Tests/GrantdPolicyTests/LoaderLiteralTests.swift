//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdPolicy

/// Sums and shares, exactly.
@Suite("Literals of policy files")
struct LoaderLiteralTests {
    @Test(
        "Sums of money",
        arguments: [
            ("1 fen", 1), ("100 fen", 100), ("1 yuan", 100), ("12.5 yuan", 1_250), ("12.05 yuan", 1_205),
            ("0.01 yuan", 1), ("30,000,000 yuan", 3_000_000_000), ("30000000 yuan", 3_000_000_000),
            ("92,233,720,368,547,758.07 yuan", Int64.max), ("9223372036854775807 fen", .max), ("007 fen", 7),
            ("3,000元", 300_000), ("12.5元", 1_250), ("500万元", 500_000_000), ("500 万元", 500_000_000),
            ("1.5亿元", 15_000_000_000), ("0.000001万元", 1), ("0.0000000001亿元", 1), ("1.2345万元", 1_234_500),
            ("922,337,203.6854775807亿元", .max),
        ] as [(String, Int64)]
    )
    func money(_ text: String, _ fen: Int64) throws {
        #expect(try MoneyLiteral.parse(text) == fen)
    }

    @Test(
        "What is no sum of money",
        arguments: [
            "", " ", "yuan", "1", "1yuan", "1  yuan", " 1 yuan", "1 yuan ", "1 Yuan", "1 CNY", ",1 yuan", "元", "万元",
            "1  元", "500万", "500万 元", "1.0000001万元", "1.001元", "１元", "1元 ",
            "1.00000000001亿元", "1万亿元", "一元", "1, yuan",
            "1,00 yuan", "1,0000 yuan", "1234,567 yuan", "1,,000 yuan", "1.5 fen", "1.005 yuan", "1. yuan", ".5 yuan",
            "1.-5 yuan", "+1 yuan", "1e3 yuan", "١ yuan", "1.5.0 yuan", "--1 yuan",
        ]
    )
    func noMoney(_ text: String) {
        #expect(throws: MoneyLiteral.Fault.malformed) { try MoneyLiteral.parse(text) }
    }

    @Test("Sums that are no amount", arguments: ["0 yuan", "0.00 yuan", "0 fen", "-1 yuan", "-0 fen"])
    func notPositive(_ text: String) {
        #expect(throws: MoneyLiteral.Fault.notPositive) { try MoneyLiteral.parse(text) }
    }

    @Test(
        "Sums over 64 bits",
        arguments: [
            "92,233,720,368,547,758.08 yuan", "9223372036854775808 fen", "9223372036854775807 yuan",
            "922,337,203.6854775808亿元", "922337203685478万元",
            String(repeating: "9", count: 5_000) + " yuan",
        ]
    )
    func tooLarge(_ text: String) {
        #expect(throws: MoneyLiteral.Fault.tooLarge) { try MoneyLiteral.parse(text) }
    }

    @Test(
        "Sums as people read them",
        arguments: [
            (1, "0.01元", "0.01 yuan"), (10, "0.10元", "0.10 yuan"), (300_000, "3,000元", "3,000 yuan"),
            (1_000_000, "1万元", "10,000 yuan"), (1_234_500, "12,345元", "12,345 yuan"),
            (1_230_000, "1.23万元", "12,300 yuan"), (500_000_000, "500万元", "5,000,000 yuan"),
            (15_000_000_000, "1.5亿元", "150,000,000 yuan"), (12_345_000_000, "12,345万元", "123,450,000 yuan"),
            (30_000_000_000, "3亿元", "300,000,000 yuan"), (12_345_678_901, "123,456,789.01元", "123,456,789.01 yuan"),
            (.max, "92,233,720,368,547,758.07元", "92,233,720,368,547,758.07 yuan"),
        ] as [(Int64, String, String)]
    )
    func words(_ fen: Int64, _ zh: String, _ en: String) throws {
        #expect(MoneyLiteral.words(fen: fen) == Text(zh: zh, en: en))
        #expect(try MoneyLiteral.parse(zh) == fen)
        #expect(try MoneyLiteral.parse(en) == fen)
    }

    @Test(
        "Sums in texts for people",
        arguments: [
            ("实际投入超过500万元", [500_000_000]), ("over 5,000,000 yuan, up to 6.", [500_000_000]),
            ("单部1亿元以上或累计3亿元以上", [10_000_000_000, 30_000_000_000]), ("5 million yuan", [500_000_000]),
            ("1000人", []), ("2026年3月", []), ("", []), ("yuan 5", []), ("12.5 yuan.", [1_250]),
        ] as [(String, Set<Int64>)]
    )
    func sums(_ text: String, _ fen: Set<Int64>) {
        #expect(MoneyLiteral.sums(in: text) == fen)
    }

    @Test(
        "Shares",
        arguments: [
            ("30%", 3, 10), ("12.5%", 1, 8), ("100%", 1, 1), ("1/3", 1, 3), ("2/6", 1, 3),
            ("0.000000001%", 1, 100_000_000_000),
            ("33.333333333%", 33_333_333_333, 100_000_000_000), ("7/7", 1, 1),
        ] as [(String, Int64, Int64)]
    )
    func ratio(_ text: String, _ numerator: Int64, _ denominator: Int64) throws {
        #expect(try RatioLiteral.parse(text) == Ratio(numerator: numerator, denominator: denominator, text: text))
    }

    @Test(
        "What is no share",
        arguments: [
            "", "%", "30", "0.3", "30 %", "-3%", "+3%", "1/", "/3", "1/2/3", "1/-3", "3.%", ".3%", "1.0123456789%",
            "1e1%", "٣%",
        ]
    )
    func noRatio(_ text: String) {
        #expect(throws: RatioLiteral.Fault.malformed) { try RatioLiteral.parse(text) }
    }

    @Test("Shares of nothing and of more than all")
    func outOfRange() {
        for text in ["0%", "0.0%", "0/3", "3/0", "0/0"] {
            #expect(throws: RatioLiteral.Fault.notPositive) { try RatioLiteral.parse(text) }
        }
        for text in ["101%", "100.000000001%", "4/3", "999%"] {
            #expect(throws: RatioLiteral.Fault.overOne) { try RatioLiteral.parse(text) }
        }
    }
}
