//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdSchema
import SwiftProtobuf

/// Bytes for tests, and an application without facts, which the room of messages does not know.
enum Samples {
    static let types = ApplicationTypes(members: [])

    static func bytes(_ message: any Message) throws -> [UInt8] { try message.serializedBytes(partial: true) }

    /// A field with a varint.
    static func varint(_ field: UInt64, _ value: UInt64) -> [UInt8] { self.number(field << 3) + self.number(value) }

    /// A field with a length and bytes.
    static func delimited(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] {
        self.number(field << 3 | 2) + self.number(UInt64(bytes.count)) + bytes
    }

    static func number(_ value: UInt64) -> [UInt8] {
        var value = value
        var bytes: [UInt8] = []
        while value > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }
}
