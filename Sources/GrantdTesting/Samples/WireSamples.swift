//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema
package import SwiftProtobuf

/// Bytes of protobuf for tests, written by hand or by the other runtime.
package protocol WireSamples {}

extension WireSamples {
    package static func bytes(_ message: any Message) throws -> [UInt8] { try message.serializedBytes(partial: true) }

    /// A field with a varint.
    package static func varint(_ field: UInt64, _ value: UInt64) -> [UInt8] {
        self.number(field << 3) + self.number(value)
    }

    /// A field with a length and bytes.
    package static func delimited(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        self.number(field << 3 | 2) + self.number(UInt64(bytes.count)) + bytes
    }

    /// A varint.
    package static func number(_ value: UInt64) -> [UInt8] { Varint.bytes(value) }
}
