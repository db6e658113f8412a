//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads protobuf's wire format forwards. Reads nothing at or behind `end`, whatever the bytes say.
package struct WireReader: BitwiseCopyable {
    /// Where the next byte is read.
    package var cursor: UnsafePointer<UInt8>
    /// Behind the last byte.
    package let end: UnsafePointer<UInt8>

    /// A field's number and how its value is laid out.
    package struct Tag: BitwiseCopyable {
        package let field: UInt32
        /// 0 varint, 1 eight bytes, 2 a length and bytes, 5 four bytes; 3 and 4 are groups.
        package let wireType: UInt32

        @inlinable
        init(field: UInt32, wireType: UInt32) {
            self.field = field
            self.wireType = wireType
        }
    }

    @inlinable
    @inline(__always)
    package init(start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
        self.cursor = start
        self.end = end
    }

    /// A reader of nothing where the buffer has no bytes.
    package init(_ bytes: UnsafeRawBufferPointer) {
        let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? WireReader.nothing
        self.init(start: start, end: start + bytes.count)
    }

    // One byte that nobody reads.
    private nonisolated(unsafe) static let nothing: UnsafePointer<UInt8> = {
        let byte = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
        byte.initialize(to: 0)
        return UnsafePointer(byte)
    }()

    /// Whether every byte was read.
    @inlinable
    @inline(__always)
    package var isAtEnd: Bool { self.cursor >= self.end }

    /// What is left to be read.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self.cursor, count: self.end - self.cursor)
    }

    /// `nil` where the bytes end inside the tag, or where it is no tag: five bytes at most, and no field 0.
    @inlinable
    @inline(__always)
    package mutating func tag() -> Tag? {
        guard self.cursor < self.end else { return nil }
        let first = UInt32(self.cursor[0])
        if first < 0x80 {
            self.cursor += 1
            return first < 8 ? nil : Tag(field: first >> 3, wireType: first & 7)
        }
        if self.end - self.cursor >= 2 {
            let second = UInt32(self.cursor[1])
            if second < 0x80 {
                self.cursor += 2
                let value = first & 0x7F | second << 7
                return value < 8 ? nil : Tag(field: value >> 3, wireType: value & 7)
            }
        }
        return self.longTag()
    }

    @usableFromInline
    mutating func longTag() -> Tag? {
        guard let value = self.number(bytes: 5), value >= 8, value <= UInt64(UInt32.max) else { return nil }
        return Tag(field: UInt32(value >> 3), wireType: UInt32(value & 7))
    }

    /// Passes over a tag, if it is this one and at least two bytes are left, which every field has.
    ///
    /// - Parameters:
    ///   - tag: The next two bytes as a little-endian number, as far as the mask goes.
    ///   - length: How many of them are the tag's.
    @inline(__always)
    mutating func passes(tag: UInt16, mask: UInt16, length: UInt8) -> Bool {
        guard self.end - self.cursor >= 2 else { return false }
        let next = UInt16(littleEndian: UnsafeRawPointer(self.cursor).loadUnaligned(as: UInt16.self))
        guard next & mask == tag else { return false }
        self.cursor += Int(length)
        return true
    }

    /// Passes over a tag and a value of 0 or 1, if it is this tag and at least four bytes are left; nil, and nothing passed
    /// over, where it is not. Parameters as of ``passes(tag:mask:length:)``.
    @inline(__always)
    mutating func passesBit(tag: UInt16, mask: UInt16, length: UInt8) -> UInt64? {
        guard self.end - self.cursor >= 4 else { return nil }
        let next = UInt32(littleEndian: UnsafeRawPointer(self.cursor).loadUnaligned(as: UInt32.self))
        guard UInt16(truncatingIfNeeded: next) & mask == tag else { return nil }
        let value = next &>> (UInt32(length) &* 8) & 0xFF
        guard value <= 1 else { return nil }
        self.cursor += Int(length) &+ 1
        return UInt64(value)
    }

    /// `nil` where the bytes end inside the number, or where it is longer than ten bytes.
    @inlinable
    @inline(__always)
    package mutating func varint() -> UInt64? {
        guard self.cursor < self.end else { return nil }
        let first = self.cursor[0]
        if first < 0x80 {
            self.cursor += 1
            return UInt64(first)
        }
        return self.number(bytes: 10)
    }

    /// The bytes behind a length. `nil` where the length is none, or is longer than what is left.
    @inlinable
    @inline(__always)
    package mutating func lengthDelimited() -> WireReader? {
        guard self.cursor < self.end else { return nil }
        var length = UInt64(self.cursor[0])
        if length < 0x80 {
            self.cursor += 1
        } else {
            // Five bytes at most, as in protobuf-c.
            guard let number = self.number(bytes: 5) else { return nil }
            length = number
        }
        guard length <= UInt64(self.end - self.cursor) else { return nil }
        let start = self.cursor
        self.cursor += Int(length)
        return WireReader(start: start, end: self.cursor)
    }

    /// Passes over a value. `false` where the bytes end inside it, and at a group: they went out of use with proto2.
    @inlinable
    package mutating func skip(wireType: UInt32) -> Bool {
        switch wireType {
        case 0: return self.varint() != nil
        case 1: return self.skip(bytes: 8)
        case 2: return self.lengthDelimited() != nil
        case 5: return self.skip(bytes: 4)
        default: return false
        }
    }

    @inlinable
    @inline(__always)
    package mutating func skip(bytes: Int) -> Bool {
        guard self.end - self.cursor >= bytes else { return false }
        self.cursor += bytes
        return true
    }

    @inlinable
    @inline(__always)
    mutating func number(bytes limit: Int) -> UInt64? {
        let (value, next) = Self.number(at: self.cursor, self.end, bytes: limit)
        guard let next else { return nil }
        self.cursor = next
        return value
    }

    // By value, so that a reader can be kept in registers.
    @usableFromInline
    @inline(never)
    static func number(
        at start: UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>,
        bytes limit: Int
    ) -> (value: UInt64, next: UnsafePointer<UInt8>?) {
        let available = min(limit, end - start)
        if available >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
            let stops = ~word & 0x8080_8080_8080_8080
            // A byte without its high bit is the last one: what is behind it goes, and groups of seven bits move together.
            if stops != 0 {
                var value = word & (stops ^ (stops &- 1)) & 0x7F7F_7F7F_7F7F_7F7F
                value = value & 0x007F_007F_007F_007F | (value & 0x7F00_7F00_7F00_7F00) &>> 1
                value = value & 0x0000_3FFF_0000_3FFF | (value & 0x3FFF_0000_3FFF_0000) &>> 2
                value = value & 0x0000_0000_0FFF_FFFF | (value & 0x0FFF_FFFF_0000_0000) &>> 4
                return (value, start + (stops.trailingZeroBitCount &>> 3 &+ 1))
            }
        }
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var index = 0
        while index < available {
            let byte = start[index]
            value |= UInt64(byte & 0x7F) &<< shift
            index &+= 1
            if byte < 0x80 { return (value, start + index) }
            shift &+= 7
        }
        return (0, nil)
    }
}
