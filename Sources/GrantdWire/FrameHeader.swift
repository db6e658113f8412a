//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The first twelve bytes of a baidu_std frame: `PRPC`, the size of the body, the size of the meta in it.
package struct FrameHeader: Hashable, Sendable {
    /// What stands at a place where a frame should begin.
    package enum Glance: Hashable, Sendable {
        case header(FrameHeader)
        /// It may become a header.
        case needMoreBytes
        /// It is none, whatever follows.
        case notAFrame
    }

    /// In bytes.
    package static let size = 12
    /// `PRPC`, as a number in network order.
    package static let magic: UInt32 = 0x5052_5043

    /// Meta, payload and attachment, in bytes.
    package let bodySize: Int
    /// In bytes. Not compared with the body's size yet.
    package let metaSize: Int

    /// Both sizes are cut to what 32 bits hold; a body is far smaller than that.
    package init(bodySize: Int, metaSize: Int) {
        self.bodySize = Int(UInt32(clamping: bodySize))
        self.metaSize = Int(UInt32(clamping: metaSize))
    }

    /// Header and body, in bytes.
    package var frameSize: Int { Self.size + self.bodySize }

    /// Looks at what stands at `offset`, which must not be behind the end of the bytes.
    package static func glance(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) -> Glance {
        let available = bytes.count - offset
        guard available >= self.size else {
            // A wrong byte is wrong at once; nobody waits for the rest of it.
            for index in 0..<min(max(available, 0), 4) {
                let expected = UInt8(truncatingIfNeeded: self.magic >> UInt32(24 - 8 * index))
                if bytes[offset + index] != expected { return .notAFrame }
            }
            return .needMoreBytes
        }
        guard self.number(bytes, at: offset) == self.magic else { return .notAFrame }
        return .header(
            FrameHeader(
                bodySize: Int(self.number(bytes, at: offset + 4)),
                metaSize: Int(self.number(bytes, at: offset + 8))
            )
        )
    }

    /// Writes the header into twelve bytes of memory.
    @inlinable
    package func write(into memory: UnsafeMutableRawPointer) {
        memory.storeBytes(of: Self.magic.bigEndian, as: UInt32.self)
        memory.storeBytes(of: UInt32(truncatingIfNeeded: self.bodySize).bigEndian, toByteOffset: 4, as: UInt32.self)
        memory.storeBytes(of: UInt32(truncatingIfNeeded: self.metaSize).bigEndian, toByteOffset: 8, as: UInt32.self)
    }

    @inline(__always)
    private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
