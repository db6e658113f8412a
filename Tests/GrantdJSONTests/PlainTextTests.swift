//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdJSON

/// The marks of eight bytes at a time are those of each byte by itself.
@Suite
struct PlainTextTests {
    private static func lowest(_ marks: UInt64) -> Int { marks == 0 ? 8 : marks.trailingZeroBitCount / 8 }

    @Test("the first byte that is not plain is found at each place, beside all others", arguments: 0..<8)
    func marks(place: Int) {
        for byte in UInt8.min ... .max {
            for other: UInt8 in [UInt8(ascii: "b"), UInt8(ascii: "c"), UInt8(ascii: "!"), UInt8(ascii: "~"), 0x20] {
                var bytes = [UInt8](repeating: other, count: 8)
                bytes[place] = byte
                let word = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
                #expect(Self.lowest(PlainText.marks(in: word)) == (PlainText.isPlain(byte) || byte == 0x7F ? 8 : place))
                #expect(Self.lowest(PlainText.deletes(in: word)) == (byte == 0x7F ? place : 8))
            }
        }
    }
}
