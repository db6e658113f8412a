//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A buffer that protobuf is written into, used again from call to call.
///
/// Beyond its limit it takes nothing and says so by ``isOverLimit``, so that no single step of encoding need be checked.
public final class ByteWriter {
    @usableFromInline
    struct State {
        @usableFromInline
        var base: UnsafeMutableRawPointer
        @usableFromInline
        var length = 0
        @usableFromInline
        var capacity: Int
        /// Whether something did not fit since the last reset.
        @usableFromInline
        var isRefusing = false
    }

    // Behind a pointer and not in the class: every access of a class's variable is checked for exclusivity as the program
    // runs, which costs more than the writing of a byte.
    @usableFromInline
    let state: UnsafeMutablePointer<State>
    /// The most that it takes, in bytes.
    public let limit: Int
    private let retained: Int
    /// A varint is written with room for its longest form, so the buffer may be this much larger than the limit.
    private static let slack = 16

    /// - Parameters:
    ///   - limit: The most that it takes, in bytes.
    ///   - retained: The most that is kept from call to call, in bytes.
    package init(limit: Int, retained: Int = 256 << 10) {
        self.limit = min(max(limit, 0), 1 << 40)
        self.retained = max(retained, 4096)
        let capacity = min(4096, self.limit + Self.slack)
        self.state = .allocate(capacity: 1)
        self.state.initialize(to: State(base: .allocate(byteCount: capacity, alignment: 16), capacity: capacity))
    }

    deinit {
        self.state.pointee.base.deallocate()
        self.state.deallocate()
    }

    /// How many bytes have been written.
    @inlinable
    public var count: Int { self.state.pointee.length }

    /// Whether more was written than the limit allows; what is in the buffer is then worth nothing.
    @inlinable
    public var isOverLimit: Bool { self.state.pointee.isRefusing || self.state.pointee.length > self.limit }

    /// All that was written. Good until the next write.
    @inlinable
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self.state.pointee.base, count: self.state.pointee.length)
    }

    /// Forgets what was written, and gives back what a large reply took.
    package func reset() {
        self.state.pointee.length = 0
        self.state.pointee.isRefusing = false
        if self.state.pointee.capacity > self.retained {
            self.state.pointee.base.deallocate()
            self.state.pointee.capacity = self.retained
            self.state.pointee.base = .allocate(byteCount: self.retained, alignment: 16)
        }
    }

    /// Takes back what was written behind `count`; the limit counts anew.
    package func truncate(to count: Int) {
        self.state.pointee.length = min(self.state.pointee.length, max(count, 0))
        self.state.pointee.isRefusing = false
    }

    /// Sees to it that `byteCount` more bytes fit without a further look.
    ///
    /// - Returns: `false` where the limit is reached.
    @inlinable
    public func reserve(_ byteCount: Int) -> Bool {
        if byteCount <= self.state.pointee.capacity &- self.state.pointee.length { return true }
        return self.grow(by: byteCount)
    }

    /// Writes bytes.
    @inlinable
    public func write(_ start: UnsafeRawPointer, count: Int) {
        guard self.reserve(count) else { return }
        (self.state.pointee.base + self.state.pointee.length).copyMemory(from: start, byteCount: count)
        self.state.pointee.length &+= count
    }

    /// Writes bytes.
    @inlinable
    public func write(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        self.write(start, count: bytes.count)
    }

    /// Writes one byte.
    @inlinable
    public func write(byte: UInt8) {
        guard self.reserve(1) else { return }
        self.state.pointee.base.storeBytes(of: byte, toByteOffset: self.state.pointee.length, as: UInt8.self)
        self.state.pointee.length &+= 1
    }

    /// Writes a number in 7-bit groups, the lowest first.
    @inlinable
    public func write(varint value: UInt64) {
        guard self.reserve(Varint.mostBytes) else { return }
        let base = self.state.pointee.base
        self.state.pointee.length = Varint.write(value, to: base + self.state.pointee.length) - base
    }

    /// Writes an int32, an int64, a bool or an enum's value with its field number.
    @inlinable
    public func write(field: UInt32, varint value: Int64) {
        self.write(varint: UInt64(field) << 3)
        self.write(varint: UInt64(bitPattern: value))
    }

    /// Writes a string, bytes or an encoded message with its field number and length.
    @inlinable
    public func write(field: UInt32, _ start: UnsafeRawPointer, count: Int) {
        self.write(varint: UInt64(field) << 3 | 2)
        self.write(varint: UInt64(truncatingIfNeeded: count))
        self.write(start, count: count)
    }

    /// Writes a string, bytes or an encoded message with its field number and length.
    @inlinable
    public func write(field: UInt32, _ bytes: UnsafeRawBufferPointer) {
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
    public func beginMessage(field: UInt32, lengthWidth: Int = 1) -> Int {
        self.write(varint: UInt64(field) << 3 | 2)
        guard self.reserve(lengthWidth) else { return self.state.pointee.length }
        self.state.pointee.length &+= lengthWidth
        return self.state.pointee.length
    }

    /// Ends a message that ``beginMessage(field:lengthWidth:)`` began: writes its length in front of it.
    ///
    /// - Parameters:
    ///   - start: What `beginMessage` returned.
    ///   - lengthWidth: The same as there.
    @inlinable
    public func endMessage(_ start: Int, lengthWidth: Int = 1) {
        // Once over the limit nothing fits together any more, and the whole is thrown away.
        if self.state.pointee.isRefusing { return }
        let size = self.state.pointee.length &- start
        var width = size < 0x80 ? 1 : size < 0x4000 ? 2 : 3
        while size &>> (7 &* width) != 0 { width &+= 1 }
        if width != lengthWidth, !self.moveMessage(start, by: width &- lengthWidth) { return }
        _ = Varint.write(UInt64(truncatingIfNeeded: size), to: self.state.pointee.base + (start &- lengthWidth))
    }

    @usableFromInline
    @inline(never)
    func moveMessage(_ start: Int, by distance: Int) -> Bool {
        guard self.reserve(max(distance, 0)) else { return false }
        let message = self.state.pointee.base + start
        (message + distance).copyMemory(from: message, byteCount: self.state.pointee.length - start)
        self.state.pointee.length += distance
        return true
    }

    @usableFromInline
    @inline(never)
    func grow(by byteCount: Int) -> Bool {
        let ceiling = self.limit + Self.slack
        guard !self.state.pointee.isRefusing, byteCount >= 0, byteCount <= ceiling - self.state.pointee.length else {
            self.state.pointee.isRefusing = true
            return false
        }
        let wanted = min(max(self.state.pointee.capacity * 2, self.state.pointee.length + byteCount), ceiling)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
        larger.copyMemory(from: self.state.pointee.base, byteCount: self.state.pointee.length)
        self.state.pointee.base.deallocate()
        self.state.pointee.base = larger
        self.state.pointee.capacity = wanted
        return true
    }
}
