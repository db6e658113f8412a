//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy
internal import GrantdSchema

/// A field of the applicant or of the facts message that an expression is, as a whole: most conditions are no more. It
/// is read without its program, and is itself what is missing where it is unset.
struct ScalarField: BitwiseCopyable {
    private let isApplicants: Bool
    private let place: ScalarPlace
    /// The index of the fact among the measure's: what is missing while the field is unset.
    let fact: Int

    init(isApplicants: Bool, place: ScalarPlace, fact: Int) {
        self.isApplicants = isApplicants
        self.place = place
        self.fact = fact
    }

    // Read here and not by the place, which is another module's: every condition that is no more than a field comes by.
    @inline(__always)
    func bool(_ facts: UnsafeRawPointer, _ applicant: UnsafeRawPointer) -> Bool? {
        let base = self.isApplicants ? applicant : facts
        guard base.load(fromByteOffset: Int(self.place.flag), as: Int32.self) != 0 else { return nil }
        return base.load(fromByteOffset: Int(self.place.offset), as: Int32.self) != 0
    }

    @inline(__always)
    func int64(_ facts: UnsafeRawPointer, _ applicant: UnsafeRawPointer) -> Int64? {
        self.place.int64(self.isApplicants ? applicant : facts)
    }
}

/// Finds the programs that are nothing but a field that the measure describes.
struct ScalarFields {
    let facts: MessageType?
    let measure: Measure

    /// The bool field that a program is.
    func bool(_ program: Program) -> ScalarField? {
        self.field(program) { if case .bool = $0 { true } else { false } }
    }

    /// The int64 field that a program is.
    func int64(_ program: Program) -> ScalarField? {
        self.field(program) { if case .int64 = $0 { true } else { false } }
    }

    private func field(_ program: Program, _ isWanted: (FieldSlot.Kind) -> Bool) -> ScalarField? {
        guard program.references.count == 1, let reference = program.references.first else { return nil }
        let text = program.source.text.filter { $0 != " " && $0 != "\n" }
        guard text == reference.path else { return nil }
        let (prefix, message, member): (String, MessageType?, String) =
            switch reference.input {
            case ProgramInputs.facts: ("facts.", self.facts, self.measure.factsField + ".")
            case ProgramInputs.applicant: ("applicant.", .applicant, "applicant.")
            default: ("", nil, "")
            }
        guard text.hasPrefix(prefix) else { return nil }
        let name = String(text.dropFirst(prefix.count))
        guard let slot = message?.field(named: name), slot.hasFlag, slot.label == .optional, isWanted(slot.kind) else {
            return nil
        }
        guard let fact = self.measure.facts.firstIndex(where: { $0.wirePath == member + name }) else { return nil }
        return ScalarField(
            isApplicants: reference.input == ProgramInputs.applicant,
            place: slot.scalar,
            fact: fact
        )
    }
}
