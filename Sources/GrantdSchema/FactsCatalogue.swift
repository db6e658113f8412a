//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The members of `Application.facts`: which measures the contract can carry facts of.
package struct FactsCatalogue: Sendable {
    /// One member: the facts of one measure.
    package struct Member: Sendable {
        /// The member's field of `Application`. Its name is the measure's id with `_` for `.` and `-`, and the key by which
        /// a policy file's measure finds its facts.
        package let slot: FieldSlot
        /// The facts message.
        package let type: MessageType

        /// `medical_device_product_approval`
        package var fieldName: String { self.slot.name }
        /// The field's number; the struct's case has it where this member is set.
        package var number: UInt32 { self.slot.number }
    }

    /// By number.
    package let members: [Member]
    /// The catalogue of the contract that this program was built with.
    package static let contract = FactsCatalogue()

    private init() {
        self.members = MessageType.application.fields.compactMap { slot in
            guard case .oneofMember = slot.label, case .message(let type) = slot.kind else { return nil }
            return Member(slot: slot, type: type)
        }
    }
}
