//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
package import GrantdSchema

/// Messages of the contract as JSON values, by protobuf-c's descriptors: names as in the .proto, enum values by name.
///
/// Unlike a protobuf library it lets a request be malformed: an enum's number that does not exist and two members of a
/// oneof go on the wire as they are.
package enum JSONMessage {
    /// What keeps a JSON value from becoming a message at all.
    package struct Fault: Error {
        /// The place, as in an error of a call.
        package let path: String
        package let reason: String
    }

    // MARK: - To bytes

    /// Encodes a JSON object as a message.
    package static func encode(
        _ object: [String: Any],
        as type: MessageType,
        path: String = ""
    ) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        let fields = type.fields
        // The order of the keys does not matter; one order makes one run like another.
        for (key, value) in object.sorted(by: { $0.key < $1.key }) where !(value is NSNull) {
            let place = path.isEmpty ? key : path + "." + key
            guard let field = fields.first(where: { $0.name == key }) else {
                throw Fault(path: place, reason: "\(type.name) has no such field")
            }
            if field.label == .repeated {
                guard let list = value as? [Any] else { throw Fault(path: place, reason: "a list is wanted") }
                for (index, entry) in list.enumerated() {
                    bytes += try self.encode(entry, field, "\(place)[\(index)]")
                }
            } else {
                bytes += try self.encode(value, field, place)
            }
        }
        return bytes
    }

    private static func encode(_ value: Any, _ field: FieldSlot, _ path: String) throws(Fault) -> [UInt8] {
        switch field.kind {
        case .bool:
            guard let number = value as? NSNumber else { throw Fault(path: path, reason: "a bool is wanted") }
            return self.number(number.boolValue ? 1 : 0, field)
        case .int32, .int64:
            guard let number = self.integer(value) else { throw Fault(path: path, reason: "a whole number is wanted") }
            return self.number(number, field)
        case .enumeration(let type):
            if let name = value as? String {
                guard let known = type.values.first(where: { $0.name == name }) else {
                    throw Fault(path: path, reason: "\(type.name) has no such name")
                }
                return self.number(Int64(known.number), field)
            }
            guard let number = self.integer(value) else { throw Fault(path: path, reason: "a name is wanted") }
            return self.number(number, field)
        case .string:
            guard let text = value as? String else { throw Fault(path: path, reason: "a text is wanted") }
            return self.bytes([UInt8](text.utf8), field)
        case .message(let type):
            guard let object = value as? [String: Any] else { throw Fault(path: path, reason: "an object is wanted") }
            // Paths are relative to the application.
            return self.bytes(try self.encode(object, as: type, path: path == "application" ? "" : path), field)
        case .bytes, .other:
            throw Fault(path: path, reason: "no such type in a case")
        }
    }

    private static func integer(_ value: Any) -> Int64? {
        if let text = value as? String { return Int64(text) }
        return (value as? NSNumber)?.int64Value
    }

    private static func number(_ value: Int64, _ field: FieldSlot) -> [UInt8] {
        var message = MessageBytes()
        message.add(varint: UInt64(bitPattern: value), field: field.number)
        return message.bytes
    }

    private static func bytes(_ value: [UInt8], _ field: FieldSlot) -> [UInt8] {
        var message = MessageBytes()
        message.add(value, field: field.number)
        return message.bytes
    }

    // MARK: - From bytes

    /// Decodes a message to a JSON object; `nil` where the bytes are none. Whole numbers are `Int64`.
    package static func decode(_ bytes: UnsafeRawBufferPointer, as type: MessageType) -> [String: Any]? {
        let arena = Arena()
        return type.unpack(bytes, into: arena).map { self.decode($0, type) }
    }

    /// A decoded message as a JSON object.
    package static func decode(_ view: MessageView, _ type: MessageType) -> [String: Any] {
        var object: [String: Any] = [:]
        for field in type.fields {
            if field.label == .repeated {
                switch field.kind {
                case .message(let entry):
                    object[field.name] = view.messages(field).map { self.decode(MessageView($0), entry) }
                case .enumeration(let type):
                    object[field.name] = self.entries(view, field, of: Int32.self).map { number in
                        type.values.first { $0.number == number }?.name
                    }
                case .string:
                    object[field.name] = self.entries(view, field, of: UnsafePointer<CChar>.self).map {
                        String(cString: $0)
                    }
                case .bool, .int32, .int64, .bytes, .other:
                    preconditionFailure("\(field.name): the contract has no such lists")
                }
                continue
            }
            guard view.has(field) else { continue }
            switch field.kind {
            case .bool: object[field.name] = view.bool(field)
            case .int32: object[field.name] = view.int32(field).map { Int64($0) }
            case .int64: object[field.name] = view.int64(field)
            case .enumeration(let type):
                let number = view.int32(field)
                object[field.name] = type.values.first { $0.number == number }?.name
            case .string: object[field.name] = view.cString(field).map { String(cString: $0) }
            case .message(let inner): object[field.name] = view.message(field).map { self.decode($0, inner) }
            case .bytes, .other: continue
            }
        }
        return object
    }

    /// A list of what is no message.
    private static func entries<Entry>(
        _ view: MessageView,
        _ field: FieldSlot,
        of: Entry.Type
    ) -> UnsafeBufferPointer<Entry> {
        let start = view.address.load(fromByteOffset: field.offset, as: UnsafePointer<Entry>?.self)
        return UnsafeBufferPointer(start: start, count: start == nil ? 0 : view.count(field))
    }
}
