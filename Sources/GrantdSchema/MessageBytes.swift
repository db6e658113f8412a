//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A protobuf message as it is put together where speed is no matter.
package struct MessageBytes {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// An empty message that has room for so many bytes.
    package init(capacity: Int) { self.bytes.reserveCapacity(capacity) }

    /// Adds a number, an enum's value or a bool.
    package mutating func add(varint value: UInt64, field: UInt32) {
        self.append(varint: UInt64(field) << 3)
        self.append(varint: value)
    }

    /// Adds a text.
    package mutating func add(_ text: String, field: UInt32) {
        self.add(text.utf8, field: field)
    }

    /// Adds a message inside this one.
    package mutating func add(_ message: MessageBytes, field: UInt32) {
        self.add(message.bytes, field: field)
    }

    /// Adds bytes with their length.
    package mutating func add(_ value: some Collection<UInt8>, field: UInt32) {
        self.append(varint: UInt64(field) << 3 | 2)
        self.append(varint: UInt64(value.count))
        self.bytes.append(contentsOf: value)
    }

    /// Adds bytes that are whole fields already.
    package mutating func append(_ fields: UnsafeRawBufferPointer) {
        self.bytes.append(contentsOf: fields)
    }

    /// Adds a number without a tag.
    package mutating func append(varint value: UInt64) { Varint.append(value, to: &self.bytes) }
}
