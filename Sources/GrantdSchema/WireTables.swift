//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CProtobufC

/// What ``WireValidator`` knows of the messages that it walks over, laid flat for the walk: a message is a number, a
/// field a small struct without references.
final class WireTables {
    /// What a field's bytes are to be.
    enum Check: UInt8 {
        /// A bool or a 64-bit number: any varint.
        case varint
        /// A varint whose value fits an int32.
        case int32
        /// A varint that is one of an enum's numbers.
        case enumeration
        case string
        case bytes
        case message
        case fixed64
        case fixed32

        /// Whether a list of these may come in one piece.
        var isScalar: Bool {
            switch self {
            case .string, .bytes, .message: false
            default: true
            }
        }

        /// How such a value is laid out, by protobuf's number.
        var wireType: UInt32 {
            switch self {
            case .varint, .int32, .enumeration: 0
            case .fixed64: 1
            case .string, .bytes, .message: 2
            case .fixed32: 5
            }
        }
    }

    /// One field.
    struct Field {
        var number: UInt32
        var check: Check
        var isRepeated: Bool
        /// The bit in a message's `seen` that says that the field came: 0 where nobody asks.
        var bit: UInt64 = 0
        /// Of a list its counter, of a oneof's member the place that remembers which one came; -1 for neither.
        var counter: Int32 = -1
        /// The message's or the enum's index.
        var child: Int32 = -1
    }

    /// One message.
    struct Message {
        /// By field number: the index of the field plus one, 0 where there is no such field.
        var lookup: UnsafeMutablePointer<UInt16>
        var lookupCount: UInt32
        var fields: UnsafeMutablePointer<Field>
        var fieldCount: Int
        /// The bits of the fields without which a message is none.
        var required: UInt64 = 0
        var counterCount = 0
    }

    /// One enum: its lowest and highest number, and whether all between them are its own.
    struct Enumeration {
        var lowest: Int32
        var highest: Int32
        var isContiguous: Bool
    }

    let messages: UnsafeMutablePointer<Message>
    let enumerations: UnsafeMutablePointer<Enumeration>
    let messageTypes: [MessageType]
    let enumDescriptions: [EnumDescription]

    /// - Parameters:
    ///   - root: The outermost message; message 0.
    ///   - opaque: Fields of the root that are not looked into, by name.
    init(_ root: MessageType, opaque: Set<String>) {
        var builder = Builder(opaque: opaque)
        builder.collect(root)
        self.messageTypes = builder.messageTypes
        self.enumDescriptions = builder.enumDescriptions
        self.messages = .allocate(capacity: max(builder.messageTypes.count, 1))
        self.enumerations = .allocate(capacity: max(builder.enumDescriptions.count, 1))
        for (index, type) in builder.messageTypes.enumerated() {
            (self.messages + index).initialize(to: builder.message(type, isRoot: index == 0))
        }
        for (index, description) in builder.enumDescriptions.enumerated() {
            let numbers = description.values.map(\.number)
            let lowest = numbers.first ?? 0
            let highest = numbers.last ?? 0
            (self.enumerations + index).initialize(
                to: Enumeration(
                    lowest: lowest,
                    highest: highest,
                    isContiguous: Int64(highest) - Int64(lowest) == Int64(numbers.count) - 1
                )
            )
        }
    }

    deinit {
        for index in self.messageTypes.indices {
            self.messages[index].lookup.deallocate()
            self.messages[index].fields.deallocate()
        }
        self.messages.deallocate()
        self.enumerations.deallocate()
    }

    /// The name of a field, for an error's text.
    func name(ofField number: UInt32, inMessage message: Int32) -> String {
        self.messageTypes[Int(message)].fieldDescriptors.first { $0.id == number }.map { String(cString: $0.name) }
            ?? ""
    }
}

extension WireTables {
    /// Collects the types first, so that a message may name one that comes later, or itself.
    private struct Builder {
        let opaque: Set<String>
        var messageTypes: [MessageType] = []
        var enumDescriptions: [EnumDescription] = []
        private var messageIndices: [MessageType: Int32] = [:]
        private var enumIndices: [String: Int32] = [:]

        init(opaque: Set<String>) { self.opaque = opaque }

        mutating func collect(_ type: MessageType) {
            guard self.messageIndices[type] == nil else { return }
            let isRoot = self.messageTypes.isEmpty
            self.messageIndices[type] = Int32(self.messageTypes.count)
            self.messageTypes.append(type)
            for slot in type.fields where !(isRoot && self.opaque.contains(slot.name)) {
                switch slot.kind {
                case .message(let child): self.collect(child)
                case .enumeration(let description) where self.enumIndices[description.name] == nil:
                    self.enumIndices[description.name] = Int32(self.enumDescriptions.count)
                    self.enumDescriptions.append(description)
                default: break
                }
            }
        }

        func message(_ type: MessageType, isRoot: Bool) -> Message {
            let descriptors = type.fieldDescriptors
            let slots = type.fields
            let lookupCount = (slots.last?.number ?? 0) + 1
            var message = Message(
                lookup: .allocate(capacity: Int(lookupCount)),
                lookupCount: lookupCount,
                fields: .allocate(capacity: max(slots.count, 1)),
                fieldCount: slots.count
            )
            message.lookup.initialize(repeating: 0, count: Int(lookupCount))
            var nextBit = 0
            var oneofs: [Int: (counter: Int32, bit: UInt64)] = [:]
            func takeBit() -> UInt64 {
                defer { nextBit += 1 }
                // Of the contract, which is part of the program: nothing that a peer sends comes here.
                precondition(nextBit < 64, "\(type.name) has more messages and required fields than there are bits")
                return 1 << UInt64(nextBit)
            }
            func takeCounter() -> Int32 {
                defer { message.counterCount += 1 }
                return Int32(message.counterCount)
            }
            for (index, slot) in slots.enumerated() {
                message.lookup[Int(slot.number)] = UInt16(index + 1)
                var field = Field(
                    number: slot.number,
                    check: Self.check(descriptors[index]),
                    isRepeated: slot.label == .repeated
                )
                if isRoot, self.opaque.contains(slot.name) { field.check = .bytes }
                switch slot.kind {
                case .message(let child) where field.check == .message: field.child = self.messageIndices[child] ?? 0
                case .enumeration(let description): field.child = self.enumIndices[description.name] ?? 0
                default: break
                }
                switch slot.label {
                case .repeated: field.counter = takeCounter()
                case .oneofMember:
                    // One bit for all members: no two may come, different ones or one twice.
                    let oneof = oneofs[slot.quantifierOffset] ?? (takeCounter(), takeBit())
                    oneofs[slot.quantifierOffset] = oneof
                    field.counter = oneof.counter
                    if field.check == .message { field.bit = oneof.bit }
                case .required:
                    field.bit = takeBit()
                    message.required |= field.bit
                case .optional, .implicit:
                    if field.check == .message { field.bit = takeBit() }
                }
                (message.fields + index).initialize(to: field)
            }
            return message
        }

        private static func check(_ field: ProtobufCFieldDescriptor) -> Check {
            switch field.type {
            case PROTOBUF_C_TYPE_INT32: .int32
            case PROTOBUF_C_TYPE_ENUM: .enumeration
            case PROTOBUF_C_TYPE_STRING: .string
            case PROTOBUF_C_TYPE_BYTES: .bytes
            case PROTOBUF_C_TYPE_MESSAGE: .message
            case PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64, PROTOBUF_C_TYPE_DOUBLE: .fixed64
            case PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32, PROTOBUF_C_TYPE_FLOAT: .fixed32
            default: .varint
            }
        }
    }
}
