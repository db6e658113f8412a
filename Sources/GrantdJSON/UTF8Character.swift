//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Characters of more than one byte, by table 3-7 of the Unicode Standard.
enum UTF8Character {
    /// How many bytes the character at a place takes: 1 for ASCII, 0 where none stands there whole.
    @inline(__always)
    static func count(at start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
        let count: Int
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xBF
        switch start[0] {
        case 0..<0x80: return 1
        case 0xC2...0xDF: count = 2
        case 0xE0: (count, lowest) = (3, 0xA0)
        case 0xED: (count, highest) = (3, 0x9F)
        case 0xE1...0xEF: count = 3
        case 0xF0: (count, lowest) = (4, 0x90)
        case 0xF4: (count, highest) = (4, 0x8F)
        case 0xF1...0xF3: count = 4
        default: return 0
        }
        guard end - start >= count, lowest <= start[1], start[1] <= highest else { return 0 }
        var index = 2
        while index < count {
            if start[index] & 0xC0 != 0x80 { return 0 }
            index &+= 1
        }
        return count
    }

    /// Lays down a character's bytes.
    ///
    /// - Parameters:
    ///   - scalar: Up to 0x10FFFF.
    ///   - target: Room for four bytes.
    /// - Returns: How many they are.
    static func write(_ scalar: UInt32, to target: UnsafeMutablePointer<UInt8>) -> Int {
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3F) }
        switch scalar {
        case 0..<0x80:
            target[0] = UInt8(scalar)
            return 1
        case 0x80..<0x800:
            target[0] = 0xC0 | UInt8(truncatingIfNeeded: scalar >> 6)
            target[1] = tail(0)
            return 2
        case 0x800..<0x10000:
            target[0] = 0xE0 | UInt8(truncatingIfNeeded: scalar >> 12)
            (target[1], target[2]) = (tail(6), tail(0))
            return 3
        default:
            target[0] = 0xF0 | UInt8(truncatingIfNeeded: scalar >> 18)
            (target[1], target[2], target[3]) = (tail(12), tail(6), tail(0))
            return 4
        }
    }
}
