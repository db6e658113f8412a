//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// What a `google.protobuf.FileDescriptorSet` of ours says: messages, enums and methods by their full names, each with its
/// comment. What is not as it should be is left out: the set is our own.
struct SchemaOutline {
    /// The kinds of fields that the contract uses, by protobuf's numbers.
    enum FieldType: UInt64 {
        case int64 = 3
        case int32 = 5
        case bool = 8
        case string = 9
        case message = 11
        case bytes = 12
        case enumeration = 14
    }

    struct Field {
        var name = ""
        var number: UInt64 = 0
        var type = FieldType.string
        var isRepeated = false
        /// Of a message's or an enum's, without the dot in front.
        var typeName = ""
        /// In ``Message/oneofs``.
        var oneof: Int?
        var comment = ""
    }

    struct Message {
        var name = ""
        var fields: [Field] = []
        var oneofs: [String] = []
        var comment = ""
    }

    struct Enumeration {
        var name = ""
        var values: [(name: String, number: Int64, comment: String)] = []
        var comment = ""
    }

    struct Call {
        /// Of the service.
        var service = ""
        var name = ""
        var request = ""
        var reply = ""
        var comment = ""
    }

    private(set) var messages: [String: Message] = [:]
    private(set) var enumerations: [String: Enumeration] = [:]
    private(set) var calls: [Call] = []

    init(_ set: [UInt8]) {
        set.withUnsafeBytes { bytes in
            for part in Part.all(of: WireReader(bytes)) where part.number == 1 {
                if let file = part.bytes { self.take(file: file) }
            }
        }
    }

    // MARK: - Files

    private typealias Comments = [[UInt64]: String]

    private mutating func take(file: WireReader) {
        let parts = Part.all(of: file)
        let scope = Part.text(2, in: parts)
        var comments: Comments = [:]
        for part in parts where part.number == 9 {
            for location in part.parts where location.number == 1 { Self.take(location, into: &comments) }
        }
        var indices: [UInt32: UInt64] = [:]
        for part in parts {
            let index = indices[part.number, default: 0]
            indices[part.number] = index + 1
            let path = [UInt64(part.number), index]
            switch part.number {
            case 4: self.take(message: part, scope: scope, path, comments)
            case 5: self.take(enumeration: part, scope: scope, path, comments)
            case 6: self.take(service: part, scope: scope, path, comments)
            default: break
            }
        }
    }

    private static func take(_ location: Part, into comments: inout Comments) {
        var path: [UInt64] = []
        var comment: String?
        for part in location.parts {
            switch part.number {
            case 1:
                if var numbers = part.bytes {
                    while let number = numbers.varint() { path.append(number) }
                } else {
                    path.append(part.value)
                }
            case 3: comment = part.text
            default: break
            }
        }
        guard let comment else { return }
        // Lines are broken for those who read the .proto.
        let lines = comment.split(whereSeparator: \.isNewline)
        comments[path] = lines.map { String($0.first == " " ? $0.dropFirst() : $0) }.joined(separator: " ")
    }

    private mutating func take(message part: Part, scope: String, _ path: [UInt64], _ comments: Comments) {
        var message = Message()
        message.comment = comments[path] ?? ""
        let parts = part.parts
        message.name = scope + "." + Part.text(1, in: parts)
        var indices: [UInt32: UInt64] = [:]
        for part in parts {
            let index = indices[part.number, default: 0]
            indices[part.number] = index + 1
            let path = path + [UInt64(part.number), index]
            switch part.number {
            case 2:
                if let field = Self.field(part, comments[path] ?? "") { message.fields.append(field) }
            case 3: self.take(message: part, scope: message.name, path, comments)
            case 4: self.take(enumeration: part, scope: message.name, path, comments)
            case 8: message.oneofs.append(Part.text(1, in: part.parts))
            default: break
            }
        }
        message.fields.sort { $0.number < $1.number }
        self.messages[message.name] = message
    }

    private static func field(_ part: Part, _ comment: String) -> Field? {
        var field = Field()
        field.comment = comment
        for part in part.parts {
            switch part.number {
            case 1: field.name = part.text
            case 3: field.number = part.value
            case 4: field.isRepeated = part.value == 3
            case 5:
                guard let type = FieldType(rawValue: part.value) else { return nil }
                field.type = type
            case 6: field.typeName = String(part.text.drop { $0 == "." })
            case 9: field.oneof = Int(exactly: part.value)
            default: break
            }
        }
        return field
    }

    private mutating func take(enumeration part: Part, scope: String, _ path: [UInt64], _ comments: Comments) {
        var enumeration = Enumeration()
        enumeration.comment = comments[path] ?? ""
        var index: UInt64 = 0
        for part in part.parts {
            switch part.number {
            case 1: enumeration.name = scope + "." + part.text
            case 2:
                let value = part.parts
                enumeration.values.append(
                    (
                        Part.text(1, in: value),
                        Int64(bitPattern: value.first { $0.number == 2 }?.value ?? 0),
                        comments[path + [2, index]] ?? ""
                    )
                )
                index += 1
            default: break
            }
        }
        self.enumerations[enumeration.name] = enumeration
    }

    private mutating func take(service part: Part, scope: String, _ path: [UInt64], _ comments: Comments) {
        let parts = part.parts
        let service = scope + "." + Part.text(1, in: parts)
        for (index, part) in parts.filter({ $0.number == 2 }).enumerated() {
            var call = Call()
            call.service = service
            call.comment = comments[path + [2, UInt64(index)]] ?? ""
            for part in part.parts {
                switch part.number {
                case 1: call.name = part.text
                case 2: call.request = String(part.text.drop { $0 == "." })
                case 3: call.reply = String(part.text.drop { $0 == "." })
                default: break
                }
            }
            self.calls.append(call)
        }
    }
}

extension SchemaOutline {
    /// One field of a descriptor on the wire.
    private struct Part {
        let number: UInt32
        /// Of a varint; 0 for others.
        var value: UInt64 = 0
        /// Of what has a length.
        var bytes: WireReader?

        /// Every field, up to where the bytes are no message.
        static func all(of reader: WireReader) -> [Part] {
            var reader = reader
            var parts: [Part] = []
            while let tag = reader.tag() {
                var part = Part(number: tag.field)
                switch tag.wireType {
                case 0:
                    guard let value = reader.varint() else { return parts }
                    part.value = value
                case 2:
                    guard let bytes = reader.lengthDelimited() else { return parts }
                    part.bytes = bytes
                default:
                    guard reader.skip(wireType: tag.wireType) else { return parts }
                }
                parts.append(part)
            }
            return parts
        }

        /// The text of the first field of a number; empty where there is none.
        static func text(_ number: UInt32, in parts: [Part]) -> String {
            parts.first(where: { $0.number == number })?.text ?? ""
        }

        var parts: [Part] { self.bytes.map { Self.all(of: $0) } ?? [] }

        var text: String {
            guard let bytes = self.bytes else { return "" }
            return String(
                decoding: UnsafeBufferPointer(start: bytes.cursor, count: bytes.end - bytes.cursor),
                as: UTF8.self
            )
        }
    }
}
