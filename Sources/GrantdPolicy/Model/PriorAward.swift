//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// One earlier award, checked and made ready for sums. Conditions read it where it lies.
package struct PriorAward: BitwiseCopyable {
    /// The index of the measure among the policy set's entries.
    package let entry: Int
    /// In days since 1970-01-01.
    package let day: Int64
    package let year: Int64
    /// In fen, 0 or more.
    package let amount: Int64
    /// NUL-terminated; empty where it matches no subject.
    package let subject: UnsafePointer<CChar>
    /// The day as it was sent, NUL-terminated.
    package let dayText: UnsafePointer<CChar>

    @inlinable
    package init(
        entry: Int,
        day: Int64,
        year: Int64,
        amount: Int64,
        subject: UnsafePointer<CChar>,
        dayText: UnsafePointer<CChar>
    ) {
        self.entry = entry
        self.day = day
        self.year = year
        self.amount = amount
        self.subject = subject
        self.dayText = dayText
    }

    /// The subject of an award that has none: an empty text, laid as an arena's texts are. For the life of the program.
    package nonisolated(unsafe) static let noSubject: UnsafePointer<CChar> = {
        let empty = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
        return UnsafePointer(empty.initializeMemory(as: CChar.self, repeating: 0, count: 8))
    }()

    /// An award as conditions see it.
    static let type = RecordType(
        name: "grantd.v1.PriorAward",
        fields: [
            RecordType.Field(
                name: "subject_id",
                type: .string,
                storage: .cString(offset: MemoryLayout<PriorAward>.offset(of: \.subject) ?? 0)
            ),
            RecordType.Field(
                name: "awarded_on",
                type: .date,
                storage: .dateString(offset: MemoryLayout<PriorAward>.offset(of: \.dayText) ?? 0)
            ),
            RecordType.Field(
                name: "amount_fen",
                type: .int,
                storage: .int64(offset: MemoryLayout<PriorAward>.offset(of: \.amount) ?? 0, presence: .always)
            ),
        ]
    )
}
