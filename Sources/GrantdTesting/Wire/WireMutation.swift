//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdSchema

/// A message as it stands on the wire, field by field, to be changed and put together again.
package struct WireMutation {
    /// One field.
    struct Field {
        var number: UInt32
        var wireType: UInt32
        /// Of wire type 0.
        var value: UInt64 = 0
        /// Of wire types 1, 2 and 5; of 2 only where there is no message inside.
        var bytes: [UInt8] = []
        /// Of wire type 2, a message.
        var message: [Field]?
        var messageType: MessageType?
        /// How many bytes longer than needed tag, length and value are.
        var padding = (tag: 0, length: 0, value: 0)
    }

    /// Random numbers that are the same in every run.
    package struct Generator: RandomNumberGenerator {
        var state: UInt64

        package init(state: UInt64) { self.state = state }

        package mutating func next() -> UInt64 {
            self.state ^= self.state << 13
            self.state ^= self.state >> 7
            self.state ^= self.state << 17
            return self.state
        }
    }

    private(set) var fields: [Field]
    let type: MessageType

    /// - Parameter bytes: A message that is as it should be.
    package init(_ bytes: [UInt8], _ type: MessageType) {
        self.fields = bytes.withUnsafeBytes { Self.parse(WireReader($0), type) }
        self.type = type
    }

    private static func parse(_ bytes: WireReader, _ type: MessageType) -> [Field] {
        var fields: [Field] = []
        var reader = bytes
        let slots = type.fields
        while let tag = reader.tag() {
            var field = Field(number: tag.field, wireType: tag.wireType)
            switch tag.wireType {
            case 0: field.value = reader.varint() ?? 0
            case 2:
                guard let part = reader.lengthDelimited() else { return fields }
                if case .message(let inner)? = slots.first(where: { $0.number == tag.field })?.kind {
                    field.message = self.parse(part, inner)
                    field.messageType = inner
                } else {
                    field.bytes = [UInt8](part.bytes)
                }
            default: return fields
            }
            fields.append(field)
        }
        return fields
    }

    // MARK: - Putting together

    package var bytes: [UInt8] { Self.encode(self.fields) }

    private static func encode(_ fields: [Field]) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in fields {
            bytes += self.varint(UInt64(field.number) << 3 | UInt64(field.wireType), field.padding.tag)
            switch field.wireType {
            case 0: bytes += self.varint(field.value, field.padding.value)
            case 2:
                let content = field.message.map(self.encode) ?? field.bytes
                bytes += self.varint(UInt64(content.count), field.padding.length) + content
            case 3: bytes += field.bytes + self.varint(UInt64(field.number) << 3 | 4, 0)
            default: bytes += field.bytes
            }
        }
        return bytes
    }

    package static func varint(_ value: UInt64, _ padding: Int = 0) -> [UInt8] {
        var bytes = Varint.bytes(value)
        for _ in 0..<padding {
            bytes[bytes.count - 1] |= 0x80
            bytes.append(0)
        }
        return bytes
    }

    // MARK: - Changing

    /// Changes something, somewhere.
    package mutating func change(_ generator: inout Generator) {
        Self.change(&self.fields, self.type, &generator)
    }

    private static func change(_ fields: inout [Field], _ type: MessageType, _ generator: inout Generator) {
        let inner = fields.indices.filter { fields[$0].message != nil }
        if let index = inner.randomElement(using: &generator), Int.random(in: 0..<3, using: &generator) > 0,
            var message = fields[index].message, let innerType = fields[index].messageType
        {
            self.change(&message, innerType, &generator)
            fields[index].message = message
            return
        }
        switch Int.random(in: 0..<14, using: &generator) {
        case 0, 1: fields.shuffle(using: &generator)
        case 2, 3, 4: self.addScalar(to: &fields, type, &generator)
        case 5: self.regroup(&fields, type, &generator)
        case 6: self.split(&fields, &generator)
        case 7: self.addUnknown(to: &fields, type, &generator)
        case 8: self.addMessage(to: &fields, type, &generator)
        case 9, 10, 11: self.pad(&fields, &generator)
        case 12: self.disguise(&fields, &generator)
        default: self.spoil(&fields, &generator)
        }
    }

    private static let values: [UInt64] = [
        0, 1, 2, 3, 5, 127, 128, 1 << 31 - 1, 1 << 31, 1 << 32 - 1, 1 << 32, 1 << 32 + 1, 1 << 63 - 1, 1 << 63, .max,
        .max - 1, UInt64(bitPattern: Int64(Int32.min)),
    ]
    private static let texts: [[UInt8]] = [
        [], Array("P1".utf8), Array("专利".utf8), Array("2026-05-20".utf8), [0xC3, 0x28], [0x41, 0, 0x42],
        [0xED, 0xA0, 0x80],
    ]

    /// A scalar that is there once more, or at all.
    private static func addScalar(to fields: inout [Field], _ type: MessageType, _ generator: inout Generator) {
        let slots = type.fields.filter { if case .message = $0.kind { false } else { true } }
        guard let slot = slots.randomElement(using: &generator) else { return }
        var field = Field(number: slot.number, wireType: 0)
        switch slot.kind {
        case .string, .bytes:
            field.wireType = 2
            field.bytes = self.texts.randomElement(using: &generator) ?? []
        case .enumeration(let description) where Int.random(in: 0..<4, using: &generator) > 0:
            field.value = UInt64(bitPattern: Int64(description.values.randomElement(using: &generator)?.number ?? 0))
        default: field.value = self.values.randomElement(using: &generator) ?? 0
        }
        fields.insert(field, at: Int.random(in: 0...fields.count, using: &generator))
    }

    /// A list of numbers in one piece, in many, or both.
    private static func regroup(_ fields: inout [Field], _ type: MessageType, _ generator: inout Generator) {
        for slot in type.fields where slot.label == .repeated {
            guard case .enumeration(let description) = slot.kind else { continue }
            var numbers = description.values.map { UInt64(bitPattern: Int64($0.number)) }
            if Bool.random(using: &generator) { numbers.removeAll { $0 == 0 } }
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let chosen = (0..<Int.random(in: 0...3, using: &generator)).compactMap { _ in
                    numbers.randomElement(using: &generator)
                }
                if Bool.random(using: &generator) {
                    fields.append(
                        Field(number: slot.number, wireType: 2, bytes: chosen.flatMap { self.varint($0) })
                    )
                } else {
                    fields += chosen.map { Field(number: slot.number, wireType: 0, value: $0) }
                }
            }
        }
    }

    /// A message in two pieces.
    private static func split(_ fields: inout [Field], _ generator: inout Generator) {
        let inner = fields.indices.filter { fields[$0].message != nil }
        guard let index = inner.randomElement(using: &generator), let message = fields[index].message else { return }
        var second = fields[index]
        let cut = Int.random(in: 0...message.count, using: &generator)
        fields[index].message = Array(message[..<cut])
        second.message = Array(message[cut...])
        fields.insert(second, at: Int.random(in: (index + 1)...fields.count, using: &generator))
    }

    /// A message, empty or of one scalar, that the contract has there.
    private static func addMessage(to fields: inout [Field], _ type: MessageType, _ generator: inout Generator) {
        let slots = type.fields.compactMap { slot -> (UInt32, MessageType)? in
            if case .message(let inner) = slot.kind { (slot.number, inner) } else { nil }
        }
        guard let (number, inner) = slots.randomElement(using: &generator) else { return }
        var content: [Field] = []
        if Bool.random(using: &generator) { self.addScalar(to: &content, inner, &generator) }
        let field = Field(number: number, wireType: 2, message: content, messageType: inner)
        fields.insert(field, at: Int.random(in: 0...fields.count, using: &generator))
    }

    private static func addUnknown(to fields: inout [Field], _ type: MessageType, _ generator: inout Generator) {
        let known = Set(type.fields.map(\.number))
        let near = (type.fields.map(\.number).max() ?? 0) + 1
        guard
            let number = [77, 99, near, 19_999, 536_870_911].filter({ !known.contains($0) }).randomElement(
                using: &generator
            )
        else { return }
        var field = Field(number: number, wireType: [0, 1, 2, 3, 5].randomElement(using: &generator) ?? 0)
        switch field.wireType {
        case 1: field.bytes = [UInt8](repeating: 7, count: 8)
        case 5: field.bytes = [UInt8](repeating: 7, count: 4)
        case 2: field.bytes = [8, 1]
        default: field.value = 1
        }
        fields.insert(field, at: Int.random(in: 0...fields.count, using: &generator))
    }

    /// Numbers in more bytes than they need; some in more than any may have.
    private static func pad(_ fields: inout [Field], _ generator: inout Generator) {
        guard let index = fields.indices.randomElement(using: &generator) else { return }
        let count = Int.random(in: 1...4, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: fields[index].padding.tag = count
        case 1: fields[index].padding.length = count
        default: fields[index].padding.value = Int.random(in: 1...9, using: &generator)
        }
    }

    /// A known field that is laid out as another kind of value.
    private static func disguise(_ fields: inout [Field], _ generator: inout Generator) {
        guard let index = fields.indices.randomElement(using: &generator) else { return }
        let wireType: UInt32 = [0, 1, 2, 3, 5].randomElement(using: &generator) ?? 0
        var field = Field(number: fields[index].number, wireType: wireType, value: 1)
        if wireType == 1 { field.bytes = [UInt8](repeating: 1, count: 8) }
        if wireType == 5 { field.bytes = [UInt8](repeating: 1, count: 4) }
        fields[index] = field
    }

    /// A value that may be none.
    private static func spoil(_ fields: inout [Field], _ generator: inout Generator) {
        guard let index = fields.indices.randomElement(using: &generator), fields[index].message == nil else { return }
        fields[index].value = self.values.randomElement(using: &generator) ?? 0
        if fields[index].wireType == 2 { fields[index].bytes = self.texts.randomElement(using: &generator) ?? [] }
    }
}
