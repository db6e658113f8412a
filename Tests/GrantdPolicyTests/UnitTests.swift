//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import Testing

/// Units, and the numbers before them, as people read them.
@Suite("Units and numbers in words")
struct UnitTests {
    @Test("every unit has words in both languages, behind a number and by itself", arguments: Unit.allCases)
    func words(_ unit: Unit) {
        let behind = unit.words(behind: 3)
        #expect(behind.en.isEmpty == (unit == .count))
        #expect(behind.zh.unicodeScalars.contains { !$0.isASCII } || behind.zh == "%")
        #expect(unit.longName.zh.unicodeScalars.contains { !$0.isASCII || $0 == "%" } && !unit.longName.en.isEmpty)
        #expect(unit.longName.en.unicodeScalars.allSatisfy { $0.isASCII })
    }

    @Test("facts and lines name the units that they can have, each by a name of its own")
    func names() {
        #expect(Set(Unit.allCases.map(\.lineName)).count == Unit.allCases.count)
        for unit in Unit.ofFacts { #expect(Unit(ofField: "some_" + unit.rawValue) == unit) }
        for unit in Unit.ofLines { #expect(Unit(lineName: unit.lineName) == unit) }
        #expect(Unit(lineName: "fen") == nil)
        #expect(Unit(lineName: "lines") == nil)
        #expect(Unit(ofField: "work_hours") == nil)
    }

    @Test(
        "Chinese counts in 亿 and in 万 where two digits behind the point are exact; no digit is ever lost",
        arguments: [
            (0, "0元", "0 yuan"), (5, "0.05元", "0.05 yuan"), (10, "0.10元", "0.10 yuan"),
            (123_456, "1,234.56元", "1,234.56 yuan"), (999_999, "9,999.99元", "9,999.99 yuan"),
            (1_000_000, "1万元", "10,000 yuan"), (1_000_100, "10,001元", "10,001 yuan"),
            (1_500_000, "1.5万元", "15,000 yuan"), (123_450_000, "123.45万元", "1,234,500 yuan"),
            (123_456_000, "1,234,560元", "1,234,560 yuan"), (200_000_000, "200万元", "2,000,000 yuan"),
            (3_000_000_000, "3,000万元", "30,000,000 yuan"), (10_000_000_000, "1亿元", "100,000,000 yuan"),
            (12_345_000_000, "12,345万元", "123,450,000 yuan"), (12_300_000_000, "1.23亿元", "123,000,000 yuan"),
            (-200_000_000, "-200万元", "-2,000,000 yuan"),
            (.max, "92,233,720,368,547,758.07元", "92,233,720,368,547,758.07 yuan"),
            (.min, "-92,233,720,368,547,758.08元", "-92,233,720,368,547,758.08 yuan"),
        ] as [(Int64, String, String)]
    )
    func money(_ fen: Int64, _ zh: String, _ en: String) throws {
        let words = MoneyLiteral.words(fen: fen)
        #expect(words == Text(zh: zh, en: en))
        guard fen > 0 else { return }
        #expect(try MoneyLiteral.parse(words.zh) == fen)
        #expect(try MoneyLiteral.parse(words.en) == fen)
    }

    @Test("sums of more than 64 bits count alike")
    func wide() {
        let fen = UInt128(UInt64.max) + 1
        #expect(ChineseCount(hundredths: fen).text == "184,467,440,737,095,516.16")
        #expect(ChineseCount(hundredths: fen * 100_000_000).text == "184,467,440,737,095,516.16亿")
        #expect(ChineseCount(hundredths: UInt128(10).power(24)).text == "100,000,000,000,000亿")
    }
}

extension UInt128 {
    fileprivate func power(_ exponent: Int) -> UInt128 { (0..<exponent).reduce(1) { power, _ in power * self } }
}
