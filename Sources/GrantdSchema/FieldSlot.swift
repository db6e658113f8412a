//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Where a field of a message lies in protobuf-c's struct.
package struct FieldSlot: Sendable {
    /// How often the field can stand in a message.
    package enum Label: Sendable, BitwiseCopyable {
        /// Set or unset: a flag beside a number, an address that can be missing for a string or a message.
        case optional
        /// Must be set; protobuf-c refuses a message without it.
        case required
        /// A list: a count, and the address of its entries.
        case repeated
        /// One of several that share their place; the number of the one that is set stands beside it.
        case oneofMember
        /// Proto3's plain field: never unset, the default where nothing was sent.
        case implicit
    }

    /// What the field holds.
    package enum Kind: Sendable {
        case bool
        case int32
        case int64
        /// A NUL-terminated string.
        case string
        case bytes
        case enumeration(EnumDescription)
        case message(MessageType)
        /// A type that the contract does not use.
        case other
    }

    /// As in the .proto: `registered_in_beijing`.
    package let name: String
    /// The field's number on the wire.
    package let number: UInt32
    package let kind: Kind
    package let label: Label
    /// Of the value in the struct, in bytes; of the address of the first entry for a list.
    package let offset: Int
    /// In the struct, in bytes: of the Int32 that says whether an optional number is set, of the UInt that counts a
    /// list, of the Int32 that holds the number of the member of a oneof that is set. 0 where there is none.
    package let quantifierOffset: Int
    /// Where protobuf-c keeps the default of a string: an address equal to this one was not sent.
    package let defaultAddress: UInt?
    /// Whether the field's place says by a flag of its own that it is set, and not by an address.
    package let hasFlag: Bool
}
