//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import CMessageDigest

/// SHA-256 as 32 bytes.
package enum MessageDigest {
    package static let length = 32

    /// The digest of pieces put together.
    package static func of(_ pieces: [UInt8]...) -> [UInt8] {
        var context = SHA2_CTX()
        SHA256Init(&context)
        for piece in pieces { SHA256Update(&context, piece, piece.count) }
        return [UInt8](unsafeUninitializedCapacity: Self.length) { buffer, count in
            SHA256Final(buffer.baseAddress, &context)
            count = Self.length
        }
    }
}
