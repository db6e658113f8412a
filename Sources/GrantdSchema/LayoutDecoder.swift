//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CProtobufC

/// Decodes a message into protobuf-c's own structs, by layouts made from its descriptors.
///
/// protobuf-c walks over every field that a message *could* have, twice; `Application` could have one for each measure.
/// So its structs are filled here, in its memory, and it unpacks itself the messages inside with fields of a kind that has
/// no place in a layout. What comes of it is what protobuf-c makes of bytes that have passed a ``WireValidator``: no message
/// but a list's entry comes twice, so that nothing has to be merged.
package final class LayoutDecoder {
    private struct Field {
        enum Kind: UInt8 {
            case unknown
            case bool
            case int32
            case int64
            case string
            case message
            /// A list of messages.
            case list
        }

        var kind = Kind.unknown
        var isOneofMember = false
        var offset: Int32 = 0
        /// Of the flag, of the oneof's number, or of the list's count.
        var quantifier: Int32 = 0
        var descriptor: UnsafePointer<ProtobufCMessageDescriptor>?
        /// The layout of a message, as an index; -1: it has none, and protobuf-c unpacks it.
        var layout: Int32 = -1
    }

    private struct Layout {
        var size: Int
        var image: UnsafeRawPointer
        var fields: UnsafeMutablePointer<Field>
        var fieldCount: UInt32
    }

    private let type: MessageType
    private let layouts: [Layout]
    private let table: UnsafeMutablePointer<Layout>

    /// - Precondition: The fields of the message itself all have a place in a layout.
    package init(_ type: MessageType) {
        precondition(Self.hasLayout(type), "\(type.name) has fields that have no place in a layout")
        self.type = type
        var types: [MessageType] = [type]
        var layouts: [Layout] = []
        while layouts.count < types.count {
            layouts.append(Self.layout(types[layouts.count], &types))
        }
        self.table = .allocate(capacity: layouts.count)
        self.table.initialize(from: layouts, count: layouts.count)
        self.layouts = layouts
    }

    deinit {
        for layout in self.layouts { layout.fields.deallocate() }
        self.table.deallocate()
    }

    /// Decodes a message into the arena. The bytes must have passed a ``WireValidator``.
    ///
    /// - Returns: A view that is good until the arena is reset; `nil` where the bytes are no such message, or where the
    ///   arena is exhausted (`arena.isExhausted` tells which).
    package func unpack(_ bytes: UnsafeRawBufferPointer, into arena: Arena) -> MessageView? {
        self.unpack(WireReader(bytes), 0, arena).map { MessageView(UnsafeRawPointer($0)) }
    }

    private func unpack(_ bytes: WireReader, _ layout: Int, _ arena: Arena) -> UnsafeMutableRawPointer? {
        let layout = self.table + layout
        guard let message = arena.allocate(layout.pointee.size, alignment: 16) else { return nil }
        message.copyMemory(from: layout.pointee.image, byteCount: layout.pointee.size)
        var reader = bytes
        while !reader.isAtEnd {
            guard let tag = reader.tag() else { return nil }
            guard tag.field < layout.pointee.fieldCount else {
                guard reader.skip(wireType: tag.wireType) else { return nil }
                continue
            }
            let field = layout.pointee.fields + Int(tag.field)
            let place = message + Int(field.pointee.offset)
            switch (field.pointee.kind, tag.wireType) {
            case (.bool, 0):
                guard let value = reader.varint() else { return nil }
                place.storeBytes(of: value == 0 ? 0 : 1, as: Int32.self)
                self.mark(message, field)
            case (.int32, 0):
                guard let value = reader.varint() else { return nil }
                place.storeBytes(of: Int32(truncatingIfNeeded: value), as: Int32.self)
                self.mark(message, field)
            case (.int64, 0):
                guard let value = reader.varint() else { return nil }
                place.storeBytes(of: Int64(bitPattern: value), as: Int64.self)
                self.mark(message, field)
            case (.string, 2):
                guard let value = reader.lengthDelimited(), let text = Self.copy(value, arena) else { return nil }
                place.storeBytes(of: UnsafeRawPointer(text), as: UnsafeRawPointer.self)
            case (.message, 2):
                guard let value = reader.lengthDelimited() else { return nil }
                // A validator lets neither two halves of one message pass nor two members of a oneof.
                if field.pointee.isOneofMember {
                    guard message.load(fromByteOffset: Int(field.pointee.quantifier), as: Int32.self) == 0 else {
                        return nil
                    }
                } else {
                    guard place.load(as: UInt.self) == 0 else { return nil }
                }
                guard let inner = self.inner(value, field, arena) else { return nil }
                place.storeBytes(of: UnsafeRawPointer(inner), as: UnsafeRawPointer.self)
                if field.pointee.isOneofMember {
                    let number = Int32(bitPattern: tag.field)
                    message.storeBytes(of: number, toByteOffset: Int(field.pointee.quantifier), as: Int32.self)
                }
            case (.list, 2):
                guard let value = reader.lengthDelimited(), let inner = self.inner(value, field, arena),
                    self.append(inner, to: message, field, arena)
                else { return nil }
            case (.unknown, _):
                guard reader.skip(wireType: tag.wireType) else { return nil }
            default:
                return nil
            }
        }
        return message
    }

    @inline(__always)
    private func mark(_ message: UnsafeMutableRawPointer, _ field: UnsafePointer<Field>) {
        message.storeBytes(of: 1, toByteOffset: Int(field.pointee.quantifier), as: Int32.self)
    }

    @inline(__always)
    private func inner(
        _ bytes: WireReader,
        _ field: UnsafePointer<Field>,
        _ arena: Arena
    ) -> UnsafeMutableRawPointer? {
        if field.pointee.layout >= 0 { return self.unpack(bytes, Int(field.pointee.layout), arena) }
        let count = bytes.end - bytes.cursor
        return protobuf_c_message_unpack(field.pointee.descriptor, arena.allocator, count, bytes.cursor)
            .map { UnsafeMutableRawPointer($0) }
    }

    /// Puts an entry at the end of a list, whose room is doubled when it is full.
    private func append(
        _ entry: UnsafeMutableRawPointer,
        to message: UnsafeMutableRawPointer,
        _ field: UnsafePointer<Field>,
        _ arena: Arena
    ) -> Bool {
        let stride = MemoryLayout<UnsafeRawPointer>.stride
        let place = message + Int(field.pointee.offset)
        let count = message.load(fromByteOffset: Int(field.pointee.quantifier), as: Int.self)
        var entries = place.load(as: UnsafeMutableRawPointer?.self)
        if count & (count &- 1) == 0 {
            guard let room = arena.allocate(max(2 * count, 1) * stride, alignment: stride) else { return false }
            if let entries { room.copyMemory(from: entries, byteCount: count * stride) }
            entries = room
            place.storeBytes(of: UnsafeRawPointer(room), as: UnsafeRawPointer.self)
        }
        entries?.storeBytes(of: UnsafeRawPointer(entry), toByteOffset: count * stride, as: UnsafeRawPointer.self)
        message.storeBytes(of: count + 1, toByteOffset: Int(field.pointee.quantifier), as: Int.self)
        return true
    }

    /// A text with the NUL that protobuf-c puts behind it.
    @inline(__always)
    private static func copy(_ bytes: WireReader, _ arena: Arena) -> UnsafeMutableRawPointer? {
        let count = bytes.end - bytes.cursor
        guard let text = arena.allocate(count + 1, alignment: 1) else { return nil }
        text.copyMemory(from: bytes.cursor, byteCount: count)
        text.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
        return text
    }
}

extension LayoutDecoder {
    private static func layout(_ type: MessageType, _ types: inout [MessageType]) -> Layout {
        let slots = type.fields
        let count = Int(slots.map(\.number).max() ?? 0) + 1
        let fields = UnsafeMutablePointer<Field>.allocate(capacity: count)
        fields.initialize(repeating: Field(), count: count)
        for slot in slots {
            var field = Field()
            field.offset = Int32(truncatingIfNeeded: slot.offset)
            field.quantifier = Int32(truncatingIfNeeded: slot.quantifierOffset)
            field.isOneofMember = slot.label == .oneofMember
            guard let kind = self.kind(slot) else { preconditionFailure("\(slot.name) has no place in a layout") }
            field.kind = kind
            if case .message(let inner) = slot.kind {
                field.descriptor = inner.descriptor
                if self.hasLayout(inner) {
                    let index = types.firstIndex(of: inner) ?? types.count
                    if index == types.count { types.append(inner) }
                    field.layout = Int32(truncatingIfNeeded: index)
                }
            }
            fields[Int(slot.number)] = field
        }
        return Layout(
            size: type.size,
            image: type.emptyInstance.address,
            fields: fields,
            fieldCount: UInt32(truncatingIfNeeded: count)
        )
    }

    /// Whether the fields of the message itself all have a place in a layout.
    package static func hasLayout(_ type: MessageType) -> Bool {
        type.fields.allSatisfy { self.kind($0) != nil }
    }

    /// `nil` where the field has no place in a layout.
    private static func kind(_ slot: FieldSlot) -> Field.Kind? {
        switch (slot.kind, slot.label) {
        case (.bool, .optional): return .bool
        case (.int32, .optional), (.enumeration, .optional): return .int32
        case (.int64, .optional): return .int64
        case (.string, .optional): return .string
        case (.message, .optional), (.message, .oneofMember): return .message
        case (.message, .repeated): return .list
        default: return nil
        }
    }
}
