//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Hexadecimal digits of eight bytes at a time.
package enum HexadecimalWords {
    /// Writes the 16 digits of the eight bytes that `word` has in memory.
    package static func write(_ word: UInt64, to memory: UnsafeMutableRawPointer) {
        let word = word.bigEndian
        memory.storeBytes(of: self.digits(UInt32(truncatingIfNeeded: word &>> 32)).bigEndian, as: UInt64.self)
        memory.storeBytes(
            of: self.digits(UInt32(truncatingIfNeeded: word)).bigEndian,
            toByteOffset: 8,
            as: UInt64.self
        )
    }

    /// The digits of four bytes, the first in the highest byte: every nibble of its own is made a digit at once.
    private static func digits(_ value: UInt32) -> UInt64 {
        var spread = UInt64(value)
        spread = (spread | spread &<< 16) & 0x0000_FFFF_0000_FFFF
        spread = (spread | spread &<< 8) & 0x00FF_00FF_00FF_00FF
        spread = (spread | spread &<< 4) & 0x0F0F_0F0F_0F0F_0F0F
        // 1 in every byte whose nibble is over 9: it becomes a letter.
        let letters = (spread &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
        return spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }
}
