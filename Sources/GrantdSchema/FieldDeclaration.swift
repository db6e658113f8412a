//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A field of a message that is made while the program runs.
package struct FieldDeclaration: Sendable {
    /// As in the .proto: `registered_in_beijing`.
    package let name: String
    /// The field's number on the wire.
    package let number: UInt32
    package let kind: FieldSlot.Kind
    package let label: FieldSlot.Label
    /// The name of the oneof that the field is a member of: members of one name share their place. `nil` for other fields.
    package let oneof: String?

    package init(name: String, number: UInt32, kind: FieldSlot.Kind, label: FieldSlot.Label, oneof: String? = nil) {
        self.name = name
        self.number = number
        self.kind = kind
        self.label = label
        self.oneof = oneof
    }

    init(_ slot: FieldSlot, of type: MessageType, kind: FieldSlot.Kind) {
        self.init(
            name: slot.name,
            number: slot.number,
            kind: kind,
            label: slot.label,
            oneof: type.oneof(of: slot)?.name
        )
    }
}
