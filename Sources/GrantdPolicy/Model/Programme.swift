//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A programme: one document and its measures, read from one policy file.
package struct Programme: Sendable {
    /// `medical-device`.
    package let id: String
    /// `京经信发〔2025〕50号`.
    package let documentNumber: String
    package let title: Text
    package let issuer: Text
    /// The day of issue, `YYYY-MM-DD`.
    package let issued: String
    /// `2026 No. 4, p. 26`.
    package let gazette: String
    package let inForce: DateInterval
    /// Every version of every measure: measures in the file's order, the versions of one together and by date.
    package let measures: [Measure]
    /// The facts as they go over the wire.
    package let facts: FactsSchema
    /// The same as conditions read them. Holds the message types.
    package let contract: PolicyContract
    /// The file that all this was read from.
    package let file: PolicyFile
    /// The SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.
    package let fileDigest: String
    /// What answers name; see ``PolicyDigest/ofAnswer(programme:calendar:)``. That of the file as long as no calendar goes with
    /// it.
    package private(set) var digest: String

    /// The file's name, for messages.
    package var fileName: String { self.file.name }

    package init(
        id: String,
        documentNumber: String,
        title: Text,
        issuer: Text,
        issued: String,
        gazette: String,
        inForce: DateInterval,
        measures: [Measure],
        facts: FactsSchema,
        contract: PolicyContract,
        file: PolicyFile
    ) {
        self.id = id
        self.documentNumber = documentNumber
        self.title = title
        self.issuer = issuer
        self.issued = issued
        self.gazette = gazette
        self.inForce = inForce
        self.measures = measures
        self.facts = facts
        self.contract = contract
        self.file = file
        self.fileDigest = PolicyDigest.of(file.bytes)
        self.digest = self.fileDigest
    }

    /// The programme, decided together with a calendar.
    func decided(withCalendar digest: String) -> Programme {
        var programme = self
        programme.digest = PolicyDigest.ofAnswer(programme: self.fileDigest, calendar: digest)
        return programme
    }
}
