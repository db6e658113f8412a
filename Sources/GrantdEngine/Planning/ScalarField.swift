//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy

/// A field of the applicant or of the facts message that an expression is, as a whole: most conditions are no more. It
/// is read without its program, and is itself what is missing where it is unset.
struct ScalarField: BitwiseCopyable {
    private let isApplicants: Bool
    private let offset: Int
    private let presence: Int
    /// The index of the fact among the measure's: what is missing while the field is unset.
    let fact: Int

    init(isApplicants: Bool, offset: Int, presence: Int, fact: Int) {
        self.fact = fact
        self.isApplicants = isApplicants
        self.offset = offset
        self.presence = presence
    }

    @inline(__always)
    func bool(_ facts: UnsafeRawPointer, _ applicant: UnsafeRawPointer) -> Bool? {
        let base = self.isApplicants ? applicant : facts
        guard base.load(fromByteOffset: self.presence, as: Int32.self) != 0 else { return nil }
        return base.load(fromByteOffset: self.offset, as: Int32.self) != 0
    }

    @inline(__always)
    func int64(_ facts: UnsafeRawPointer, _ applicant: UnsafeRawPointer) -> Int64? {
        let base = self.isApplicants ? applicant : facts
        guard base.load(fromByteOffset: self.presence, as: Int32.self) != 0 else { return nil }
        return base.load(fromByteOffset: self.offset, as: Int64.self)
    }
}

/// Finds the programs that are nothing but a field that the measure describes.
struct ScalarFields {
    let facts: RecordType?
    let applicant: RecordType
    let measure: Measure

    /// The bool field that a program is.
    func bool(_ program: Program) -> ScalarField? {
        guard let (storage, isApplicants, fact) = self.field(program) else { return nil }
        guard case .bool32(let offset, .flag32(let presence)) = storage else { return nil }
        return ScalarField(isApplicants: isApplicants, offset: offset, presence: presence, fact: fact)
    }

    /// The int64 field that a program is.
    func int64(_ program: Program) -> ScalarField? {
        guard let (storage, isApplicants, fact) = self.field(program) else { return nil }
        guard case .int64(let offset, .flag32(let presence)) = storage else { return nil }
        return ScalarField(isApplicants: isApplicants, offset: offset, presence: presence, fact: fact)
    }

    private func field(_ program: Program) -> (storage: Storage, isApplicants: Bool, fact: Int)? {
        guard program.references.count == 1, let reference = program.references.first else { return nil }
        let text = program.source.text.filter { $0 != " " && $0 != "\n" }
        guard text == reference.path else { return nil }
        let (prefix, record, member): (String, RecordType?, String) =
            switch reference.input {
            case 0: ("facts.", self.facts, self.measure.factsField + ".")
            case 1: ("applicant.", self.applicant, "applicant.")
            default: ("", nil, "")
            }
        guard let record, text.hasPrefix(prefix) else { return nil }
        let name = String(text.dropFirst(prefix.count))
        guard let index = record.index(of: name) else { return nil }
        guard let fact = self.measure.facts.firstIndex(where: { $0.wirePath == member + name }) else { return nil }
        return (record.fields[index].storage, reference.input == 1, fact)
    }
}
