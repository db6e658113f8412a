//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CProtobufC
internal import Synchronization

/// A message: its name, its fields, and how its struct is laid out.
///
/// Made from protobuf-c's descriptors, or from a declaration: the facts of a programme are declared in its file. Both are
/// the same to whoever reads, and protobuf-c's own unpacker and packer take either.
package final class MessageType: @unchecked Sendable {
    /// Fields of which at most one is set.
    package struct Oneof: Sendable, Hashable {
        /// As in the .proto: `facts`.
        package let name: String
        /// In the struct, in bytes: of the number of the member that is set.
        let quantifierOffset: Int
        /// In the struct, in bytes: of the member.
        let offset: Int
    }

    // Unchecked: nothing that the addresses lead to is written to after the initialisers.

    /// The full name: `grantd.v1.Application`.
    package let name: String
    /// The size of the struct, in bytes.
    package let size: Int
    /// The fields by number.
    package let fields: [FieldSlot]
    /// Where the fields of these names stand among them.
    private let places: [String: Int]
    /// The oneofs whose names are known: protobuf-c's own descriptors do not keep them.
    private let oneofs: [Oneof]
    let descriptor: UnsafePointer<ProtobufCMessageDescriptor>
    /// A struct without a single field set, to be copied.
    private let image: UnsafeMutableRawPointer
    /// The memory of a descriptor that is no constant of the program.
    private let memory: DescriptorMemory?

    init(
        name: String,
        fields: [FieldSlot],
        oneofs: [Oneof] = [],
        descriptor: UnsafePointer<ProtobufCMessageDescriptor>,
        memory: DescriptorMemory? = nil
    ) {
        self.name = name
        self.fields = fields
        self.places = Dictionary(
            fields.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        self.oneofs = oneofs
        self.descriptor = descriptor
        self.memory = memory
        self.size = max(descriptor.pointee.sizeof_message, MemoryLayout<ProtobufCMessage>.size)
        self.image = .allocate(byteCount: self.size, alignment: 16)
        self.image.initializeMemory(as: UInt8.self, repeating: 0, count: self.size)
        let message = self.image.assumingMemoryBound(to: ProtobufCMessage.self)
        if let initialise = descriptor.pointee.message_init {
            initialise(message)
        } else {
            message.pointee.descriptor = descriptor
        }
    }

    deinit { self.image.deallocate() }

    /// A field by its name in the .proto.
    package func field(named name: String) -> FieldSlot? { self.places[name].map { self.fields[$0] } }

    /// The oneof that a field is a member of; `nil` where it is none's, or where its name is not known.
    package func oneof(of slot: FieldSlot) -> Oneof? {
        guard slot.label == .oneofMember else { return nil }
        return self.oneofs.first { $0.quantifierOffset == slot.quantifierOffset }
    }

    /// A message without a single field set, for reading where a message is unset. Lives as long as the type.
    package var emptyInstance: MessageView { MessageView(UnsafeRawPointer(self.image)) }

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

    /// Encodes a message of this type by protobuf-c's own packer.
    package func pack(_ view: MessageView) -> [UInt8] {
        let message = view.address.assumingMemoryBound(to: ProtobufCMessage.self)
        let count = protobuf_c_message_get_packed_size(message)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            guard let start = buffer.baseAddress else { return }
            written = protobuf_c_message_pack(message, start)
        }
    }
}

extension MessageType: Hashable {
    package static func == (left: MessageType, right: MessageType) -> Bool { left === right }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension MessageType {
    /// The types of descriptors that are constants of the program, by their addresses: one type for each, never freed.
    private static let compiledTypes = Mutex<[UInt: MessageType]>([:])

    /// The type of a descriptor that is a constant of the program.
    static func compiled(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) -> MessageType {
        let key = UInt(bitPattern: descriptor)
        if let type = self.compiledTypes.withLock({ $0[key] }) { return type }
        let descriptors = UnsafeBufferPointer(start: descriptor.pointee.fields, count: Int(descriptor.pointee.n_fields))
        let type = MessageType(
            name: String(cString: descriptor.pointee.name),
            fields: descriptors.map { FieldSlot($0) },
            descriptor: descriptor
        )
        return self.compiledTypes.withLock { types in
            let first = types[key] ?? type
            types[key] = first
            return first
        }
    }
}
