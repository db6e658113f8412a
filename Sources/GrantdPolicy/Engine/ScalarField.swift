//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// A field of the applicant or of the facts message that an expression is, as a whole: most conditions are no more. Where it is set it is read without its program;
/// where it is not, the program tells what is missing.
struct ScalarField: BitwiseCopyable {
    private let isApplicants: Bool
    private let offset: Int
    private let presence: Int

    init(isApplicants: Bool, offset: Int, presence: Int) {
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

/// Finds the programs that are nothing but a field.
struct ScalarFields {
    let facts: RecordType?
    let applicant: RecordType

    /// The bool field that a program is.
    func bool(_ program: Program) -> ScalarField? {
        guard case .bool32(let offset, .flag32(let presence))? = self.storage(program) else { return nil }
        return ScalarField(isApplicants: self.isApplicants(program), offset: offset, presence: presence)
    }

    /// The int64 field that a program is.
    func int64(_ program: Program) -> ScalarField? {
        guard case .int64(let offset, .flag32(let presence))? = self.storage(program) else { return nil }
        return ScalarField(isApplicants: self.isApplicants(program), offset: offset, presence: presence)
    }

    private func isApplicants(_ program: Program) -> Bool { program.references.first?.input == 1 }

    private func storage(_ program: Program) -> Storage? {
        guard program.references.count == 1, let reference = program.references.first else { return nil }
        let text = program.source.text.filter { $0 != " " && $0 != "\n" }
        guard text == reference.path else { return nil }
        let (prefix, record): (String, RecordType?) =
            switch reference.input {
            case 0: ("facts.", self.facts)
            case 1: ("applicant.", self.applicant)
            default: ("", nil)
            }
        guard let record, text.hasPrefix(prefix) else { return nil }
        return record.index(of: String(text.dropFirst(prefix.count))).map { record.fields[$0].storage }
    }
}
