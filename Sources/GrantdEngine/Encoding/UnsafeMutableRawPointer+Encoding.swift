//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdCEL
internal import GrantdSchema

extension UnsafeMutableRawPointer {
    /// Writes a byte and moves on. The caller has made room.
    @inline(__always)
    mutating func put(_ byte: UInt8) {
        self.storeBytes(of: byte, as: UInt8.self)
        self += 1
    }

    /// Writes a varint, at most ten bytes, and moves on.
    @inline(__always)
    mutating func put(varint value: UInt64) {
        self = Varint.write(value, to: self)
    }

    /// Writes a number's tag and the number, at most eleven bytes.
    @inline(__always)
    mutating func put(_ value: Int64, field: UInt32) {
        self.put(ReplyField.varintTag(field))
        self.put(varint: UInt64(bitPattern: value))
    }

    /// Writes bytes that are encoded already.
    @inline(__always)
    mutating func put(_ segment: Segment) {
        self.copyMemory(from: segment.start, byteCount: segment.count)
        self += segment.count
    }

    /// Writes bytes with their tag and length.
    @inline(__always)
    mutating func put(_ start: UnsafeRawPointer, count: Int, field: UInt32) {
        self.put(ReplyField.lengthTag(field))
        self.put(varint: UInt64(truncatingIfNeeded: count))
        self.copyMemory(from: start, byteCount: count)
        self += count
    }

    /// Writes bytes with their tag and length; the buffer may be empty.
    mutating func put(_ bytes: UnsafeRawBufferPointer, field: UInt32) {
        self.put(ReplyField.lengthTag(field))
        self.put(varint: UInt64(bytes.count))
        if let start = bytes.baseAddress {
            self.copyMemory(from: start, byteCount: bytes.count)
            self += bytes.count
        }
    }

    /// Writes the ten characters of a day.
    mutating func put(day: Int64) {
        let (year, month, date) = (CivilDate(days: day) ?? .first).components
        for divisor: Int64 in [1000, 100, 10, 1] { self.put(digit: year / divisor) }
        self.put(UInt8(ascii: "-"))
        for divisor: Int64 in [10, 1] { self.put(digit: month / divisor) }
        self.put(UInt8(ascii: "-"))
        for divisor: Int64 in [10, 1] { self.put(digit: date / divisor) }
    }

    private mutating func put(digit value: Int64) {
        self.put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
}

/// How many bytes a NUL-terminated text has.
@inline(__always)
func cStringCount(_ text: UnsafePointer<CChar>) -> Int { strlen(text) }
