//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

struct TextBufferTests {
    private func text(_ fill: (TextBuffer) -> Void) -> String {
        let buffer = TextBuffer()
        fill(buffer)
        return String(decoding: UnsafeRawBufferPointer(start: buffer.start, count: buffer.count), as: UTF8.self)
    }

    @Test(
        "a comma stands between each three digits, beyond 64 bits too",
        arguments: [
            (UInt128(0), "0"), (700, "7"), (99_900, "999"), (100_000, "1,000"), (100_100_700, "1,001,007"),
            (123_456_789, "1,234,567.89"), (UInt128(UInt64.max) * 100, "18,446,744,073,709,551,615"),
            ((UInt128(UInt64.max) + 1) * 100, "18,446,744,073,709,551,616"),
            (UInt128(1_000_000_000_000_000) * 1_000_000_000_000, "10,000,000,000,000,000,000,000,000"),
            (UInt128.max, "3,402,823,669,209,384,634,633,746,074,317,682,114.55"),
        ]
    )
    func grouped(_ fen: UInt128, _ expected: String) {
        #expect(self.text { $0.append(yuan: fen) } == expected)
    }

    @Test("numbers below zero, and numbers with places")
    func numbers() {
        #expect(self.text { $0.append(grouped: .min) } == "-9,223,372,036,854,775,808")
        #expect(self.text { $0.append(decimal: -3_598, places: 4) } == "-0.3598")
        #expect(self.text { $0.append(decimal: 12_345_600, places: 4) } == "1,234.56")
    }

    @Test("a text of any length is kept whole")
    func growth() {
        let parts = (0..<3_000).map { "\($0)号；" }
        let whole = self.text { buffer in for part in parts { buffer.append(string: part) } }
        #expect(whole == parts.joined())
        let buffer = TextBuffer()
        buffer.append("产品")
        buffer.reset()
        buffer.append("项目")
        #expect(buffer.count == 6)
    }

    @Test("a unit's words stand behind its number, in English one for 1")
    func units() {
        let store = SegmentStore()
        for unit in Unit.allCases {
            let words = UnitWords(unit, isYear: false, store)
            for value in [-1, 0, 1, 2, 123_456] as [Int64] {
                let (zh, en, expectedZh, expectedEn) = (TextBuffer(), TextBuffer(), TextBuffer(), TextBuffer())
                words.show(value, zh, en)
                Wording.quantity(value, unit: unit, expectedZh, expectedEn)
                #expect(
                    self.text { $0.append(UnsafeRawBufferPointer(start: zh.start, count: zh.count)) }
                        == self.text {
                            $0.append(UnsafeRawBufferPointer(start: expectedZh.start, count: expectedZh.count))
                        }
                )
                #expect(
                    self.text { $0.append(UnsafeRawBufferPointer(start: en.start, count: en.count)) }
                        == self.text {
                            $0.append(UnsafeRawBufferPointer(start: expectedEn.start, count: expectedEn.count))
                        }
                )
            }
        }
    }
}
