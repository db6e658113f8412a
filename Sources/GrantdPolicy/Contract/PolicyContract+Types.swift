//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdSchema

extension PolicyContract {
    /// The contract of one programme.
    init(_ schema: FactsSchema) {
        let types = FactsTypes(schema)
        // Messages by name: a list's entries are one record, whichever facts hold the list.
        var known: [String: Message] = [:]
        let members = schema.members.compactMap { member in
            types.messages[member.messageName].map { type in
                Member(
                    name: member.name,
                    number: member.number,
                    message: Self.message(type, types.labels, &known),
                    type: type
                )
            }
        }
        self.init(
            applicant: Self.applicant,
            members: members,
            aliases: schema.aliases.compactMapValues { name in
                types.enumerations[name].map { Self.enumeration($0, types.labels).type }
            }.merging(Self.applicantAliases) { own, _ in own }
        )
    }

    /// The applicant, which is the contract's own.
    package static let applicant: Message = {
        var known: [String: Message] = [:]
        return Self.message(.applicant, [:], &known)
    }()

    /// The applicant's enums under the names by which conditions of any package know them: `Applicant.Kind`.
    private static let applicantAliases: [String: EnumType] = {
        var aliases: [String: EnumType] = [:]
        for field in Self.applicant.record.fields {
            guard case .enumeration(let type) = field.type else { continue }
            aliases[String(type.name.dropFirst(FactsSchema.contractPackage.count + 1))] = type
        }
        return aliases
    }()

    /// A message as a record that conditions read where protobuf-c has put it.
    ///
    /// Fields whose names end in `_on` are dates. Fields of a type that no fact has are left out: no condition can name
    /// them.
    private static func message(
        _ type: MessageType,
        _ labels: [String: [Fact.EnumerationValue]],
        _ known: inout [String: Message]
    ) -> Message {
        let name = type.name
        if let message = known[name] { return message }
        var recordFields: [RecordType.Field] = []
        var fields: [Field] = []
        for slot in type.fields {
            let presence: Presence = slot.hasFlag ? .flag32(offset: slot.quantifierOffset) : .always
            switch (slot.kind, slot.label) {
            case (.message(let entry), .repeated):
                let entries = self.message(entry, labels, &known)
                recordFields.append(
                    RecordType.Field(
                        name: slot.name,
                        type: .list(.record(entries.record)),
                        storage: .recordList(count: slot.quantifierOffset, elements: slot.offset)
                    )
                )
                fields.append(Field(path: slot.name, kind: .list))
                fields += entries.fields.map { Field(path: "\(slot.name)[].\($0.path)", kind: $0.kind) }
            case (.enumeration(let description), .repeated):
                let (type, names) = Self.enumeration(description, labels)
                let storage = Storage.enumerationList(count: slot.quantifierOffset, elements: slot.offset)
                recordFields.append(
                    RecordType.Field(name: slot.name, type: .list(.enumeration(type)), storage: storage)
                )
                fields.append(Field(path: slot.name, kind: .enumerationList(values: names)))
            case (_, .repeated): break
            case (.bool, _):
                let storage = Storage.bool32(offset: slot.offset, presence: presence)
                recordFields.append(RecordType.Field(name: slot.name, type: .bool, storage: storage))
                fields.append(Field(path: slot.name, kind: .bool))
            case (.int32, _):
                let storage = Storage.int32(offset: slot.offset, presence: presence)
                recordFields.append(RecordType.Field(name: slot.name, type: .int, storage: storage))
                fields.append(Field(path: slot.name, kind: .int32))
            case (.int64, _):
                let storage = Storage.int64(offset: slot.offset, presence: presence)
                recordFields.append(RecordType.Field(name: slot.name, type: .int, storage: storage))
                fields.append(Field(path: slot.name, kind: .int64))
            case (.enumeration(let description), _):
                let (type, names) = Self.enumeration(description, labels)
                let storage = Storage.enumeration32(offset: slot.offset, presence: presence)
                recordFields.append(RecordType.Field(name: slot.name, type: .enumeration(type), storage: storage))
                fields.append(Field(path: slot.name, kind: .enumeration(values: names)))
            case (.string, _) where slot.name.hasSuffix("_on"):
                let storage = Storage.dateString(offset: slot.offset)
                recordFields.append(RecordType.Field(name: slot.name, type: .date, storage: storage))
                fields.append(Field(path: slot.name, kind: .date))
            case (.string, _):
                let storage = Storage.cString(offset: slot.offset)
                recordFields.append(RecordType.Field(name: slot.name, type: .string, storage: storage))
                fields.append(Field(path: slot.name, kind: .string))
            case (.message, _), (.bytes, _), (.other, _): break
            }
        }
        let message = Message(record: RecordType(name: name, fields: recordFields), fields: fields)
        known[name] = message
        return message
    }

    private static func enumeration(
        _ description: EnumDescription,
        _ labels: [String: [Fact.EnumerationValue]]
    ) -> (type: EnumType, names: [Fact.EnumerationValue]) {
        let values = description.values.map { EnumType.Value(name: $0.name, number: $0.number) }
        let names = labels[description.name] ?? values.map { Fact.EnumerationValue(name: $0.name, number: $0.number) }
        return (EnumType(name: description.name, values: values), names)
    }
}
