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
    /// The SHA-256 of the file's bytes, 64 lower-case hexadecimal digits.
    package let digest: String
    /// The file's name, for messages.
    package let fileName: String

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
        digest: String,
        fileName: String
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
        self.digest = digest
        self.fileName = fileName
    }
}
