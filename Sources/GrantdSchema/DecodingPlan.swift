//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a ``MessageDecoder`` knows of the messages that it decodes, laid flat for the walk over their bytes: a message is a
/// number, a field a small struct without references.
///
/// Nothing in it changes once it is made: decoders on any number of threads may share one.
package final class DecodingPlan: @unchecked Sendable {
    // Unchecked: what the pointers point at is written to in the initialiser only.

    /// What a field's bytes are to be.
    enum Value: UInt8 {
        case bool
        case int32
        case int64
        /// An int32 that is one of an enum's numbers.
        case enumeration
        case string
        case bytes
        case message

        /// How such a value is laid out on the wire, by protobuf's number.
        var wireType: UInt8 {
            switch self {
            case .bool, .int32, .int64, .enumeration: 0
            case .string, .bytes, .message: 2
            }
        }

        /// Whether a list of these may come in one piece.
        var isScalar: Bool { self.wireType == 0 }

        /// What it takes in protobuf-c's struct, in bytes.
        var width: Int {
            switch self {
            case .bool, .int32, .enumeration: 4
            case .int64, .string, .message: 8
            case .bytes: 16
            }
        }
    }

    /// How the walk goes on at a field. The kinds of field that nearly all fields are have an arm each.
    enum Action: UInt8 {
        /// Its "is set" and its value lie side by side, and are written as one number.
        case optionalBool
        case optionalInt32
        case optionalInt64
        case optionalEnumeration
        case optionalString
        /// A message that is neither a list's entry nor a oneof's member.
        case message
        /// A message that is a member of a oneof.
        case member
        /// A list's message.
        case entry
        /// Whatever else the field is: see its label and value.
        case other
        /// Passed over: it is looked into later, by itself.
        case opaque
    }

    /// One field.
    struct Field: BitwiseCopyable {
        var number: UInt32 = 0
        /// In protobuf-c's struct, of the value or of the address of a list's first entry.
        var offset: Int32 = 0
        /// In protobuf-c's struct, of the flag, of the oneof's number, or of the list's count.
        var quantifier: Int32 = 0
        /// The message's or the enum's index.
        var child: Int32 = -1
        /// Among the required fields of the message; -1 for the others.
        var required: Int32 = -1
        /// The tag as it stands in one or two bytes, read as a little-endian number under the mask. No bytes match where the
        /// tag needs more of them.
        var tag: UInt16 = 1
        var tagMask: UInt16 = 0
        var tagLength: UInt8 = 0
        var action = Action.other
        var value = Value.bool
        var label = FieldSlot.Label.optional
        var hasFlag = false
    }

    /// One message.
    struct Message: BitwiseCopyable {
        /// Of protobuf-c's struct, in bytes.
        var size: Int
        /// The struct with nothing set.
        var image: UnsafeRawPointer
        /// By number; behind the last one stands one that no tag matches.
        var fields: UnsafeMutablePointer<Field>
        var fieldCount: Int
        /// By field number: the index of the field plus one, 0 where there is no such field.
        var lookup: UnsafeMutablePointer<UInt16>
        var lookupCount: UInt32
        /// How many fields must be set.
        var requiredCount = 0
        /// In the plan.
        var index: Int32
    }

    /// One enum: its lowest number, and how many numbers stand in a row from there. Others are looked up in its description.
    struct Enumeration: BitwiseCopyable {
        var lowest: Int64
        var inRow: UInt64
    }

    /// Numbers below are found by a table, which takes two bytes for each; those above by halving.
    private static let lookupLimit: UInt32 = 4096

    let messages: UnsafeMutablePointer<Message>
    let enumerations: UnsafeMutablePointer<Enumeration>
    let messageTypes: [MessageType]
    let enumDescriptions: [EnumDescription]
    private let indices: [MessageType: Int32]

    /// Plans for messages and all that they hold. Fields of a kind that the contract does not use have no place in a plan:
    /// they are fields that are not known.
    ///
    /// - Parameters:
    ///   - roots: The outermost messages.
    ///   - opaque: Fields of the first of them that are not looked into, by name.
    package init(_ roots: [MessageType], opaque: Set<String> = []) {
        var builder = Builder(opaque: opaque)
        for root in roots { builder.collect(root) }
        self.messageTypes = builder.messageTypes
        self.enumDescriptions = builder.enumDescriptions
        self.indices = builder.messageIndices
        self.messages = .allocate(capacity: max(builder.messageTypes.count, 1))
        self.enumerations = .allocate(capacity: max(builder.enumDescriptions.count, 1))
        for index in builder.messageTypes.indices {
            (self.messages + index).initialize(to: builder.message(index))
        }
        for (index, description) in builder.enumDescriptions.enumerated() {
            (self.enumerations + index).initialize(to: Self.enumeration(description))
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

    /// The place of a message in the plan, `nil` where the plan does not have it.
    func index(of type: MessageType) -> Int? { self.indices[type].map { Int($0) } }

    /// The name of a field, for an error's text.
    func name(ofField number: UInt32, inMessage message: Int32) -> String {
        self.messageTypes[Int(message)].fields.first { $0.number == number }?.name ?? ""
    }

    /// The name of the oneof that a field is a member of, `nil` where it is not known.
    func oneof(ofField number: UInt32, inMessage message: Int32) -> String? {
        let type = self.messageTypes[Int(message)]
        return type.fields.first { $0.number == number }.flatMap { type.oneof(of: $0)?.name }
    }

    private static func enumeration(_ description: EnumDescription) -> Enumeration {
        let numbers = Set(description.values.map { Int64($0.number) })
        let lowest = numbers.min() ?? 0
        var inRow: UInt64 = 0
        while numbers.contains(lowest &+ Int64(inRow)) { inRow += 1 }
        return Enumeration(lowest: lowest, inRow: inRow)
    }
}

extension DecodingPlan {
    /// A field by its number, `nil` where the message has no such field. By the message's place, so that it is not copied.
    @inline(__always)
    static func field(_ number: UInt32, of message: UnsafeMutablePointer<Message>) -> UnsafeMutablePointer<Field>? {
        number < message.pointee.lookupCount
            ? self.nearField(number, of: message) : self.farField(number, of: message)
    }

    /// As ``field(_:of:)``, for a number that the table has.
    @inline(__always)
    static func nearField(_ number: UInt32, of message: UnsafeMutablePointer<Message>) -> UnsafeMutablePointer<Field>? {
        guard number < message.pointee.lookupCount else { return nil }
        let place = message.pointee.lookup[Int(number)]
        return place == 0 ? nil : message.pointee.fields + Int(place &- 1)
    }

    @inline(never)
    private static func farField(
        _ number: UInt32,
        of message: UnsafeMutablePointer<Message>
    ) -> UnsafeMutablePointer<Field>? {
        let fields = message.pointee.fields
        let count = message.pointee.fieldCount
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if fields[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < count && fields[low].number == number ? fields + low : nil
    }
}

extension DecodingPlan {
    /// Collects the types first, so that a message may name one that comes later, or itself.
    private struct Builder {
        let opaque: Set<String>
        private(set) var messageTypes: [MessageType] = []
        private(set) var enumDescriptions: [EnumDescription] = []
        private(set) var messageIndices: [MessageType: Int32] = [:]
        private var enumIndices: [EnumDescription: Int32] = [:]
        private var slots: [[FieldSlot]] = []

        init(opaque: Set<String>) { self.opaque = opaque }

        /// A type and those that it holds, however deep: a list instead of a recursion.
        mutating func collect(_ root: MessageType) {
            var next = self.messageTypes.count
            self.add(root)
            while next < self.messageTypes.count {
                for slot in self.slots[next] where !self.isOpaque(slot, inMessage: next) {
                    switch slot.kind {
                    case .message(let child): self.add(child)
                    case .enumeration(let description) where self.enumIndices[description] == nil:
                        self.enumIndices[description] = Int32(self.enumDescriptions.count)
                        self.enumDescriptions.append(description)
                    default: break
                    }
                }
                next += 1
            }
        }

        private mutating func add(_ type: MessageType) {
            guard self.messageIndices[type] == nil else { return }
            self.messageIndices[type] = Int32(self.messageTypes.count)
            self.messageTypes.append(type)
            // By number, each number once.
            var known: Set<UInt32> = []
            self.slots.append(
                type.fields.sorted { $0.number < $1.number }
                    .filter { Self.value($0.kind) != nil && known.insert($0.number).inserted }
            )
        }

        private func isOpaque(_ slot: FieldSlot, inMessage index: Int) -> Bool {
            index == 0 && self.opaque.contains(slot.name)
        }

        func message(_ index: Int) -> Message {
            let type = self.messageTypes[index]
            let slots = self.slots[index]
            let lookupCount = min((slots.last?.number ?? 0) &+ 1, DecodingPlan.lookupLimit)
            var message = Message(
                size: type.size,
                image: type.emptyInstance.address,
                fields: .allocate(capacity: slots.count + 1),
                fieldCount: slots.count,
                lookup: .allocate(capacity: Int(lookupCount)),
                lookupCount: lookupCount,
                index: Int32(index)
            )
            message.lookup.initialize(repeating: 0, count: Int(lookupCount))
            for (place, slot) in slots.enumerated() {
                var field = self.field(slot, isOpaque: self.isOpaque(slot, inMessage: index))
                if slot.label == .required {
                    field.required = Int32(message.requiredCount)
                    message.requiredCount += 1
                }
                // At most one field for each number below the limit: the index fits.
                if slot.number < lookupCount { message.lookup[Int(slot.number)] = UInt16(place + 1) }
                (message.fields + place).initialize(to: field)
            }
            (message.fields + slots.count).initialize(to: Field())
            return message
        }

        private func field(_ slot: FieldSlot, isOpaque: Bool) -> Field {
            var field = Field()
            field.number = slot.number
            field.offset = Int32(truncatingIfNeeded: slot.offset)
            field.quantifier = Int32(truncatingIfNeeded: slot.quantifierOffset)
            field.label = slot.label
            field.hasFlag = slot.hasFlag
            field.value = Self.value(slot.kind) ?? .bytes
            field.action = isOpaque ? .opaque : Self.action(field)
            switch slot.kind {
            case .message(let child): field.child = self.messageIndices[child] ?? 0
            case .enumeration(let description): field.child = self.enumIndices[description] ?? 0
            default: break
            }
            let tag = slot.number << 3 | UInt32(field.value.wireType)
            if tag < 1 << 7 {
                (field.tag, field.tagMask, field.tagLength) = (UInt16(tag), 0xFF, 1)
            } else if tag < 1 << 14 {
                (field.tag, field.tagMask, field.tagLength) = (UInt16(tag & 0x7F | 0x80 | (tag >> 7) << 8), .max, 2)
            }
            return field
        }

        private static func action(_ field: Field) -> Action {
            switch (field.value, field.label) {
            case (.bool, .optional) where field.hasFlag && field.offset == field.quantifier + 4 && Self.isLittleEndian:
                .optionalBool
            case (.int32, .optional) where field.hasFlag: .optionalInt32
            case (.int64, .optional) where field.hasFlag: .optionalInt64
            case (.enumeration, .optional) where field.hasFlag: .optionalEnumeration
            case (.string, .optional): .optionalString
            case (.message, .optional), (.message, .implicit): .message
            case (.message, .oneofMember): .member
            case (.message, .repeated): .entry
            default: .other
            }
        }

        private static var isLittleEndian: Bool { 1.littleEndian == 1 }

        /// `nil` for a type that the contract does not use.
        private static func value(_ kind: FieldSlot.Kind) -> Value? {
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
}
