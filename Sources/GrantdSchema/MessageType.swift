//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CProtobufC

/// A message of the contract, as protobuf-c describes it.
package struct MessageType: @unchecked Sendable {
    // Unchecked: a descriptor is a constant of the program.
    let descriptor: UnsafePointer<ProtobufCMessageDescriptor>

    init(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) {
        self.descriptor = descriptor
    }

    /// The full name: `grantd.v1.Application`.
    package var name: String { String(cString: self.descriptor.pointee.name) }

    /// The size of the struct, in bytes.
    package var size: Int { self.descriptor.pointee.sizeof_message }

    /// The fields by number. Made anew at each call: for the time when plans are made, not for a request.
    package var fields: [FieldSlot] { self.fieldDescriptors.map { FieldSlot($0) } }

    /// A field by its name in the .proto. Made anew at each call.
    package func field(named name: String) -> FieldSlot? {
        self.fieldDescriptors.first { String(cString: $0.name) == name }.map { FieldSlot($0) }
    }

    /// Decodes a message into the arena by protobuf-c's own unpacker, by which a ``MessageDecoder`` is judged. Not for what
    /// a peer sent: it accepts bad UTF-8 and unknown enum numbers, and cuts a string off at a NUL.
    ///
    /// - Returns: A view that is good until the arena is reset; `nil` where the bytes are no such message, or where the
    ///   arena is exhausted (`arena.isExhausted` tells which).
    package func unpack(_ bytes: UnsafeRawBufferPointer, into arena: Arena) -> MessageView? {
        // An empty message has no address to point at; protobuf-c wants none.
        let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        guard let message = protobuf_c_message_unpack(self.descriptor, arena.allocator, bytes.count, start) else {
            return nil
        }
        return MessageView(UnsafeRawPointer(message))
    }

    /// A message without a single field set, for reading where a message is unset. One for each type, never freed.
    package var emptyInstance: MessageView { EmptyInstances.instance(of: self) }

    var fieldDescriptors: UnsafeBufferPointer<ProtobufCFieldDescriptor> {
        UnsafeBufferPointer(start: self.descriptor.pointee.fields, count: Int(self.descriptor.pointee.n_fields))
    }
}

extension MessageType: Hashable {
    package static func == (left: MessageType, right: MessageType) -> Bool { left.descriptor == right.descriptor }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.descriptor) }
}

extension FieldSlot {
    init(_ field: ProtobufCFieldDescriptor) {
        let isOneofMember = field.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0
        let kind = Kind(field)
        let label: Label =
            switch field.label {
            case PROTOBUF_C_LABEL_REPEATED: .repeated
            case PROTOBUF_C_LABEL_REQUIRED: .required
            case _ where isOneofMember: .oneofMember
            case PROTOBUF_C_LABEL_OPTIONAL: .optional
            default: .implicit
            }
        let hasFlag: Bool =
            switch (label, kind) {
            case (.optional, .string), (.optional, .message): false
            case (.optional, _): true
            default: false
            }
        self.init(
            name: String(cString: field.name),
            number: field.id,
            kind: kind,
            label: label,
            offset: Int(field.offset),
            quantifierOffset: Int(field.quantifier_offset),
            defaultAddress: field.default_value.map { UInt(bitPattern: $0) },
            hasFlag: hasFlag
        )
    }
}

extension FieldSlot.Kind {
    init(_ field: ProtobufCFieldDescriptor) {
        switch field.type {
        case PROTOBUF_C_TYPE_BOOL: self = .bool
        case PROTOBUF_C_TYPE_INT32: self = .int32
        case PROTOBUF_C_TYPE_INT64: self = .int64
        case PROTOBUF_C_TYPE_STRING: self = .string
        case PROTOBUF_C_TYPE_BYTES: self = .bytes
        case PROTOBUF_C_TYPE_ENUM:
            guard let descriptor = field.descriptor else { self = .other; return }
            self = .enumeration(EnumDescription(descriptor.assumingMemoryBound(to: ProtobufCEnumDescriptor.self)))
        case PROTOBUF_C_TYPE_MESSAGE:
            guard let descriptor = field.descriptor else { self = .other; return }
            self = .message(MessageType(descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)))
        default: self = .other
        }
    }
}
