//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Whether bytes are a text that protobuf-c can hold: valid UTF-8 without a NUL.
enum TextCheck {
    case valid
    case notUTF8
    case holdsNUL

    @inline(__always)
    static func check(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> TextCheck {
        var cursor = start
        // Eight ASCII bytes at a time: no high bit, and no byte that is zero.
        while end - cursor >= 8 {
            let word = UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self)
            if self.suspicion(word) != 0 { return self.checkScalars(cursor, end) }
            cursor += 8
        }
        while cursor < end {
            if cursor[0] &- 1 >= 0x7F { return self.checkScalars(cursor, end) }
            cursor += 1
        }
        return .valid
    }

    /// Copies a text and puts NULs behind it.
    ///
    /// - Parameter target: Room for the text and one byte, rounded up to a multiple of eight bytes, all of which is written.
    @inline(__always)
    static func copy(
        _ start: UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>,
        to target: UnsafeMutableRawPointer
    ) -> TextCheck {
        let source = UnsafeRawPointer(start)
        let count = end - start
        var found: UInt64 = 0
        target.storeBytes(of: 0, toByteOffset: count & ~7, as: UInt64.self)
        if count >= 8 {
            // Eight bytes at a time; the last eight, some of them again, by themselves.
            var index = 0
            repeat {
                let word = source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                target.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
                found |= self.suspicion(word)
                index &+= 8
            } while index < count &- 8
            let word = source.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            target.storeBytes(of: word, toByteOffset: count &- 8, as: UInt64.self)
            found |= self.suspicion(word)
        } else if count >= 4 {
            let first = source.loadUnaligned(as: UInt32.self)
            let last = source.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            target.storeBytes(of: first, as: UInt32.self)
            target.storeBytes(of: last, toByteOffset: count &- 4, as: UInt32.self)
            found = self.suspicion(UInt64(first) | UInt64(last) << 32)
        } else {
            var index = 0
            while index < count {
                let byte = start[index]
                target.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
                if byte &- 1 >= 0x7F { found = 1 }
                index &+= 1
            }
        }
        return found == 0 ? .valid : self.checkScalars(start, end)
    }

    /// Not zero where one of eight bytes is zero or no ASCII.
    @inline(__always)
    private static func suspicion(_ word: UInt64) -> UInt64 {
        (word | (word &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080
    }

    /// Table 3-7 of the Unicode Standard, row by row.
    @inline(never)
    private static func checkScalars(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> TextCheck {
        var cursor = start
        while cursor < end {
            let first = cursor[0]
            if first < 0x80 {
                if first == 0 { return .holdsNUL }
                cursor += 1
                continue
            }
            // Most of what is not ASCII is Chinese, three bytes each. Four are read, of which one is looked past.
            if end - cursor >= 4 {
                let word = UInt32(littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt32.self))
                if word & 0x00C0_C0F0 == 0x0080_80E0, first != 0xE0, first != 0xED {
                    cursor += 3
                    continue
                }
            }
            let length: Int
            var lowest: UInt8 = 0x80
            var highest: UInt8 = 0xBF
            switch first {
            case 0xC2...0xDF: length = 2
            case 0xE0: length = 3; lowest = 0xA0
            case 0xE1...0xEC, 0xEE, 0xEF: length = 3
            case 0xED: length = 3; highest = 0x9F
            case 0xF0: length = 4; lowest = 0x90
            case 0xF1...0xF3: length = 4
            case 0xF4: length = 4; highest = 0x8F
            default: return .notUTF8
            }
            guard end - cursor >= length, cursor[1] >= lowest, cursor[1] <= highest else { return .notUTF8 }
            var index = 2
            while index < length {
                if cursor[index] & 0xC0 != 0x80 { return .notUTF8 }
                index &+= 1
            }
            cursor += length
        }
        return .valid
    }
}
