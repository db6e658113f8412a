//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdInterview
internal import GrantdSchema

/// Messages of the daemon's contract as records that the expressions of an order read, made of the messages' wire bytes: the
/// facts may be those of a measure that this tool was not built with.
final class OrderRecords {
    let application: MessageType
    let applicant: MessageType
    let assessment: MessageType
    /// Shorter names of enums: `Applicant.Kind`, `Outcome` of `grantd.v1.Outcome.Value`.
    private(set) var aliases: [String: EnumType] = [:]
    private var shapes: [MessageType: Shape] = [:]

    /// A message as a record: what its fields are, and where each stands in the record.
    private struct Shape {
        let record: RecordType
        let fields: [UInt32: (place: Int, slot: FieldSlot)]
    }

    /// - Throws: Where the contract has no applications or no assessments.
    init(_ schema: DescriptorSet) throws(RunFailure) {
        guard let application = schema.message(named: "grantd.v1.Application"),
            case .message(let applicant)? = application.field(named: "applicant")?.kind,
            let assessment = schema.message(named: "grantd.v1.Assessment")
        else { throw .other(Language.said("服务的接口契约不是 grantd 的", "the daemon's schema is not grantd's")) }
        self.application = application
        self.applicant = applicant
        self.assessment = assessment
        for type in [application, assessment] { self.add(type) }
        for case .message(let type) in application.fields.map(\.kind) { self.add(type) }
    }

    /// The field of an application that holds its facts; `nil` where it has none.
    func facts(of entry: AwardRound.Entry) -> FieldSlot? {
        entry.wire[entry.application].withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            while let tag = reader.tag() {
                if tag.wireType == 2, let slot = self.application.fields.first(where: { $0.number == tag.field }),
                    self.isFacts(slot)
                {
                    return slot
                }
                guard reader.skip(wireType: tag.wireType) else { return nil }
            }
            return nil
        }
    }

    private func isFacts(_ slot: FieldSlot) -> Bool {
        guard case .message = slot.kind, case .oneofMember = slot.label else { return false }
        return true
    }

    // MARK: - Types

    func type(of message: MessageType) -> RecordType {
        self.shapes[message]?.record ?? RecordType(name: message.name, fields: [])
    }

    private func add(_ message: MessageType) {
        guard self.shapes[message] == nil else { return }
        var recordFields: [RecordType.Field] = []
        var fields: [UInt32: (Int, FieldSlot)] = [:]
        for slot in message.fields {
            // An application's facts have a name of their own.
            if message == self.application, self.isFacts(slot) { continue }
            guard let type = self.valueType(of: slot) else { continue }
            let place = recordFields.count
            let isList = if case .repeated = slot.label { true } else { false }
            recordFields.append(
                RecordType.Field(name: slot.name, type: isList ? .list(type) : type, storage: .value(index: place))
            )
            fields[slot.number] = (place, slot)
        }
        self.shapes[message] = Shape(record: RecordType(name: message.name, fields: recordFields), fields: fields)
    }

    /// The type of a field's value, or of its elements; `nil` for what no expression reads.
    private func valueType(of slot: FieldSlot) -> ValueType? {
        switch slot.kind {
        case .bool: return .bool
        case .int32, .int64: return .int
        // As in conditions.
        case .string: return slot.name.hasSuffix("_on") ? .date : .string
        case .enumeration(let description):
            let type = EnumType(
                name: description.name,
                values: description.values.map { EnumType.Value(name: $0.name, number: $0.number) }
            )
            var name = description.name[...]
            if name.hasPrefix("grantd.v1.") { name = name.dropFirst("grantd.v1.".count) }
            self.aliases[String(name)] = type
            if name.hasSuffix(".Value") { self.aliases[String(name.dropLast(".Value".count))] = type }
            return .enumeration(type)
        case .message(let type):
            self.add(type)
            return .record(self.type(of: type))
        case .bytes, .other: return nil
        }
    }

    // MARK: - Values

    /// A message's record.
    func value(_ bytes: WireReader, _ type: MessageType, _ workspace: Workspace) -> Value {
        guard let shape = self.shapes[type] else { return .unset }
        var values = [Value](repeating: .unset, count: shape.record.fields.count)
        var lists: [Int: [Value]] = [:]
        var reader = bytes
        while let tag = reader.tag() {
            guard let (place, slot) = shape.fields[tag.field] else {
                guard reader.skip(wireType: tag.wireType) else { break }
                continue
            }
            guard let value = self.value(&reader, tag, slot, workspace) else { break }
            if case .repeated = slot.label { lists[place, default: []].append(value) } else { values[place] = value }
        }
        for (place, list) in lists { values[place] = workspace.list(list) }
        return workspace.record(values)
    }

    /// The record of a message without a single field set.
    func empty(_ type: MessageType, _ workspace: Workspace) -> Value {
        workspace.record([Value](repeating: .unset, count: self.type(of: type).fields.count))
    }

    private func value(
        _ reader: inout WireReader,
        _ tag: WireReader.Tag,
        _ slot: FieldSlot,
        _ workspace: Workspace
    ) -> Value? {
        switch (slot.kind, tag.wireType) {
        case (.bool, 0): return reader.varint().map { .bool($0 != 0) }
        case (.int32, 0): return reader.varint().map { .int(Int64(Int32(truncatingIfNeeded: $0))) }
        case (.int64, 0): return reader.varint().map { .int(Int64(bitPattern: $0)) }
        case (.enumeration, 0): return reader.varint().map { .enumeration(Int32(truncatingIfNeeded: $0)) }
        case (.string, 2):
            guard let bytes = reader.lengthDelimited() else { return nil }
            return slot.name.hasSuffix("_on") ? Self.day(bytes) ?? .unset : Self.text(bytes, workspace)
        case (.message(let type), 2): return reader.lengthDelimited().map { self.value($0, type, workspace) }
        default: return nil
        }
    }

    static func text(_ bytes: WireReader, _ workspace: Workspace) -> Value { workspace.string(Self.string(bytes)) }

    /// A civil day; `nil` where the text is none, of which the daemon says what is wrong.
    static func day(_ bytes: WireReader) -> Value? {
        CivilDate(Self.string(bytes)).map { .date(days: $0.days) }
    }

    /// A text, whatever is in it.
    static func string(_ bytes: WireReader) -> String { String(decoding: bytes.bytes, as: UTF8.self) }

    /// The content of a field of a message, the last where it stands more than once.
    static func bytes(of field: FieldSlot?, _ message: WireReader) -> WireReader? {
        guard let field else { return nil }
        var reader = message
        var found: WireReader?
        while let tag = reader.tag() {
            if tag.field == field.number, tag.wireType == 2 {
                found = reader.lengthDelimited()
                if found == nil { break }
            } else if !reader.skip(wireType: tag.wireType) {
                break
            }
        }
        return found
    }
}
