//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A buffer that protobuf is written into, used again from call to call.
///
/// Beyond its limit it takes nothing and says so by ``isOverLimit``, so that no single step of encoding need be checked.
package final class ByteWriter {
    @usableFromInline
    var base: UnsafeMutableRawPointer
    @usableFromInline
    var capacity: Int
    @usableFromInline
    var length = 0
    /// Whether something did not fit since the last reset.
    @usableFromInline
    var isRefusing = false
    @usableFromInline
    let limit: Int
    private let retained: Int
    /// A varint is written with room for its longest form, so the buffer may be this much larger than the limit.
    private static let slack = 16

    /// - Parameters:
    ///   - limit: The most that it takes, in bytes.
    ///   - retained: The most that is kept from call to call, in bytes.
    package init(limit: Int, retained: Int = 256 << 10) {
        self.limit = min(max(limit, 0), 1 << 40)
        self.retained = max(retained, 4096)
        self.capacity = min(4096, self.limit + Self.slack)
        self.base = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { self.base.deallocate() }

    /// How many bytes have been written.
    @inlinable
    package var count: Int { self.length }

    /// Whether more was written than the limit allows; what is in the buffer is then worth nothing.
    @inlinable
    package var isOverLimit: Bool { self.isRefusing || self.length > self.limit }

    /// The first byte. Good until the next write.
    @inlinable
    package var pointer: UnsafeRawPointer { UnsafeRawPointer(self.base) }

    /// All that was written. Good until the next write.
    @inlinable
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: self.base, count: self.length) }

    /// Forgets what was written, and gives back what a large reply took.
    package func reset() {
        self.length = 0
        self.isRefusing = false
        if self.capacity > self.retained {
            self.base.deallocate()
            self.capacity = self.retained
            self.base = .allocate(byteCount: self.retained, alignment: 16)
        }
    }

    /// Takes back what was written behind `count`; the limit counts anew.
    package func truncate(to count: Int) {
        self.length = min(self.length, max(count, 0))
        self.isRefusing = false
    }

    /// Sees to it that `byteCount` more bytes fit without a further look.
    ///
    /// - Returns: `false` where the limit is reached.
    @inlinable
    package func reserve(_ byteCount: Int) -> Bool {
        if byteCount <= self.capacity &- self.length { return true }
        return self.grow(by: byteCount)
    }

    /// Writes bytes.
    @inlinable
    package func write(_ start: UnsafeRawPointer, count: Int) {
        guard self.reserve(count) else { return }
        (self.base + self.length).copyMemory(from: start, byteCount: count)
        self.length &+= count
    }

    /// Writes bytes.
    @inlinable
    package func write(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        self.write(start, count: bytes.count)
    }

    /// Writes one byte.
    @inlinable
    package func write(byte: UInt8) {
        guard self.reserve(1) else { return }
        self.base.storeBytes(of: byte, toByteOffset: self.length, as: UInt8.self)
        self.length &+= 1
    }

    /// Writes a number in 7-bit groups, the lowest first.
    @inlinable
    package func write(varint value: UInt64) {
        guard self.reserve(10) else { return }
        var value = value
        var end = self.length
        while value > 0x7F {
            self.base.storeBytes(of: UInt8(truncatingIfNeeded: value) | 0x80, toByteOffset: end, as: UInt8.self)
            value >>= 7
            end &+= 1
        }
        self.base.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: end, as: UInt8.self)
        self.length = end &+ 1
    }

    /// Writes an int32, an int64, a bool or an enum's value with its field number.
    @inlinable
    package func write(field: UInt32, varint value: Int64) {
        self.write(varint: UInt64(field) << 3)
        self.write(varint: UInt64(bitPattern: value))
    }

    /// Writes a string, bytes or an encoded message with its field number and length.
    @inlinable
    package func write(field: UInt32, _ start: UnsafeRawPointer, count: Int) {
        self.write(varint: UInt64(field) << 3 | 2)
        self.write(varint: UInt64(truncatingIfNeeded: count))
        self.write(start, count: count)
    }

    /// Writes a string, bytes or an encoded message with its field number and length.
    @inlinable
    package func write(field: UInt32, _ bytes: UnsafeRawBufferPointer) {
        self.write(varint: UInt64(field) << 3 | 2)
        self.write(varint: UInt64(truncatingIfNeeded: bytes.count))
        self.write(bytes)
    }

    /// Writes a text with its field number and length.
    package func write(field: UInt32, _ text: String) {
        var text = text
        text.withUTF8 { self.write(field: field, UnsafeRawBufferPointer($0)) }
    }

    /// Begins a message inside the message: writes its field number and leaves room for its length.
    ///
    /// - Parameter lengthWidth: How many bytes the length is expected to take, 1 to 4: 1 for a message below 128 bytes, 2
    ///   below 16 KiB. A wrong guess costs a move of the message, nothing else.
    /// - Returns: What ``endMessage(_:lengthWidth:)`` is to be given.
    @inlinable
    package func beginMessage(field: UInt32, lengthWidth: Int = 1) -> Int {
        self.write(varint: UInt64(field) << 3 | 2)
        guard self.reserve(lengthWidth) else { return self.length }
        self.length &+= lengthWidth
        return self.length
    }

    /// Ends a message that ``beginMessage(field:lengthWidth:)`` began: writes its length in front of it.
    ///
    /// - Parameters:
    ///   - start: What `beginMessage` returned.
    ///   - lengthWidth: The same as there.
    @inlinable
    package func endMessage(_ start: Int, lengthWidth: Int = 1) {
        // Once over the limit nothing fits together any more, and the whole is thrown away.
        if self.isRefusing { return }
        let size = self.length &- start
        var width = 1
        while size >> (7 &* width) != 0 { width &+= 1 }
        if width != lengthWidth, !self.moveMessage(start, by: width &- lengthWidth) { return }
        var place = start &- lengthWidth
        var rest = size
        while rest > 0x7F {
            self.base.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: place, as: UInt8.self)
            rest >>= 7
            place &+= 1
        }
        self.base.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: place, as: UInt8.self)
    }

    @usableFromInline
    @inline(never)
    func moveMessage(_ start: Int, by distance: Int) -> Bool {
        guard self.reserve(max(distance, 0)) else { return false }
        let message = self.base + start
        (message + distance).copyMemory(from: message, byteCount: self.length - start)
        self.length += distance
        return true
    }

    @usableFromInline
    @inline(never)
    func grow(by byteCount: Int) -> Bool {
        let ceiling = self.limit + Self.slack
        guard !self.isRefusing, byteCount >= 0, byteCount <= ceiling - self.length else {
            self.isRefusing = true
            return false
        }
        let wanted = min(max(self.capacity * 2, self.length + byteCount), ceiling)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
        larger.copyMemory(from: self.base, byteCount: self.length)
        self.base.deallocate()
        self.base = larger
        self.capacity = wanted
        return true
    }
}
