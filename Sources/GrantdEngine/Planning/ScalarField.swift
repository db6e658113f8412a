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
    fileprivate let isApplicants: Bool
    fileprivate let place: ScalarPlace
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

/// Whether a bool field is set and has one value, by one comparison: its flag and its value lie side by side.
struct QuickPass: BitwiseCopyable {
    private let isApplicants: Bool
    /// Of the flag, in bytes.
    private let offset: Int32
    /// Flag and value as one number; 0 where nothing passes.
    private let wanted: UInt64

    /// What nothing passes.
    static let never = QuickPass(isApplicants: false, offset: 0, wanted: 0)

    private init(isApplicants: Bool, offset: Int32, wanted: UInt64) {
        self.isApplicants = isApplicants
        self.offset = offset
        self.wanted = wanted
    }

    /// Passes where the field is set to what is wanted.
    init(_ field: ScalarField, wants value: Bool) {
        guard field.place.offset == field.place.flag + 4 else {
            self = .never
            return
        }
        let pair: (UInt32, UInt32) = (1, value ? 1 : 0)
        let wanted = withUnsafeBytes(of: pair) { $0.load(as: UInt64.self) }
        self.init(isApplicants: field.isApplicants, offset: field.place.flag, wanted: wanted)
    }

    @inline(__always)
    func passes(_ facts: UnsafeRawPointer, _ applicant: UnsafeRawPointer) -> Bool {
        guard self.wanted != 0 else { return false }
        let base = self.isApplicants ? applicant : facts
        return base.loadUnaligned(fromByteOffset: Int(self.offset), as: UInt64.self) == self.wanted
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
