//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdDigest

/// The beginning of a segment: which it is, and what it follows on.
///
/// 104 bytes, whole numbers little-endian: `grantdDL`, the version of the format (4 bytes), 4 bytes of zeros, the segment's number
/// (8), the number of its first entry (8), when it was begun, in milliseconds since 1970 (8), the chain's value behind the last entry
/// of the segment before it (32; zeros in the first), and the SHA-256 of all that (32), which is the chain's value here.
package struct SegmentHeader: Sendable, Hashable {
    package static let size = 104
    static let version: UInt32 = 1
    private static let magic: [UInt8] = Array("grantdDL".utf8)
    private static let hashed = 72

    package var number: UInt64
    package var firstEntry: UInt64
    package var begunAt: Int64
    package var previous: SHA256Digest

    package init(number: UInt64, firstEntry: UInt64, begunAt: Int64, previous: SHA256Digest) {
        self.number = number
        self.firstEntry = firstEntry
        self.begunAt = begunAt
        self.previous = previous
    }

    /// Reads ``size`` bytes; nil where they are no header.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.size, let start = bytes.baseAddress, bytes.starts(with: Self.magic),
            start.loadUnaligned(fromByteOffset: 8, as: UInt32.self).littleEndian == Self.version,
            Self.chain(of: bytes) == SHA256Digest(at: start + Self.hashed)
        else { return nil }
        self.number = start.loadUnaligned(fromByteOffset: 16, as: UInt64.self).littleEndian
        self.firstEntry = start.loadUnaligned(fromByteOffset: 24, as: UInt64.self).littleEndian
        self.begunAt = start.loadUnaligned(fromByteOffset: 32, as: Int64.self).littleEndian
        self.previous = SHA256Digest(at: start + 40)
    }

    /// The header as it stands in the file.
    package var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.size)
        bytes.withUnsafeMutableBytes { memory in
            memory.copyBytes(from: Self.magic)
            memory.storeBytes(of: Self.version.littleEndian, toByteOffset: 8, as: UInt32.self)
            memory.storeBytes(of: self.number.littleEndian, toByteOffset: 16, as: UInt64.self)
            memory.storeBytes(of: self.firstEntry.littleEndian, toByteOffset: 24, as: UInt64.self)
            memory.storeBytes(of: self.begunAt.littleEndian, toByteOffset: 32, as: Int64.self)
            guard let start = memory.baseAddress else { return }
            self.previous.store(to: start + 40)
            Self.chain(of: UnsafeRawBufferPointer(memory)).store(to: start + Self.hashed)
        }
        return bytes
    }

    /// The chain's value behind the header.
    package var chain: SHA256Digest {
        self.bytes.withUnsafeBytes { Self.chain(of: $0) }
    }

    private static func chain(of bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        SHA256.of(UnsafeRawBufferPointer(rebasing: bytes[..<Self.hashed]))
    }
}
