//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdSchema

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// An application by the paths of its fields, which is one of a batch as well as a row of columns.
struct TableRow {
    /// The value of a field.
    indirect enum Cell: Hashable {
        case bool(Bool)
        case number(Int64)
        case text(String)
        case entries([[String: Cell]])
        case numbers([Int64])
    }

    /// Why an application is no row of a measure: a row cannot say so much, or so little.
    enum Unsaid: Error, Hashable {
        case noFacts
        case otherFacts
        case unknownField
        case otherType
    }

    var cells: [String: Cell] = [:]

    /// A row of an application in JSON.
    init(_ application: [String: Any], _ table: TableShape) throws(Unsaid) {
        for (name, value) in application where !(value is NSNull) {
            if let inner = value as? [String: Any] {
                guard name == "applicant" || name == table.member else { throw .otherFacts }
                for (field, value) in inner where !(value is NSNull) {
                    try self.add(value, name + "." + field, table)
                }
            } else {
                try self.add(value, name, table)
            }
        }
    }

    private mutating func add(_ value: Any, _ path: String, _ table: TableShape) throws(Unsaid) {
        guard let slot = table.slot(path) else { throw .unknownField }
        guard let cell = Self.cell(value, slot) else { throw .otherType }
        self.cells[path] = cell
    }

    init() {}

    private static func cell(_ value: Any, _ slot: FieldSlot) -> Cell? {
        if slot.label == .repeated {
            guard let list = value as? [Any] else { return nil }
            if case .message(let type) = slot.kind {
                let entries = list.map { entry -> [String: Cell]? in
                    guard let entry = entry as? [String: Any] else { return nil }
                    var cells: [String: Cell] = [:]
                    for (name, value) in entry where !(value is NSNull) {
                        guard let field = type.field(named: name), let cell = Self.cell(value, field) else {
                            return nil
                        }
                        cells[name] = cell
                    }
                    return cells
                }
                return entries.contains { $0 == nil } ? nil : .entries(entries.compactMap { $0 })
            }
            let numbers = list.map { entry -> Int64? in
                guard case .number(let number)? = self.scalar(entry, slot) else { return nil }
                return number
            }
            return numbers.contains { $0 == nil } ? nil : .numbers(numbers.compactMap { $0 })
        }
        return self.scalar(value, slot)
    }

    private static func scalar(_ value: Any, _ slot: FieldSlot) -> Cell? {
        switch slot.kind {
        case .bool: return (value as? NSNumber).map { .bool($0.boolValue) }
        case .int32, .int64:
            if let text = value as? String { return Int64(text).map { .number($0) } }
            return (value as? NSNumber).map { .number($0.int64Value) }
        case .enumeration(let description):
            if let name = value as? String { return description.number(named: name).map { .number(Int64($0)) } }
            return (value as? NSNumber).map { .number($0.int64Value) }
        case .string: return (value as? String).map { .text($0) }
        default: return nil
        }
    }

    // MARK: - As an application

    /// The bytes of the application.
    func application(_ table: TableShape) -> [UInt8] {
        var message = MessageBytes()
        for slot in table.application.fields {
            switch slot.name {
            case "applicant":
                if let inner = self.message("applicant", MessageType.applicant) {
                    message.add(inner, field: slot.number)
                }
            case table.member:
                message.add(self.message(table.member, table.facts) ?? MessageBytes(), field: slot.number)
            default:
                if let cell = self.cells[slot.name] { Self.add(cell, slot, to: &message) }
            }
        }
        return message.bytes
    }

    private func message(_ name: String, _ type: MessageType) -> MessageBytes? {
        var message = MessageBytes()
        for slot in type.fields {
            if let cell = self.cells[name + "." + slot.name] { Self.add(cell, slot, to: &message) }
        }
        return message.bytes.isEmpty ? nil : message
    }

    private static func add(_ cell: Cell, _ slot: FieldSlot, to message: inout MessageBytes) {
        switch cell {
        case .bool(let flag): message.add(varint: flag ? 1 : 0, field: slot.number)
        case .number(let number): message.add(varint: UInt64(bitPattern: number), field: slot.number)
        case .text(let text): message.add(text, field: slot.number)
        case .numbers(let numbers):
            for number in numbers { message.add(varint: UInt64(bitPattern: number), field: slot.number) }
        case .entries(let entries):
            guard case .message(let type) = slot.kind else { return }
            for entry in entries {
                var inner = MessageBytes()
                for field in type.fields { if let cell = entry[field.name] { Self.add(cell, field, to: &inner) } }
                message.add(inner, field: slot.number)
            }
        }
    }
}

/// The fields that a measure's rows have.
struct TableShape {
    let measure: String
    /// The member of `Application.facts`.
    let member: String
    let facts: MessageType
    let application: MessageType

    init(_ entry: PolicySet.Entry, _ policies: PolicySet) throws {
        guard let type = policies.programmes[entry.programme].contract.member(entry.factsField)?.type else {
            throw CallError.fault("no facts")
        }
        self.measure = entry.id
        self.member = entry.factsField
        self.facts = type
        self.application = policies.types.application
    }

    func slot(_ path: String) -> FieldSlot? {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            guard let slot = self.application.field(named: path) else { return nil }
            if case .message = slot.kind, slot.label != .repeated { return nil }
            return slot
        }
        switch parts[0] {
        case "applicant": return MessageType.applicant.field(named: parts[1])
        case self.member: return self.facts.field(named: parts[1])
        default: return nil
        }
    }

    /// Every path of a row.
    var paths: [String] {
        ["application_id", "as_of", "subject_id", "prior_awards", "prior_awards_unknown"]
            + MessageType.applicant.fields.map { "applicant." + $0.name }
            + self.facts.fields.map { self.member + "." + $0.name }
    }
}
