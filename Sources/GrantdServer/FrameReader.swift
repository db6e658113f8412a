//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Finds the frames in the bytes of a connection, and reads past the body of one that is larger than is served.
///
/// A header is judged by its declared numbers before the bytes behind it arrive, in this order: magic (as far as it is
/// there), meta against body, meta against its limit, body against its limits.
struct FrameReader {
    /// What stands next in the bytes. Ranges are offsets into them.
    enum Next: Equatable {
        /// A whole frame: its meta, and what follows it (payload and attachment).
        case frame(meta: Range<Int>, rest: Range<Int>)
        /// The meta of a frame whose body is larger than is served; the body is read past.
        case oversized(meta: Range<Int>)
        /// No whole frame.
        case needMoreBytes
        /// No frame at all, or one beyond all bounds: the connection is of no use any more.
        case malformed
    }

    /// `PRPC`
    static let magicNumber: UInt32 = 0x5052_5043
    /// Magic, body size, meta size.
    static let headerSize = 12

    private let requestBytes: Int
    private let metaBytes: Int
    private let skippedBytes: Int
    /// Bytes of an oversized body that are still to come.
    private var skip = 0

    init(limits: Limits) {
        self.requestBytes = limits.requestBytes
        self.metaBytes = limits.metaBytes
        self.skippedBytes = limits.skippedBytes
    }

    /// Whether the rest of an oversized body is still to come.
    var isSkipping: Bool { self.skip > 0 }

    /// Looks at `bytes` from `offset` and moves `offset` behind what it returns.
    mutating func next(in bytes: UnsafeRawBufferPointer, from offset: inout Int) -> Next {
        if self.skip > 0 {
            let count = min(self.skip, bytes.count - offset)
            self.skip -= count
            offset += count
            if self.skip > 0 { return .needMoreBytes }
        }
        let available = bytes.count - offset
        guard available >= Self.headerSize else {
            return Self.mayBeginFrame(bytes, at: offset) ? .needMoreBytes : .malformed
        }
        guard Self.mayBeginFrame(bytes, at: offset) else { return .malformed }
        let body = Self.number(bytes, at: offset + 4)
        let meta = Self.number(bytes, at: offset + 8)
        guard meta <= body, meta <= self.metaBytes, body <= max(self.requestBytes, self.skippedBytes) else {
            return .malformed
        }
        let start = offset + Self.headerSize
        if body > self.requestBytes {
            guard available >= Self.headerSize + meta else { return .needMoreBytes }
            offset = start + meta
            self.skip = body - meta
            return .oversized(meta: start..<offset)
        }
        guard available >= Self.headerSize + body else { return .needMoreBytes }
        offset = start + body
        return .frame(meta: start..<(start + meta), rest: (start + meta)..<offset)
    }

    /// Whether what is there of the magic is right.
    @inline(__always)
    private static func mayBeginFrame(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        let count = bytes.count - offset
        if count >= 4 { return Self.number(bytes, at: offset) == Self.magicNumber }
        for index in 0..<count {
            let expected = UInt8(truncatingIfNeeded: Self.magicNumber >> UInt32(24 - 8 * index))
            if bytes[offset + index] != expected { return false }
        }
        return true
    }

    /// An unsigned 32-bit number in network order; the bytes are known to be there.
    @inline(__always)
    private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
}
