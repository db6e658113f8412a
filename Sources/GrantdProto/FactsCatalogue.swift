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
    /// In the struct of an application, in bytes: of the Int32 with the number of the member that is set, 0 for none.
    package let caseOffset: Int
    /// In the struct of an application, in bytes: of the address of the facts message.
    package let factsOffset: Int
    // The index of a member by its number less the first one, the largest number where there is none.
    private let indices: [UInt16]
    private let firstNumber: UInt32

    /// The catalogue of the contract that this program was built with.
    package static let contract = FactsCatalogue()

    private init() {
        let members: [Member] = MessageType.application.fields.compactMap { slot in
            guard case .oneofMember = slot.label, case .message(let type) = slot.kind else { return nil }
            return Member(slot: slot, type: type)
        }
        self.members = members
        self.caseOffset = members.first?.slot.quantifierOffset ?? 0
        self.factsOffset = members.first?.slot.offset ?? 0
        let first = members.first?.number ?? 0
        let last = members.last?.number ?? 0
        var indices = [UInt16](repeating: .max, count: Int(last - first) + 1)
        for (index, member) in members.enumerated() { indices[Int(member.number - first)] = UInt16(index) }
        self.indices = indices
        self.firstNumber = first
    }

    /// The index in ``members`` of the member with this number, `nil` where there is none.
    package func index(ofNumber number: UInt32) -> Int? {
        guard number >= self.firstNumber else { return nil }
        let place = Int(number - self.firstNumber)
        guard place < self.indices.count, self.indices[place] != .max else { return nil }
        return Int(self.indices[place])
    }

    /// The member whose field has this name, `nil` where there is none.
    package func member(named fieldName: String) -> Member? {
        self.members.first { $0.fieldName == fieldName }
    }
}
