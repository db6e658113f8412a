//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a number has stood for on the wire, so that a client in the field may hold it to do so still.
package struct NumberRecord: Sendable, Hashable {
    /// What the number names.
    package enum Meaning: Sendable, Hashable {
        /// A member of `Application.facts`: the measure's id inside its programme, and its message.
        case measure(id: String, message: String)
        /// A field of a message.
        case fact(message: String, name: String, type: String)
        /// A value of an enum.
        case value(enumeration: String, name: String)
        /// A measure of the programme that is gone.
        case reservedMeasure
        /// A fact of a message that is gone.
        case reservedFact(message: String)
    }

    package let programme: String
    package let number: UInt32
    package let meaning: Meaning
}

extension FactsSchema {
    /// Every number that the file declares or reserves, in the file's order.
    package var numberRecords: [NumberRecord] {
        func record(_ number: UInt32, _ meaning: NumberRecord.Meaning) -> NumberRecord {
            NumberRecord(programme: self.programme, number: number, meaning: meaning)
        }
        var records = self.members.map { record($0.number, .measure(id: $0.measure, message: $0.messageName)) }
        records += self.reserved.map { record($0, .reservedMeasure) }
        for message in self.allMessages {
            for enumeration in message.enumerations {
                // An enum's numbers are never below 0.
                records += enumeration.values.map {
                    record(UInt32(clamping: $0.number), .value(enumeration: enumeration.fullName, name: $0.name))
                }
            }
            records += message.fields.map {
                record($0.number, .fact(message: message.fullName, name: $0.name, type: $0.type.description))
            }
            records += message.reserved.map { record($0, .reservedFact(message: message.fullName)) }
        }
        return records
    }
}

extension FactsSchema.FieldType: CustomStringConvertible {
    /// What clients have compiled in: `int64`, `enum cityx.v1.GreenFactoryRating.Value`, `list of cityx.v1.Line`.
    package var description: String {
        switch self {
        case .bool: "bool"
        case .int32: "int32"
        case .int64: "int64"
        case .text: "text"
        case .date: "date"
        case .enumeration(let name): "enum \(name)"
        case .enumerations(let name): "list of enum \(name)"
        case .entries(let name): "list of \(name)"
        }
    }
}
