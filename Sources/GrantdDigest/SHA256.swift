//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CNettle

/// SHA-256, a piece at a time: by Nettle, which uses the processor's own instructions for it.
package struct SHA256 {
    private var context = sha256_ctx()

    package init() {
        nettle_sha256_init(&self.context)
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        nettle_sha256_update(&self.context, bytes.count, start.assumingMemoryBound(to: UInt8.self))
    }

    package mutating func update(_ digest: SHA256Digest) {
        withUnsafeTemporaryAllocation(byteCount: SHA256Digest.size, alignment: 8) { memory in
            guard let start = memory.baseAddress else { return }
            digest.store(to: start)
            self.update(UnsafeRawBufferPointer(memory))
        }
    }

    /// The digest of all pieces.
    package mutating func finish() -> SHA256Digest {
        withUnsafeTemporaryAllocation(byteCount: SHA256Digest.size, alignment: 8) { memory in
            guard let start = memory.baseAddress else { return SHA256Digest() }
            nettle_sha256_digest(
                &self.context,
                SHA256Digest.size,
                start.assumingMemoryBound(to: UInt8.self)
            )
            return SHA256Digest(at: start)
        }
    }

    /// The digest of two pieces put together, of which the second may be empty.
    package static func of(
        _ first: UnsafeRawBufferPointer,
        _ second: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) -> SHA256Digest {
        var hash = SHA256()
        hash.update(first)
        hash.update(second)
        return hash.finish()
    }

    /// The digest of bytes.
    package static func of(_ bytes: [UInt8]) -> SHA256Digest {
        bytes.withUnsafeBytes { self.of($0) }
    }

    /// The digest of two pieces put together.
    package static func of(_ first: [UInt8], _ second: [UInt8]) -> SHA256Digest {
        first.withUnsafeBytes { first in second.withUnsafeBytes { self.of(first, $0) } }
    }
}
