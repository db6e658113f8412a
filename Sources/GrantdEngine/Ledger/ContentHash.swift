//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdDigest

/// Tells requests of the same content.
package enum ContentHash {
    /// The SHA-256 of a request in grantd's own encoding, 32 bytes.
    package static func of(_ bytes: UnsafeRawBufferPointer) -> [UInt8] { SHA256.of(bytes).bytes }
}
