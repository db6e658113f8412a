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
    /// All members of a oneof in one message belong to the same one.
    package let label: FieldSlot.Label

    package init(name: String, number: UInt32, kind: FieldSlot.Kind, label: FieldSlot.Label) {
        self.name = name
        self.number = number
        self.kind = kind
        self.label = label
    }

    init(_ slot: FieldSlot, kind: FieldSlot.Kind) {
        self.init(name: slot.name, number: slot.number, kind: kind, label: slot.label)
    }
}
