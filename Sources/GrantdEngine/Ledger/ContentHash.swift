//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// Tells requests of the same content.
package enum ContentHash {
    /// The SHA-256 of a request in grantd's own encoding, 32 bytes.
    package static func of(_ bytes: UnsafeRawBufferPointer) -> [UInt8] { PolicyDigest.bytes(of: [UInt8](bytes)) }
}
