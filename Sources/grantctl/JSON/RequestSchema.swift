//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import SwiftProtobuf

/// The messages of the contract by name, as the tool needs them to turn JSON into wire bytes.
struct RequestSchema: Sendable {
    /// How a field's value is written.
    enum Kind: Sendable, Equatable {
        case bool
        case int32
        case int64
        case string
        /// By its place in ``RequestSchema/messages``.
        case message(Int)
        /// By its place in ``RequestSchema/enumerations``.
        case enumeration(Int)
        /// A kind that no request of the contract uses.
        case other
    }

    /// A class, since a walk passes it on for every value: one reference to count instead of one for each property.
    final class Field: Sendable {
        let name: String
        let nameBytes: [UInt8]
        let kind: Kind
        let isRepeated: Bool
        /// By its place in ``Message/oneofs``.
        let oneof: Int?
        /// Number and wire type, encoded.
        let tag: [UInt8]

        init(name: String, kind: Kind, isRepeated: Bool, oneof: Int?, tag: [UInt8]) {
            self.name = name
            self.nameBytes = Array(name.utf8)
            self.kind = kind
            self.isRepeated = isRepeated
            self.oneof = oneof
            self.tag = tag
        }
    }

    /// A class for the same reason.
    final class Message: Sendable {
        let name: String
        let fields: [Field]
        let oneofs: [String]
        /// Whether measures have their facts here: the message is `grantd.v1.Application`.
        var holdsFacts: Bool { self.name == "Application" }

        init(name: String, fields: [Field], oneofs: [String]) {
            self.name = name
            self.fields = fields
            self.oneofs = oneofs
        }
    }

    struct Enumeration: Sendable {
        let values: [(name: String, nameBytes: [UInt8], number: Int32)]
    }

    private(set) var messages: [Message] = []
    private(set) var enumerations: [Enumeration] = []
    private var messagePlaces: [String: Int] = [:]
    private var enumerationPlaces: [String: Int] = [:]

    /// Reads the contract.
    ///
    /// - Parameter descriptorSet: A serialized `google.protobuf.FileDescriptorSet` with all imports.
    /// - Throws: Where the bytes are none.
    init(descriptorSet: some SwiftProtobufContiguousBytes) throws {
        let files = try Google_Protobuf_FileDescriptorSet(serializedBytes: descriptorSet).file
        var pending: [Google_Protobuf_DescriptorProto] = []
        for file in files {
            let scope = file.package.isEmpty ? "" : ".\(file.package)"
            for enumeration in file.enumType { self.add(enumeration, scope: scope) }
            for message in file.messageType { self.collect(message, scope: scope, into: &pending) }
        }
        self.messages = pending.map { message in
            Message(
                name: message.name,
                fields: message.field.map { self.field($0, oneofCount: message.oneofDecl.count) },
                oneofs: message.oneofDecl.map(\.name)
            )
        }
    }

    /// The place of a message.
    ///
    /// - Parameter name: Full, without a dot in front: `grantd.v1.EvaluateRequest`.
    func message(named name: String) -> Int? { self.messagePlaces[".\(name)"] }

    private mutating func add(_ enumeration: Google_Protobuf_EnumDescriptorProto, scope: String) {
        self.enumerationPlaces["\(scope).\(enumeration.name)"] = self.enumerations.count
        self.enumerations.append(
            Enumeration(values: enumeration.value.map { ($0.name, Array($0.name.utf8), $0.number) })
        )
    }

    private mutating func collect(
        _ message: Google_Protobuf_DescriptorProto,
        scope: String,
        into pending: inout [Google_Protobuf_DescriptorProto]
    ) {
        let name = "\(scope).\(message.name)"
        self.messagePlaces[name] = pending.count
        pending.append(message)
        for enumeration in message.enumType { self.add(enumeration, scope: name) }
        for nested in message.nestedType { self.collect(nested, scope: name, into: &pending) }
    }

    private func field(_ field: Google_Protobuf_FieldDescriptorProto, oneofCount: Int) -> Field {
        let kind: Kind =
            switch field.type {
            case .bool: .bool
            case .int32: .int32
            case .int64: .int64
            case .string: .string
            case .message: self.messagePlaces[field.typeName].map(Kind.message) ?? .other
            case .enum: self.enumerationPlaces[field.typeName].map(Kind.enumeration) ?? .other
            default: .other
            }
        let wireType: UInt64 =
            switch kind {
            case .string, .message: 2
            default: 0
            }
        var tag: [UInt8] = []
        tag.append(varint: UInt64(UInt32(bitPattern: field.number)) << 3 | wireType)
        return Field(
            name: field.name,
            kind: kind,
            isRepeated: field.label == .repeated,
            // A daemon's word: an index that names no oneof is none.
            oneof: field.hasOneofIndex && (0..<oneofCount).contains(Int(field.oneofIndex))
                ? Int(field.oneofIndex) : nil,
            tag: tag
        )
    }
}

extension [UInt8] {
    /// Appends a number as protobuf writes it.
    @inline(__always)
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.append(UInt8(truncatingIfNeeded: rest))
    }
}
