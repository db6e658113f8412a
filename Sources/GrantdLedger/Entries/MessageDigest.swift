//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CNettle

/// SHA-256 as 32 bytes, by Nettle, which uses the processor's own instructions for it.
package enum MessageDigest {
    package static let length = 32

    /// The digest of pieces put together.
    package static func of(_ pieces: [UInt8]...) -> [UInt8] {
        var context = sha256_ctx()
        nettle_sha256_init(&context)
        for piece in pieces { nettle_sha256_update(&context, piece.count, piece) }
        return [UInt8](unsafeUninitializedCapacity: Self.length) { buffer, count in
            nettle_sha256_digest(&context, Self.length, buffer.baseAddress)
            count = Self.length
        }
    }
}
