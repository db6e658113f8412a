//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Every document of the two gazettes, and every document that one of them ends.
package struct DocumentRegister: Sendable {
    /// A document that the gazettes print.
    package struct Document: Sendable {
        /// `京经信发〔2025〕19号`.
        package let number: String
        package let title: Text
        package let issuer: Text
        /// The date printed under it, `YYYY-MM-DD`.
        package let issued: String
        /// `2025 No. 23, p. 15`.
        package let gazette: String
        package let inForce: DateInterval
        package let measures: Measures
    }

    /// Where a document's measures are, or why it has none.
    package enum Measures: Sendable, Hashable {
        /// The id of the programme that holds them.
        case programme(String)
        /// There are none.
        case absent(reason: Text)
    }

    /// A document that another one repeals or declares void. The gazettes do not say since when it had been in force.
    package struct Ended: Sendable {
        package let number: String
        package let title: Text
        /// The last day in force, in days since 1970-01-01.
        package let lastDay: Int64
        /// The last day in force, `YYYY-MM-DD`.
        package let lastDayText: String
        /// The number of the document that ends it.
        package let endedBy: String
        /// Where that document stands, `2026 No. 4, p. 32`.
        package let gazette: String
    }

    /// In the gazettes' order.
    package let documents: [Document]
    /// By the document that ends them, in its order.
    package let ended: [Ended]
}
