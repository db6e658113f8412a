//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// Collects the types of a plan first, so that the names get one memory.
struct JSONPlanBuilder {
    private(set) var messageTypes: [MessageType] = []
    private(set) var enumDescriptions: [EnumDescription] = []
    private(set) var messageIndices: [MessageType: Int] = [:]
    /// All that is to be copied into JSON or compared with it.
    private(set) var names: [UInt8] = []
    private var enumIndices: [EnumDescription: Int] = [:]
    private var fields: [[Field]] = []
    private var values: [[Value]] = []

    /// Bytes in ``names``.
    private struct Place {
        let offset: Int
        let count: Int

        func text(_ names: UnsafePointer<UInt8>) -> JSONPlan.Text {
            JSONPlan.Text(start: names + self.offset, count: self.count)
        }
    }

    private struct Field {
        let slot: FieldSlot
        let value: JSONPlan.Value
        let name: Place
        /// As protobuf JSON writes it.
        let camelName: Place
        let key: Place
    }

    private struct Value {
        let number: Int32
        let name: Place
        let quoted: Place
    }

    /// A type and those that it holds, however deep: a list instead of a recursion.
    mutating func collect(_ root: MessageType) {
        var next = self.messageTypes.count
        self.add(root)
        while next < self.messageTypes.count {
            for field in self.fields[next] {
                switch field.slot.kind {
                case .message(let child): self.add(child)
                case .enumeration(let description): self.add(description)
                default: break
                }
            }
            next += 1
        }
    }

    private mutating func add(_ type: MessageType) {
        guard self.messageIndices[type] == nil else { return }
        self.messageIndices[type] = self.messageTypes.count
        self.messageTypes.append(type)
        var fields: [Field] = []
        for slot in type.fields.sorted(by: { $0.number < $1.number }) {
            guard let value = Self.value(slot.kind) else { continue }
            fields.append(
                Field(
                    slot: slot,
                    value: value,
                    name: self.keep(slot.name),
                    camelName: self.keep(Self.camelCase(slot.name)),
                    key: self.keep(",\"\(slot.name)\": ")
                )
            )
        }
        self.fields.append(fields)
    }

    private mutating func add(_ description: EnumDescription) {
        guard self.enumIndices[description] == nil else { return }
        self.enumIndices[description] = self.enumDescriptions.count
        self.enumDescriptions.append(description)
        var values: [Value] = []
        for value in description.values {
            values.append(
                Value(number: value.number, name: self.keep(value.name), quoted: self.keep("\"\(value.name)\""))
            )
        }
        self.values.append(values)
    }

    private mutating func keep(_ text: String) -> Place {
        let offset = self.names.count
        self.names.append(contentsOf: text.utf8)
        return Place(offset: offset, count: self.names.count - offset)
    }

    /// By protobuf's rule: an underscore goes, and the letter behind it is made large.
    static func camelCase(_ name: String) -> String {
        var result = ""
        var isLarge = false
        for character in name.unicodeScalars {
            if character == "_" {
                isLarge = true
            } else {
                let isLetter = ("a"..."z").contains(character)
                result.unicodeScalars.append(
                    isLarge && isLetter ? Unicode.Scalar(UInt8(character.value) - 32) : character
                )
                isLarge = false
            }
        }
        return result
    }

    // MARK: - What the plan is made of

    func message(_ index: Int, names: UnsafePointer<UInt8>) -> JSONPlan.Message {
        let fields = self.fields[index]
        var size = 4
        while size < 4 * fields.count { size *= 2 }
        var message = JSONPlan.Message(
            fields: .allocate(capacity: max(fields.count, 1)),
            fieldCount: fields.count,
            table: .allocate(capacity: size),
            tableMask: size - 1,
            oneofCount: 0,
            fieldWords: (fields.count + 63) / 64
        )
        message.table.initialize(repeating: JSONPlan.Entry(name: nil, hash: 0, field: 0), count: size)
        // Members of one oneof share their place in protobuf-c's struct.
        var oneofs: [Int: Int] = [:]
        for (place, field) in fields.enumerated() {
            var oneof = 0
            if field.slot.label == .oneofMember {
                oneof = oneofs[field.slot.quantifierOffset] ?? oneofs.count + 1
                oneofs[field.slot.quantifierOffset] = oneof
            }
            (message.fields + place).initialize(to: self.field(field, oneof: oneof, names: names))
        }
        message.oneofCount = oneofs.count
        // A name of the .proto goes before one that is made.
        for (place, field) in fields.enumerated() { Self.enter(field.name.text(names), place, in: message) }
        for (place, field) in fields.enumerated() { Self.enter(field.camelName.text(names), place, in: message) }
        return message
    }

    private func field(_ field: Field, oneof: Int, names: UnsafePointer<UInt8>) -> JSONPlan.Field {
        let child: Int? =
            switch field.slot.kind {
            case .message(let type): self.messageIndices[type]
            case .enumeration(let description): self.enumIndices[description]
            default: nil
            }
        return JSONPlan.Field(
            number: field.slot.number,
            value: field.value,
            isRepeated: field.slot.label == .repeated,
            child: child ?? 0,
            oneof: oneof,
            name: field.name.text(names),
            key: field.key.text(names)
        )
    }

    private static func enter(_ name: JSONPlan.Text, _ field: Int, in message: JSONPlan.Message) {
        let hash = JSONPlan.hash(name.start, count: name.count)
        var place = Int(truncatingIfNeeded: hash) & message.tableMask
        while let other = message.table[place].name {
            if other.equals(name.start, count: name.count) { return }
            place = (place + 1) & message.tableMask
        }
        message.table[place] = JSONPlan.Entry(name: name, hash: hash, field: field)
    }

    func enumeration(_ index: Int, names: UnsafePointer<UInt8>) -> JSONPlan.Enumeration {
        let values = self.values[index]
        let place = UnsafeMutablePointer<JSONPlan.EnumValue>.allocate(capacity: max(values.count, 1))
        for (index, value) in values.enumerated() {
            (place + index).initialize(
                to: JSONPlan.EnumValue(
                    number: value.number,
                    name: value.name.text(names),
                    quoted: value.quoted.text(names)
                )
            )
        }
        return JSONPlan.Enumeration(values: place, count: values.count)
    }

    /// `nil` for a type that the contract does not use.
    private static func value(_ kind: FieldSlot.Kind) -> JSONPlan.Value? {
        switch kind {
        case .bool: .bool
        case .int32: .int32
        case .int64: .int64
        case .enumeration: .enumeration
        case .string: .string
        case .bytes: .bytes
        case .message: .message
        case .other: nil
        }
    }
}
