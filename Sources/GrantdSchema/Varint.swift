//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A number as protobuf writes it: in 7-bit groups, the lowest first. ``WireReader`` reads it.
public enum Varint {
    /// The most bytes of one.
    @inlinable
    public static var mostBytes: Int { 10 }

    /// Writes a number.
    ///
    /// - Parameter memory: Room for ``size(_:)`` bytes.
    /// - Returns: Behind its last byte.
    @inlinable
    @inline(__always)
    public static func write(_ value: UInt64, to memory: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var place = memory
        var rest = value
        while rest > 0x7F {
            place.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, as: UInt8.self)
            rest &>>= 7
            place += 1
        }
        place.storeBytes(of: UInt8(truncatingIfNeeded: rest), as: UInt8.self)
        return place + 1
    }

    /// How many bytes a number has.
    @inlinable
    @inline(__always)
    public static func size(_ value: UInt64) -> Int {
        (70 - (value | 1).leadingZeroBitCount) / 7
    }

    /// Appends a number.
    package static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(byteCount: self.mostBytes, alignment: 1) { room in
            guard let start = room.baseAddress else { return }
            let end = self.write(value, to: start)
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: end - start))
        }
    }

    /// A number's bytes.
    package static func bytes(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        self.append(value, to: &bytes)
        return bytes
    }
}
