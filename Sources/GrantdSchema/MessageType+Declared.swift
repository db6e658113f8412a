//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CProtobufC

extension MessageType {
    /// Makes a message of declared fields: lays its struct out as protoc-c would, and describes it to protobuf-c.
    ///
    /// - Parameters:
    ///   - name: The full name: `cityx.v1.GreenFactoryAwardFacts`.
    ///   - fields: In any order; no two with one name or number. A kind that no declaration has (`other`) is left out.
    package convenience init(name: String, fields: [FieldDeclaration]) {
        let memory = DescriptorMemory()
        var layout = StructLayout()
        let fields = fields.sorted { $0.number < $1.number }
        let slots = fields.compactMap { layout.place($0) }
        let descriptors = slots.map { ProtobufCFieldDescriptor($0, memory) }
        let names = slots.indices.sorted { slots[$0].name.utf8.lexicographicallyPrecedes(slots[$1].name.utf8) }
        var ranges: [ProtobufCIntRange] = []
        for (index, slot) in slots.enumerated() where index == 0 || slots[index - 1].number + 1 != slot.number {
            ranges.append(
                ProtobufCIntRange(start_value: Int32(bitPattern: slot.number), orig_index: UInt32(index))
            )
        }
        let rangeCount = ranges.count
        ranges.append(ProtobufCIntRange(start_value: 0, orig_index: UInt32(slots.count)))
        let lastDot = name.lastIndex(of: ".").map { name.index(after: $0) } ?? name.startIndex
        var descriptor = ProtobufCMessageDescriptor()
        descriptor.magic = UInt32(PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC)
        descriptor.name = memory.keep(name)
        descriptor.short_name = memory.keep(String(name[lastDot...]))
        descriptor.c_name = descriptor.short_name
        descriptor.package_name = memory.keep(String(name[..<lastDot].dropLast()))
        descriptor.sizeof_message = layout.size
        descriptor.n_fields = UInt32(slots.count)
        descriptor.fields = UnsafePointer(memory.keep(descriptors))
        descriptor.fields_sorted_by_name = UnsafePointer(memory.keep(names.map { UInt32($0) }))
        descriptor.n_field_ranges = UInt32(rangeCount)
        descriptor.field_ranges = UnsafePointer(memory.keep(ranges))
        self.init(
            name: name,
            fields: slots,
            oneofs: layout.oneofs,
            descriptor: UnsafePointer(memory.keep([descriptor])),
            memory: memory
        )
    }

    /// The same message with more fields.
    func extended(by members: [FieldDeclaration]) -> MessageType {
        MessageType(
            name: self.name,
            fields: self.fields.map { FieldDeclaration($0, of: self, kind: $0.kind) } + members
        )
    }

    /// The same message, whose fields of one type have another of the same name.
    func replacing(_ type: MessageType, with other: MessageType) -> MessageType {
        let fields = self.fields.map { slot in
            if case .message(type) = slot.kind { return FieldDeclaration(slot, of: self, kind: .message(other)) }
            return FieldDeclaration(slot, of: self, kind: slot.kind)
        }
        return MessageType(name: self.name, fields: fields)
    }
}

/// Gives fields their places in a struct, one behind the other.
private struct StructLayout {
    private var end = MemoryLayout<ProtobufCMessage>.size
    /// The places of each oneof's number and of its member.
    private(set) var oneofs: [MessageType.Oneof] = []

    /// The size of the struct with all that was placed, in bytes.
    var size: Int { (self.end + 7) & ~7 }

    mutating func place(_ field: FieldDeclaration) -> FieldSlot? {
        let size: Int
        let isPointer: Bool
        switch field.kind {
        case .bool, .int32, .enumeration: (size, isPointer) = (4, false)
        case .int64: (size, isPointer) = (8, false)
        case .bytes: (size, isPointer) = (16, false)
        case .string, .message: (size, isPointer) = (8, true)
        default: return nil
        }
        var quantifier = 0
        let offset: Int
        switch field.label {
        case .repeated:
            quantifier = self.take(8)
            offset = self.take(8)
        case .oneofMember:
            let oneof = self.oneof(named: field.oneof ?? "")
            (quantifier, offset) = (oneof.quantifierOffset, oneof.offset)
        case .optional, .implicit:
            if !isPointer { quantifier = self.take(4) }
            offset = self.take(size, alignment: min(size, 8))
        case .required:
            offset = self.take(size, alignment: min(size, 8))
        }
        return FieldSlot(
            name: field.name,
            number: field.number,
            kind: field.kind,
            label: field.label == .implicit ? .optional : field.label,
            offset: offset,
            quantifierOffset: quantifier,
            defaultAddress: nil,
            hasFlag: !isPointer && (field.label == .optional || field.label == .implicit)
        )
    }

    private mutating func oneof(named name: String) -> MessageType.Oneof {
        if let oneof = self.oneofs.first(where: { $0.name == name }) { return oneof }
        let oneof = MessageType.Oneof(name: name, quantifierOffset: self.take(4), offset: self.take(16, alignment: 8))
        self.oneofs.append(oneof)
        return oneof
    }

    private mutating func take(_ size: Int, alignment: Int? = nil) -> Int {
        let mask = (alignment ?? size) - 1
        let start = (self.end + mask) & ~mask
        self.end = start + size
        return start
    }
}

extension ProtobufCFieldDescriptor {
    fileprivate init(_ slot: FieldSlot, _ memory: DescriptorMemory) {
        self.init()
        self.name = memory.keep(slot.name)
        self.id = slot.number
        self.offset = UInt32(slot.offset)
        self.quantifier_offset = UInt32(slot.quantifierOffset)
        switch slot.label {
        case .repeated: self.label = PROTOBUF_C_LABEL_REPEATED
        case .required: self.label = PROTOBUF_C_LABEL_REQUIRED
        default: self.label = PROTOBUF_C_LABEL_OPTIONAL
        }
        if slot.label == .oneofMember { self.flags = UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) }
        switch slot.kind {
        case .bool: self.type = PROTOBUF_C_TYPE_BOOL
        case .int32: self.type = PROTOBUF_C_TYPE_INT32
        case .int64: self.type = PROTOBUF_C_TYPE_INT64
        case .string: self.type = PROTOBUF_C_TYPE_STRING
        case .enumeration(let description):
            self.type = PROTOBUF_C_TYPE_ENUM
            self.descriptor = UnsafeRawPointer(memory.keep([ProtobufCEnumDescriptor(description, memory)]))
        case .message(let type):
            self.type = PROTOBUF_C_TYPE_MESSAGE
            // The slot holds the type, and the message's type its slots.
            self.descriptor = UnsafeRawPointer(type.descriptor)
        default: self.type = PROTOBUF_C_TYPE_BYTES
        }
    }
}

extension ProtobufCEnumDescriptor {
    fileprivate init(_ description: EnumDescription, _ memory: DescriptorMemory) {
        let values = description.values.map {
            let name = memory.keep($0.name)
            return ProtobufCEnumValue(name: name, c_name: name, value: $0.number)
        }
        let byName = description.values.indices.sorted {
            description.values[$0].name.utf8.lexicographicallyPrecedes(description.values[$1].name.utf8)
        }
        var ranges: [ProtobufCIntRange] = []
        for (index, value) in description.values.enumerated()
        where index == 0 || Int64(description.values[index - 1].number) + 1 != Int64(value.number) {
            ranges.append(ProtobufCIntRange(start_value: value.number, orig_index: UInt32(index)))
        }
        let rangeCount = ranges.count
        ranges.append(ProtobufCIntRange(start_value: 0, orig_index: UInt32(values.count)))
        self.init()
        self.magic = UInt32(PROTOBUF_C__ENUM_DESCRIPTOR_MAGIC)
        self.name = memory.keep(description.name)
        self.short_name = self.name
        self.c_name = self.name
        self.package_name = memory.keep("")
        self.n_values = UInt32(values.count)
        self.values = UnsafePointer(memory.keep(values))
        self.n_value_names = UInt32(values.count)
        self.values_by_name = UnsafePointer(
            memory.keep(byName.map { ProtobufCEnumValueIndex(name: values[$0].name, index: UInt32($0)) })
        )
        self.n_value_ranges = UInt32(rangeCount)
        self.value_ranges = UnsafePointer(memory.keep(ranges))
    }
}
