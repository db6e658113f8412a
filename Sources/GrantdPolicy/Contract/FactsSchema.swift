//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The facts of a programme as they go over the wire: messages, enums, fields and their numbers. Read from the programme's
/// file; descriptors, the .proto and the records that conditions read are made from it.
package struct FactsSchema: Sendable {
    /// An enum, inside a message.
    package struct Enumeration: Sendable, Hashable {
        /// Relative to the message: `Kind`, or `Jurisdiction.Value` where a message of its own keeps its names apart.
        package let path: String
        /// `grantd.v1.PatentConversionDeal.Jurisdiction.Value`
        package let fullName: String
        /// By number.
        package let values: [Fact.EnumerationValue]
        let position: SourcePosition
        /// Where each value stands, by name.
        let places: [String: SourcePosition]
    }

    /// What a field holds.
    package enum FieldType: Sendable, Hashable {
        case bool
        case int32
        case int64
        case text
        /// A civil date, `YYYY-MM-DD`.
        case date
        /// An enum, by its full name.
        case enumeration(String)
        /// A list of an enum's values.
        case enumerations(String)
        /// A list of messages, by their full name.
        case entries(String)
    }

    /// A fact.
    package struct Field: Sendable, Hashable {
        package let name: String
        package let number: UInt32
        package let type: FieldType
        package let unit: Unit?
        /// The most entries of a list.
        package let most: Int?
        package let label: Text?
        package let question: Text?
        package let hint: Text?
        let position: SourcePosition
    }

    /// A message: the facts of a measure, the entry of a list, or what keeps an enum's names apart.
    package struct Message: Sendable, Hashable {
        /// `grantd.v1.PatentConversionDeal`
        package let fullName: String
        /// By number.
        package var fields: [Field]
        package var enumerations: [Enumeration]
        /// Entries of lists that only this message has.
        package var messages: [Message]
        package var reserved: [UInt32]
        /// Where the measure, the list's entry or the enum stands.
        let position: SourcePosition

        /// Without the package and the messages around it.
        package var name: String {
            String(
                self.fullName[
                    (self.fullName.lastIndex(of: ".").map { self.fullName.index(after: $0) } ?? self.fullName.startIndex)...
                ]
            )
        }
    }

    /// A member of `Application.facts`.
    package struct Member: Sendable, Hashable {
        /// The measure's id inside the programme: `institution`.
        package let measure: String
        /// `patent_conversion_institution`
        package let name: String
        package let number: UInt32
        /// `grantd.v1.PatentConversionInstitutionFacts`
        package let messageName: String
        package let title: Text?
        package let clause: String?
        let position: SourcePosition
    }

    package let programme: String
    package let documentNumber: String?
    package let title: Text?
    /// `grantd.v1`, or an agency's own.
    package let package: String
    /// Shared messages first, then those of the measures, in the file's order.
    package let messages: [Message]
    /// In the file's order.
    package let members: [Member]
    /// The numbers of measures that are gone.
    package let reserved: [UInt32]
    /// What conditions may write in place of an enum's full name: `Rating`, `Deal.Kind`.
    package let aliases: [String: String]
    /// Where the programme's id stands.
    let position: SourcePosition

    /// The package of what the contract itself declares.
    package static let contractPackage = "grantd.v1"
}

extension FactsSchema {
    /// Where the facts' .proto lies below the root of all: `grantd/v1/facts/patent_conversion.proto`.
    package var protoPath: String {
        let folder = self.package.replacing(".", with: "/")
        return "\(folder)/facts/\(Identifier.member(ofMeasure: self.programme)).proto"
    }

    /// The numbers of measures that are gone, of all these programmes, in order.
    static func reservedMembers(of schemas: [FactsSchema]) -> [UInt32] { Set(schemas.flatMap(\.reserved)).sorted() }

    /// Every message, those inside others behind them.
    package var allMessages: [Message] { self.messages.flatMap { $0.withNested } }
}

extension FactsSchema.Message {
    fileprivate var withNested: [FactsSchema.Message] { [self] + self.messages.flatMap(\.withNested) }
}
