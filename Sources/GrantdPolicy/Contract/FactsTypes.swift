//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// The message types that a programme's facts are decoded into.
struct FactsTypes {
    /// By full name.
    private(set) var messages: [String: MessageType] = [:]
    private(set) var enumerations: [String: EnumDescription] = [:]
    /// The values of enums with their labels, by the enum's full name.
    private(set) var labels: [String: [Fact.EnumerationValue]] = [:]

    init(_ schema: FactsSchema) {
        let all = schema.allMessages
        for enumeration in all.flatMap(\.enumerations) {
            self.labels[enumeration.fullName] = enumeration.values
            self.enumerations[enumeration.fullName] = EnumDescription(
                name: enumeration.fullName,
                values: enumeration.values.map { EnumDescription.Value(name: $0.name, number: $0.number) }
            )
        }
        // Entries of lists hold no lists of their own, so they are made first.
        for message in all where !message.hasEntries { self.make(message) }
        for message in all where message.hasEntries { self.make(message) }
    }

    private mutating func make(_ message: FactsSchema.Message) {
        self.messages[message.fullName] = MessageType(
            name: message.fullName,
            fields: message.fields.compactMap { self.field($0) }
        )
    }

    /// `nil` where its type could not be declared; that was told already.
    private func field(_ field: FactsSchema.Field) -> FieldDeclaration? {
        func declaration(_ kind: FieldSlot.Kind, _ label: FieldSlot.Label = .optional) -> FieldDeclaration {
            FieldDeclaration(name: field.name, number: field.number, kind: kind, label: label)
        }
        switch field.type {
        case .bool: return declaration(.bool)
        case .int32: return declaration(.int32)
        case .int64: return declaration(.int64)
        case .text, .date: return declaration(.string)
        case .enumeration(let name): return self.enumerations[name].map { declaration(.enumeration($0)) }
        case .enumerations(let name): return self.enumerations[name].map { declaration(.enumeration($0), .repeated) }
        case .entries(let name): return self.messages[name].map { declaration(.message($0), .repeated) }
        }
    }
}

extension FactsSchema.Message {
    fileprivate var hasEntries: Bool {
        self.fields.contains { if case .entries = $0.type { true } else { false } }
    }
}
