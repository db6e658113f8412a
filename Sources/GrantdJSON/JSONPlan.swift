//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
package import GrantdSchema

/// Messages as JSON reads and writes them, planned once from their types: name to field by a hash table, number to field by
/// order, and what stands around a value ready to be copied.
///
/// Names are the .proto's (`amount_fen`), and when reading also protobuf JSON's own (`amountFen`).
package final class JSONPlan: @unchecked Sendable {
    // Unchecked: what the pointers point at is written to in the initialiser only.

    /// A message of the plan that a text or bytes may be.
    package struct Root: Sendable, BitwiseCopyable {
        /// In the plan.
        let message: Int
        /// The number of the field whose own fields are named without it in front; 0 for none.
        let transparentField: UInt32
        /// The number of the list whose entries stand for themselves: one that does not fit spoils no other; 0 for none.
        var separateList: UInt32 = 0
        /// As ``transparentField``, of such an entry.
        var transparentEntryField: UInt32 = 0
    }

    /// What a field's value is.
    enum Value: UInt8 {
        case bool
        case int32
        case int64
        case enumeration
        case string
        case bytes
        case message

        /// How such a value is laid out on the wire, by protobuf's number.
        var wireType: UInt32 {
            switch self {
            case .bool, .int32, .int64, .enumeration: 0
            case .string, .bytes, .message: 2
            }
        }
    }

    /// Bytes in the plan's memory.
    struct Text: BitwiseCopyable {
        var start: UnsafePointer<UInt8>
        var count: Int

        @inline(__always)
        func equals(_ other: UnsafePointer<UInt8>, count: Int) -> Bool {
            self.count == count && memcmp(self.start, other, count) == 0
        }

        var string: String {
            String(decoding: UnsafeBufferPointer(start: self.start, count: self.count), as: UTF8.self)
        }
    }

    /// One field.
    struct Field: BitwiseCopyable {
        var number: UInt32
        var value: Value
        var isRepeated: Bool
        /// The message's or the enum's place in the plan.
        var child = 0
        /// Among the message's oneofs, from 1; 0 for a field of none.
        var oneof = 0
        /// As in the .proto.
        var name: Text
        /// `,"amount_fen": `, whose first byte is left out in front of an object's first member, and whose last one where JSON
        /// is not to be indented.
        var key: Text
    }

    /// A name and the field that it names.
    struct Entry: BitwiseCopyable {
        var name: Text?
        var hash: UInt64
        var field: Int
    }

    /// One message.
    struct Message: BitwiseCopyable {
        /// By number.
        var fields: UnsafeMutablePointer<Field>
        var fieldCount: Int
        /// A power of two, at most half of them taken; the place of a name is the first free one from its hash on.
        var table: UnsafeMutablePointer<Entry>
        var tableMask: Int
        var oneofCount: Int
        /// Words of 64 bits with a bit for each field.
        var fieldWords: Int
        /// With a word for each oneof behind them.
        var words: Int { self.fieldWords + self.oneofCount }
    }

    /// A value of an enum.
    struct EnumValue: BitwiseCopyable {
        var number: Int32
        var name: Text
        /// `"ENTERPRISE"`
        var quoted: Text
    }

    /// An enum, by number.
    struct Enumeration: BitwiseCopyable {
        var values: UnsafeMutablePointer<EnumValue>
        var count: Int
    }

    /// Deeper messages are refused, as by the decoder of the wire.
    static let maximumDepth = 16

    let messages: UnsafeMutablePointer<Message>
    let enumerations: UnsafeMutablePointer<Enumeration>
    let messageTypes: [MessageType]
    let enumDescriptions: [EnumDescription]
    /// The most words of any message.
    let words: Int
    private let names: UnsafeMutablePointer<UInt8>
    private let indices: [MessageType: Int]
    private let namedIndices: [String: Int]

    /// - Parameter roots: The outermost messages; what they hold is planned with them. Fields of kinds that the contract does
    ///   not use have no place in a plan.
    package init(_ roots: [MessageType]) {
        var builder = JSONPlanBuilder()
        for root in roots { builder.collect(root) }
        self.messageTypes = builder.messageTypes
        self.enumDescriptions = builder.enumDescriptions
        self.indices = builder.messageIndices
        self.namedIndices = Dictionary(builder.messageIndices.map { ($0.key.name, $0.value) }, uniquingKeysWith: min)
        self.names = .allocate(capacity: max(builder.names.count, 1))
        self.names.initialize(from: builder.names, count: builder.names.count)
        self.messages = .allocate(capacity: max(builder.messageTypes.count, 1))
        self.enumerations = .allocate(capacity: max(builder.enumDescriptions.count, 1))
        var words = 0
        for index in builder.messageTypes.indices {
            let message = builder.message(index, names: self.names)
            (self.messages + index).initialize(to: message)
            words = max(words, message.words)
        }
        for index in builder.enumDescriptions.indices {
            (self.enumerations + index).initialize(to: builder.enumeration(index, names: self.names))
        }
        self.words = words
    }

    deinit {
        for index in self.messageTypes.indices {
            self.messages[index].fields.deallocate()
            self.messages[index].table.deallocate()
        }
        for index in self.enumDescriptions.indices { self.enumerations[index].values.deallocate() }
        self.messages.deallocate()
        self.enumerations.deallocate()
        self.names.deallocate()
    }

    /// A message that a text or bytes may be, `nil` where the plan does not have it.
    ///
    /// - Parameters:
    ///   - type: The message.
    ///   - transparent: A field of it whose own fields are named without it in front: the `application` of a request.
    package func root(_ type: MessageType, transparent: String? = nil) -> Root? {
        guard let index = self.indices[type] else { return nil }
        return Root(message: index, transparentField: transparent.flatMap { type.field(named: $0)?.number } ?? 0)
    }

    /// A message with a list whose entries stand for themselves, `nil` where the plan does not have it.
    ///
    /// - Parameters:
    ///   - type: The message.
    ///   - list: The list.
    ///   - transparent: A field of an entry whose own fields are named without it in front.
    package func root(_ type: MessageType, separate list: String, transparent: String? = nil) -> Root? {
        guard var root = self.root(type), let field = type.field(named: list) else { return nil }
        root.separateList = field.number
        if let transparent, case .message(let entry) = field.kind {
            root.transparentEntryField = entry.field(named: transparent)?.number ?? 0
        }
        return root
    }

    /// A message that a text or bytes may be, `nil` where the plan does not have it.
    ///
    /// - Parameter name: Full: `grantd.v1.Assessment`.
    package func root(named name: String) -> Root? {
        self.namedIndices[name].map { Root(message: $0, transparentField: 0) }
    }

    /// The oneof that a field is a member of, `nil` where its name is not known.
    func oneof(ofField number: UInt32, inMessage index: Int) -> String? {
        let type = self.messageTypes[index]
        return type.fields.first { $0.number == number }.flatMap { type.oneof(of: $0)?.name }
    }

    /// Not kept anywhere: it may be another with the next version.
    @inline(__always)
    static func hash(_ start: UnsafePointer<UInt8>, count: Int) -> UInt64 {
        let length = UInt64(truncatingIfNeeded: count)
        if count >= 8 {
            // The first, the middle and the last eight bytes.
            let bytes = UnsafeRawPointer(start)
            let first = bytes.loadUnaligned(as: UInt64.self)
            let middle = bytes.loadUnaligned(fromByteOffset: (count &- 8) / 2, as: UInt64.self)
            let last = bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            return self.mixed(self.mixed(self.mixed(length ^ first) ^ middle) ^ last)
        }
        var word = length
        var index = 0
        while index < count {
            word = word << 8 | UInt64(start[index])
            index &+= 1
        }
        return self.mixed(word)
    }

    @inline(__always)
    private static func mixed(_ word: UInt64) -> UInt64 {
        let product = word &* 0x9E37_79B9_7F4A_7C15
        return product ^ product >> 29
    }
}

extension JSONPlan.Message {
    /// The place of a field by its name, `nil` where there is none.
    ///
    /// - Parameter expected: Where it probably is: writers keep to the order of the numbers more often than not.
    @inline(__always)
    func field(_ name: UnsafePointer<UInt8>, count: Int, expected: Int) -> Int? {
        if expected < self.fieldCount, self.fields[expected].name.equals(name, count: count) { return expected }
        let hash = JSONPlan.hash(name, count: count)
        var place = Int(truncatingIfNeeded: hash) & self.tableMask
        while let candidate = self.table[place].name {
            if self.table[place].hash == hash, candidate.equals(name, count: count) { return self.table[place].field }
            place = (place &+ 1) & self.tableMask
        }
        return nil
    }
}

extension JSONPlan.Enumeration {
    /// `nil` where there is no such value.
    func value(named name: UnsafePointer<UInt8>, count: Int) -> Int32? {
        for index in 0..<self.count where self.values[index].name.equals(name, count: count) {
            return self.values[index].number
        }
        return nil
    }

    /// `nil` where there is no such value.
    func value(of number: Int64) -> UnsafePointer<JSONPlan.EnumValue>? {
        for index in 0..<self.count where Int64(self.values[index].number) == number {
            return UnsafePointer(self.values + index)
        }
        return nil
    }
}
