//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// What a load generator must know of a reply: whose it is, and whether it is an error.
///
/// A full decoder of `RpcMeta` would cost more than the daemon's answer; the two numbers are found by one walk over
/// the wire bytes.
struct ReplyGlance: Equatable {
    var correlationID: Int64 = 0
    var errorCode: Int32 = 0
    /// Whether it says that it is an answer or an error at all.
    var hasResponse = false

    /// Reads the meta part of a frame.
    ///
    /// - Returns: `nil` where the bytes are no message.
    init?(meta: UnsafeRawBufferPointer) {
        var reader = WireReader(bytes: meta)
        while !reader.isAtEnd {
            guard let tag = reader.varint() else { return nil }
            switch tag {
            case 4 << 3:
                guard let value = reader.varint() else { return nil }
                self.correlationID = Int64(bitPattern: value)
            case 2 << 3 | 2:
                guard let response = reader.delimited() else { return nil }
                self.hasResponse = true
                var inner = WireReader(bytes: response)
                while !inner.isAtEnd {
                    guard let innerTag = inner.varint() else { return nil }
                    if innerTag == 1 << 3 {
                        guard let code = inner.varint() else { return nil }
                        self.errorCode = Int32(truncatingIfNeeded: code)
                    } else if !inner.skip(innerTag) {
                        return nil
                    }
                }
            default:
                guard reader.skip(tag) else { return nil }
            }
        }
    }
}

/// A cursor over protobuf's wire format.
private struct WireReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { self.offset >= self.bytes.count }

    mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64, self.offset < self.bytes.count {
            let byte = self.bytes[self.offset]
            self.offset &+= 1
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift &+= 7
        }
        return nil
    }

    mutating func delimited() -> UnsafeRawBufferPointer? {
        guard let length = self.varint(), length <= UInt64(self.bytes.count &- self.offset) else { return nil }
        let start = self.offset
        self.offset &+= Int(length)
        return UnsafeRawBufferPointer(rebasing: self.bytes[start..<self.offset])
    }

    mutating func skip(_ tag: UInt64) -> Bool {
        switch tag & 7 {
        case 0: return self.varint() != nil
        case 1: return self.advance(8)
        case 2: return self.delimited() != nil
        case 5: return self.advance(4)
        default: return false
        }
    }

    private mutating func advance(_ count: Int) -> Bool {
        guard count <= self.bytes.count &- self.offset else { return false }
        self.offset &+= count
        return true
    }
}
