//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// A request's target and the headers that bear on the service, in one piece of memory.
///
/// Built while the head is parsed, and used again for the connection's next head once nobody holds this one: a head takes
/// nothing from the heap.
package struct HeadText: Sendable {
    /// Bytes of the memory; none where the end is 0.
    private struct Place: BitwiseCopyable {
        var start: UInt16 = 0
        var end: UInt16 = 0
    }

    private var bytes = ByteBuffer()
    private var target = Place()
    private var values = InlineArray<17, Place>(repeating: Place())
    /// The fields that stand in the head, a bit each.
    private var present: UInt32 = 0

    /// What a connection keeps for its next head.
    private static let retained = 1024

    package init() {}

    /// Bytes of memory.
    var capacity: Int { self.bytes.capacity }

    // MARK: - Building

    /// Forgets what it holds.
    mutating func clear() {
        if self.bytes.capacity > Self.retained {
            self.bytes = ByteBuffer()
        } else {
            self.bytes.clear(minimumCapacity: 256)
        }
        self.target = Place()
        self.present = 0
    }

    /// Adds to what is being taken in. The parser's limits keep all of it below 64 KiB.
    mutating func append(_ piece: UnsafeRawBufferPointer) {
        self.bytes.writeBytes(piece)
    }

    /// Where the next text begins.
    var end: Int { self.bytes.writerIndex }

    /// What was added since `start` is the target.
    mutating func setTarget(from start: Int) {
        self.target = Place(start: UInt16(clamping: start), end: UInt16(clamping: self.end))
    }

    /// What was added since `start` is a field's value, with space at its end that is none of it.
    mutating func set(_ field: HeaderField, from start: Int) {
        var end = self.end
        self.bytes.withUnsafeReadableBytes { bytes in
            while end > start, bytes[end - 1] == UInt8(ascii: " ") || bytes[end - 1] == UInt8(ascii: "\t") { end -= 1 }
        }
        self.values[Int(field.rawValue)] = Place(start: UInt16(clamping: start), end: UInt16(clamping: end))
        self.present |= 1 << UInt32(field.rawValue)
    }

    // MARK: - Reading

    /// Whether the head has the field.
    @inline(__always)
    func has(_ field: HeaderField) -> Bool { self.present & 1 << UInt32(field.rawValue) != 0 }

    /// Lends a field's value; an empty one where the head does not have it.
    @inline(__always)
    func withValue<Result>(of field: HeaderField, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
    {
        try self.withBytes(self.has(field) ? self.values[Int(field.rawValue)] : Place(), body)
    }

    /// Lends the target.
    @inline(__always)
    func withTarget<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try self.withBytes(self.target, body)
    }

    /// A field's value; nil where the head does not have it.
    func value(of field: HeaderField) -> String? {
        guard self.has(field) else { return nil }
        return self.withValue(of: field) { String(decoding: $0, as: UTF8.self) }
    }

    @inline(__always)
    private func withBytes<Result>(
        _ place: Place,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try self.bytes.withUnsafeReadableBytes { bytes in
            try body(UnsafeRawBufferPointer(rebasing: bytes[Int(place.start)..<Int(place.end)]))
        }
    }
}
