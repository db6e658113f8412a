//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import GrantdSchema

/// Texts are held against the standard library's own reading of UTF-8.
struct TextCheckTests {
    /// The bytes at which a row of the Unicode Standard's table 3-7 begins or ends, and their neighbours.
    private static let bytes: [UInt8] = [
        0x01, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
        0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
    ]

    @Test(arguments: Self.bytes)
    func everyThreeBytesBehindOneAndBetweenChinese(first: UInt8) {
        for second in Self.bytes {
            for third in Self.bytes {
                let short = [first, second, third]
                self.hold(short)
                // Behind it stands enough to read four bytes at a time.
                self.hold(Array("京".utf8) + short + Array("京".utf8))
            }
        }
    }

    @Test func longTextsInAnyPlaceOfAWord() {
        for text in ["北京市经济和信息化局", "a北京b京c", "\u{10FFFF}\u{10000}京", "ASCII alone, of some length", "é京é"] {
            for padding in 0..<9 {
                self.hold(Array(repeating: UInt8(ascii: "x"), count: padding) + Array(text.utf8))
                self.hold(Array(text.utf8) + Array(repeating: UInt8(ascii: "x"), count: padding))
                self.hold(Array(text.utf8.dropLast()) + Array(repeating: UInt8(ascii: "x"), count: padding))
                self.hold(Array(text.utf8) + [0] + Array(repeating: UInt8(ascii: "x"), count: padding))
            }
        }
    }

    private func hold(_ text: [UInt8]) {
        let isText = String(validating: text, as: UTF8.self) != nil && !text.contains(0)
        text.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            let target = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + 8, alignment: 8)
            defer { target.deallocate() }
            #expect((TextCheck.check(start, start + bytes.count) == .valid) == isText, "\(text)")
            #expect((TextCheck.copy(start, start + bytes.count, to: target) == .valid) == isText, "\(text)")
            #expect(UnsafeRawBufferPointer(start: target, count: bytes.count + 1).elementsEqual(text + [0]), "\(text)")
        }
    }
}
