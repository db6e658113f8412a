//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The messages of a `google.protobuf.FileDescriptorSet` as types, by name.
///
/// Fields of kinds that the contract does not use are left out, and so are those whose message holds their own again, or is
/// not in the set.
package struct DescriptorSet: Sendable {
    private let types: [String: MessageType]

    /// - Parameter bytes: The serialized set, with all imports. May come from a peer.
    /// - Throws: Where the bytes are no such set, where a name is no identifier, where a message has a name or a number
    ///   twice, and where messages are nested deeper than a call may be.
    package init(_ bytes: UnsafeRawBufferPointer) throws(WireFault) {
        var builder = Builder()
        var reader = WireReader(bytes)
        while let field = try reader.descriptorField() {
            if field.number == 1, let file = field.bytes { try builder.collect(file: file) }
        }
        for name in builder.messages.keys { _ = try builder.type(named: name) }
        self.types = builder.types
    }

    /// - Parameter bytes: As above.
    package init(_ bytes: [UInt8]) throws(WireFault) {
        // Two steps, since a typed throw does not pass through the array's own call.
        let result: Result<Self, WireFault> = bytes.withUnsafeBytes { bytes in
            do throws(WireFault) { return .success(try Self(bytes)) } catch { return .failure(error) }
        }
        self = try result.get()
    }

    /// A message, `nil` where the set has none of this name.
    ///
    /// - Parameter name: Full: `grantd.v1.EvaluateRequest`.
    package func message(named name: String) -> MessageType? { self.types[name] }
}

extension DescriptorSet {
    /// A field of a message under way.
    private struct Field {
        var name = ""
        var number: UInt64 = 0
        var label: UInt64 = 0
        var type: UInt64 = 0
        /// Without the dot in front.
        var typeName = ""
        var oneof: UInt64?
        /// By proto3's `optional`, which stands in a oneof of its own that nobody sees.
        var isOptional = false
    }

    /// A message under way.
    private struct Message {
        var fields: [Field] = []
        var oneofs: [String] = []
        /// Whether a field that is not set is one that has its default.
        var isImplicit = false
    }

    private struct Builder {
        private(set) var messages: [String: Message] = [:]
        private(set) var types: [String: MessageType] = [:]
        private var enums: [String: EnumDescription] = [:]
        /// How deep the messages in a type are nested, itself counted.
        private var depths: [String: Int] = [:]
        /// The messages that are being made, for one that holds itself.
        private var open: Set<String> = []

        // MARK: - What the set says

        mutating func collect(file bytes: WireReader) throws(WireFault) {
            var reader = bytes
            var package = ""
            var isProto3 = false
            while let field = try reader.descriptorField() {
                switch field.number {
                case 2: package = field.text
                case 12: isProto3 = field.text == "proto3"
                default: break
                }
            }
            reader = bytes
            while let field = try reader.descriptorField() {
                guard let content = field.bytes else { continue }
                switch field.number {
                case 4: try self.collect(message: content, scope: package, isImplicit: isProto3, depth: 0)
                case 5: try self.collect(enumeration: content, scope: package)
                default: break
                }
            }
        }

        private mutating func collect(
            message bytes: WireReader,
            scope: String,
            isImplicit: Bool,
            depth: Int
        ) throws(WireFault) {
            guard depth < MessageDecoder.maximumDepth else { throw .tooDeep }
            var reader = bytes
            var message = Message(isImplicit: isImplicit)
            var name = ""
            while let field = try reader.descriptorField() {
                switch field.number {
                case 1: name = Self.scoped(try field.identifier, scope)
                case 2: if let content = field.bytes { message.fields.append(try Self.field(content)) }
                case 8:
                    guard var oneof = field.bytes else { continue }
                    message.oneofs.append("")
                    while let part = try oneof.descriptorField() {
                        if part.number == 1 { message.oneofs[message.oneofs.count - 1] = try part.identifier }
                    }
                default: break
                }
            }
            self.messages[name] = message
            reader = bytes
            while let field = try reader.descriptorField() {
                guard let content = field.bytes else { continue }
                switch field.number {
                case 3: try self.collect(message: content, scope: name, isImplicit: isImplicit, depth: depth + 1)
                case 4: try self.collect(enumeration: content, scope: name)
                default: break
                }
            }
        }

        private static func field(_ bytes: WireReader) throws(WireFault) -> Field {
            var reader = bytes
            var result = Field()
            while let field = try reader.descriptorField() {
                switch field.number {
                case 1: result.name = try field.identifier
                case 3: result.number = field.value
                case 4: result.label = field.value
                case 5: result.type = field.value
                case 6: result.typeName = String(field.text.trimmingPrefix("."))
                case 9: result.oneof = field.value
                case 17: result.isOptional = field.value != 0
                default: break
                }
            }
            guard 1..<1 << 29 ~= result.number, !result.name.isEmpty else { throw .noDescriptor }
            return result
        }

        private mutating func collect(enumeration bytes: WireReader, scope: String) throws(WireFault) {
            var reader = bytes
            var name = ""
            var values: [EnumDescription.Value] = []
            var known: Set<Int32> = []
            while let field = try reader.descriptorField() {
                switch field.number {
                case 1: name = Self.scoped(try field.identifier, scope)
                case 2:
                    guard var content = field.bytes else { continue }
                    var valueName = ""
                    var number: Int32 = 0
                    while let part = try content.descriptorField() {
                        switch part.number {
                        case 1: valueName = try part.identifier
                        case 2: number = Int32(truncatingIfNeeded: part.value)
                        default: break
                        }
                    }
                    // Of two names of one number the first is the one that is written.
                    if known.insert(number).inserted { values.append(.init(name: valueName, number: number)) }
                default: break
                }
            }
            self.enums[name] = EnumDescription(name: name, values: values)
        }

        private static func scoped(_ name: String, _ scope: String) -> String {
            scope.isEmpty ? name : "\(scope).\(name)"
        }

        // MARK: - What is made of it

        /// A message's type, made where it is not yet; `nil` where there is no such message, or where it is being made.
        mutating func type(named name: String) throws(WireFault) -> MessageType? {
            if let type = self.types[name] { return type }
            guard let message = self.messages[name], !self.open.contains(name) else { return nil }
            guard self.open.count < MessageDecoder.maximumDepth else { throw .tooDeep }
            self.open.insert(name)
            defer { self.open.remove(name) }
            var declarations: [FieldDeclaration] = []
            var names: Set<String> = []
            var numbers: Set<UInt64> = []
            var depth = 1
            for field in message.fields {
                guard names.insert(field.name).inserted, numbers.insert(field.number).inserted else {
                    throw .noDescriptor
                }
                let kind: FieldSlot.Kind
                switch field.type {
                case 3: kind = .int64
                case 5: kind = .int32
                case 8: kind = .bool
                case 9: kind = .string
                case 11:
                    guard let type = try self.type(named: field.typeName) else { continue }
                    depth = max(depth, 1 + (self.depths[field.typeName] ?? 0))
                    kind = .message(type)
                case 12: kind = .bytes
                case 14:
                    guard let description = self.enums[field.typeName] else { continue }
                    kind = .enumeration(description)
                default: continue
                }
                declarations.append(Self.declaration(field, kind, of: message))
            }
            guard depth <= MessageDecoder.maximumDepth else { throw .tooDeep }
            let type = MessageType(name: name, fields: declarations)
            self.depths[name] = depth
            self.types[name] = type
            return type
        }

        private static func declaration(
            _ field: Field,
            _ kind: FieldSlot.Kind,
            of message: Message
        ) -> FieldDeclaration {
            var label: FieldSlot.Label =
                switch field.label {
                case 2: .required
                case 3: .repeated
                default: message.isImplicit && !field.isOptional ? .implicit : .optional
                }
            var oneof: String?
            if let index = field.oneof, !field.isOptional, index < UInt64(message.oneofs.count), label != .repeated {
                label = .oneofMember
                oneof = message.oneofs[Int(index)]
            }
            return FieldDeclaration(
                name: field.name,
                number: UInt32(field.number),
                kind: kind,
                label: label,
                oneof: oneof
            )
        }
    }
}

/// A field of a descriptor on the wire.
private struct DescriptorField {
    let number: UInt32
    /// Of a varint; 0 for others.
    var value: UInt64 = 0
    /// Of what has a length.
    var bytes: WireReader?

    var text: String {
        guard let bytes = self.bytes else { return "" }
        return String(decoding: bytes.bytes, as: UTF8.self)
    }

    /// A name as protoc takes it.
    var identifier: String {
        get throws(WireFault) {
            let text = self.text
            guard let first = text.utf8.first, !(48...57).contains(first),
                text.utf8.allSatisfy({
                    switch $0 {
                    case 48...57, 65...90, 95, 97...122: true
                    default: false
                    }
                })
            else { throw .noDescriptor }
            return text
        }
    }
}

extension WireReader {
    /// The next field, `nil` behind the last one.
    fileprivate mutating func descriptorField() throws(WireFault) -> DescriptorField? {
        guard !self.isAtEnd else { return nil }
        guard let tag = self.tag() else { throw .noDescriptor }
        var field = DescriptorField(number: tag.field)
        switch tag.wireType {
        case 0:
            guard let value = self.varint() else { throw .noDescriptor }
            field.value = value
        case 2:
            guard let bytes = self.lengthDelimited() else { throw .noDescriptor }
            field.bytes = bytes
        default:
            guard self.skip(wireType: tag.wireType) else { throw .noDescriptor }
        }
        return field
    }
}

extension WireFault {
    fileprivate static let noDescriptor = WireFault(
        kind: .malformed,
        field: "",
        message: "the bytes are no google.protobuf.FileDescriptorSet"
    )

    fileprivate static let tooDeep = WireFault(
        kind: .malformed,
        field: "",
        message: "the set's messages are nested too deep"
    )
}
