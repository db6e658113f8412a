//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CProtobufC

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
            self = .message(.compiled(descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)))
        default: self = .other
        }
    }
}
