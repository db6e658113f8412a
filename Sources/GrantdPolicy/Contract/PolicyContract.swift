//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL
package import GrantdSchema

/// The contract as a programme's conditions see it: the applicant and the facts of its measures, as records of the condition
/// language, and as the messages that they are read from.
package struct PolicyContract: Sendable {
    /// A field of a message, or of the entries of one of its lists.
    package struct Field: Sendable, Hashable {
        /// `total_investment_fen`, `deals`, `deals[].valid`.
        package let path: String
        package let kind: Fact.Kind

        package init(path: String, kind: Fact.Kind) {
            self.path = path
            self.kind = kind
        }
    }

    /// A message that conditions read.
    package struct Message: Sendable {
        package let record: RecordType
        /// Every field, the fields of a list's entries behind the list.
        package let fields: [Field]
        private let indices: [String: Int]

        package init(record: RecordType, fields: [Field]) {
            self.record = record
            self.fields = fields
            self.indices = Dictionary(
                fields.enumerated().map { ($0.element.path, $0.offset) },
                uniquingKeysWith: { first, _ in first }
            )
        }

        package func field(_ path: String) -> Field? { self.indices[path].map { self.fields[$0] } }
    }

    /// A member of the application's `facts`.
    package struct Member: Sendable {
        /// `medical_device_product_approval`.
        package let name: String
        package let number: UInt32
        package let message: Message
        /// What is decoded; it holds the types of everything in it.
        package let type: MessageType

        package init(name: String, number: UInt32, message: Message, type: MessageType) {
            self.name = name
            self.number = number
            self.message = message
            self.type = type
        }
    }

    package let applicant: Message
    package let members: [Member]
    /// What conditions may write in place of an enum's full name: `Rating`, `Deal.Kind`.
    package let aliases: [String: EnumType]
    private let indices: [String: Int]

    package init(applicant: Message, members: [Member], aliases: [String: EnumType] = [:]) {
        self.applicant = applicant
        self.members = members
        self.aliases = aliases
        self.indices = Dictionary(
            members.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    package func member(_ name: String) -> Member? { self.indices[name].map { self.members[$0] } }
}
