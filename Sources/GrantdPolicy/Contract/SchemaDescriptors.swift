//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema

/// The serialized `google.protobuf.FileDescriptorSet` of all that is loaded: the contract, and the facts of the programmes
/// as members of `Application.facts`, imports first, with comments.
struct SchemaDescriptors {
    /// Field numbers of `google/protobuf/descriptor.proto`.
    private enum Number {
        static let file: UInt32 = 1
        enum File {
            static let name: UInt32 = 1
            static let package: UInt32 = 2
            static let dependency: UInt32 = 3
            static let messageType: UInt32 = 4
            static let options: UInt32 = 8
            static let sourceCodeInfo: UInt32 = 9
        }
        enum Options {
            static let javaPackage: UInt32 = 1
            static let javaMultipleFiles: UInt32 = 10
            static let goPackage: UInt32 = 11
            static let swiftPrefix: UInt32 = 39
        }
        enum Message {
            static let name: UInt32 = 1
            static let field: UInt32 = 2
            static let nestedType: UInt32 = 3
            static let enumType: UInt32 = 4
            static let extensionRange: UInt32 = 5
            static let oneof: UInt32 = 8
            static let reservedRange: UInt32 = 9
        }
        enum Field {
            static let name: UInt32 = 1
            static let number: UInt32 = 3
            static let label: UInt32 = 4
            static let type: UInt32 = 5
            static let typeName: UInt32 = 6
            static let oneofIndex: UInt32 = 9
            static let jsonName: UInt32 = 10
        }
        enum Location {
            static let path: UInt32 = 1
            static let span: UInt32 = 2
            static let leadingComments: UInt32 = 3
        }
    }

    private static let applicationFile = "grantd/v1/application.proto"

    /// The set of the contract with the facts of these programmes.
    static func make(_ schemas: [FactsSchema]) -> [UInt8] {
        let schemas = schemas.filter { !$0.members.isEmpty }
        var set = MessageBytes()
        for file in self.parts(ContractSchema.fileDescriptorSet) where file.number == Number.file {
            guard self.name(of: file.value) == self.applicationFile else {
                set.add(Array(file.value), field: Number.file)
                continue
            }
            for schema in schemas { set.add(self.factsFile(schema), field: Number.file) }
            set.add(self.applicationFile(file.value, schemas), field: Number.file)
        }
        return set.bytes
    }

    // MARK: - application.proto

    private static func applicationFile(_ bare: UnsafeRawBufferPointer, _ schemas: [FactsSchema]) -> MessageBytes {
        var file = MessageBytes()
        for part in self.parts(bare) {
            if part.number == Number.File.messageType, self.name(of: part.value) == "Application" {
                file.add(self.application(part.value, schemas), field: Number.File.messageType)
            } else {
                file.add(raw: part)
            }
            if part.number == Number.File.package {
                for schema in schemas { file.add(schema.protoPath, field: Number.File.dependency) }
            }
        }
        return file
    }

    private static func application(_ bare: UnsafeRawBufferPointer, _ schemas: [FactsSchema]) -> MessageBytes {
        var message = MessageBytes()
        for part in self.parts(bare) where part.number != Number.Message.extensionRange { message.add(raw: part) }
        let members = schemas.flatMap(\.members)
        for member in members {
            var field = MessageBytes()
            field.add(member.name, field: Number.Field.name)
            field.add(varint: UInt64(member.number), field: Number.Field.number)
            field.add(varint: 1, field: Number.Field.label)
            field.add(varint: 11, field: Number.Field.type)
            field.add("." + member.messageName, field: Number.Field.typeName)
            field.add(varint: 0, field: Number.Field.oneofIndex)
            field.add(self.jsonName(member.name), field: Number.Field.jsonName)
            message.add(field, field: Number.Message.field)
        }
        if !members.isEmpty {
            var oneof = MessageBytes()
            oneof.add("facts", field: 1)
            message.add(oneof, field: Number.Message.oneof)
        }
        let reserved = FactsSchema.reservedMembers(of: schemas)
        for range in ExtensionRanges.around(members.map(\.number) + reserved) {
            var bytes = MessageBytes()
            bytes.add(varint: UInt64(range.lowerBound), field: 1)
            bytes.add(varint: UInt64(range.upperBound), field: 2)
            message.add(bytes, field: Number.Message.extensionRange)
        }
        self.add(reserved: reserved, to: &message)
        return message
    }

    private static func add(reserved numbers: [UInt32], to message: inout MessageBytes) {
        for number in numbers {
            var range = MessageBytes()
            range.add(varint: UInt64(number), field: 1)
            range.add(varint: UInt64(number) + 1, field: 2)
            message.add(range, field: Number.Message.reservedRange)
        }
    }

    // MARK: - facts

    private static func factsFile(_ schema: FactsSchema) -> MessageBytes {
        var file = MessageBytes()
        file.add(schema.protoPath, field: Number.File.name)
        file.add(schema.package, field: Number.File.package)
        var comments: [(path: [UInt64], text: String)] = []
        for (index, message) in schema.messages.enumerated() {
            let path = [UInt64(Number.File.messageType), UInt64(index)]
            file.add(self.message(message, schema, path, &comments), field: Number.File.messageType)
        }
        let options = ProtoOptions(package: schema.package)
        var bytes = MessageBytes()
        bytes.add(options.javaPackage, field: Number.Options.javaPackage)
        bytes.add(varint: 1, field: Number.Options.javaMultipleFiles)
        bytes.add(options.goPackage, field: Number.Options.goPackage)
        bytes.add(options.swiftPrefix, field: Number.Options.swiftPrefix)
        file.add(bytes, field: Number.File.options)
        var info = MessageBytes()
        for (line, comment) in comments.enumerated() {
            var location = MessageBytes()
            location.add(packed: comment.path, field: Number.Location.path)
            // A place in a text that nobody has written: a line each, so that their order is kept.
            location.add(packed: [UInt64(line), 0, 0], field: Number.Location.span)
            location.add(" " + comment.text + "\n", field: Number.Location.leadingComments)
            info.add(location, field: 1)
        }
        file.add(info, field: Number.File.sourceCodeInfo)
        return file
    }

    private static func message(
        _ message: FactsSchema.Message,
        _ schema: FactsSchema,
        _ path: [UInt64],
        _ comments: inout [(path: [UInt64], text: String)]
    ) -> MessageBytes {
        var bytes = MessageBytes()
        bytes.add(message.name, field: Number.Message.name)
        if let text = ProtoComments.text(of: message, in: schema) { comments.append((path, text)) }
        for (index, field) in message.fields.enumerated() {
            bytes.add(self.field(field), field: Number.Message.field)
            if let text = ProtoComments.text(of: field) {
                comments.append((path + [UInt64(Number.Message.field), UInt64(index)], text))
            }
        }
        var wrappers: [String] = []
        for enumeration in message.enumerations where enumeration.path.contains(".") {
            let outer = String(enumeration.path.prefix { $0 != "." })
            if !wrappers.contains(outer) { wrappers.append(outer) }
        }
        for (index, nested) in message.messages.enumerated() {
            let inner = path + [UInt64(Number.Message.nestedType), UInt64(index)]
            bytes.add(self.message(nested, schema, inner, &comments), field: Number.Message.nestedType)
        }
        for (index, outer) in wrappers.enumerated() {
            let inner = path + [UInt64(Number.Message.nestedType), UInt64(message.messages.count + index)]
            var wrapper = MessageBytes()
            wrapper.add(outer, field: Number.Message.name)
            let own = message.enumerations.filter { $0.path.hasPrefix(outer + ".") }
            for (place, enumeration) in own.enumerated() {
                let name = String(enumeration.path.dropFirst(outer.count + 1))
                let at = inner + [UInt64(Number.Message.enumType), UInt64(place)]
                wrapper.add(self.enumeration(enumeration, name, at, &comments), field: Number.Message.enumType)
            }
            bytes.add(wrapper, field: Number.Message.nestedType)
        }
        let own = message.enumerations.filter { !$0.path.contains(".") }
        for (index, enumeration) in own.enumerated() {
            let at = path + [UInt64(Number.Message.enumType), UInt64(index)]
            bytes.add(self.enumeration(enumeration, enumeration.path, at, &comments), field: Number.Message.enumType)
        }
        self.add(reserved: message.reserved, to: &bytes)
        return bytes
    }

    private static func field(_ field: FactsSchema.Field) -> MessageBytes {
        var bytes = MessageBytes()
        let (type, name): (UInt64, String?) =
            switch field.type {
            case .bool: (8, nil)
            case .int32: (5, nil)
            case .int64: (3, nil)
            case .text, .date: (9, nil)
            case .enumeration(let name), .enumerations(let name): (14, name)
            case .entries(let name): (11, name)
            }
        bytes.add(field.name, field: Number.Field.name)
        bytes.add(varint: UInt64(field.number), field: Number.Field.number)
        bytes.add(varint: field.type.isList ? 3 : 1, field: Number.Field.label)
        bytes.add(varint: type, field: Number.Field.type)
        if let name { bytes.add("." + name, field: Number.Field.typeName) }
        bytes.add(self.jsonName(field.name), field: Number.Field.jsonName)
        return bytes
    }

    private static func enumeration(
        _ enumeration: FactsSchema.Enumeration,
        _ name: String,
        _ path: [UInt64],
        _ comments: inout [(path: [UInt64], text: String)]
    ) -> MessageBytes {
        var bytes = MessageBytes()
        bytes.add(name, field: 1)
        for (index, value) in enumeration.values.enumerated() {
            var entry = MessageBytes()
            entry.add(value.name, field: 1)
            entry.add(varint: UInt64(value.number), field: 2)
            bytes.add(entry, field: 2)
            comments.append((path + [2, UInt64(index)], ProtoComments.text(of: value)))
        }
        return bytes
    }

    /// The name of a field in protobuf's own JSON: `investmentFen`.
    private static func jsonName(_ name: String) -> String {
        var text = ""
        var isCapital = false
        for character in name {
            if character == "_" {
                isCapital = true
            } else {
                text += isCapital ? character.uppercased() : String(character)
                isCapital = false
            }
        }
        return text
    }

    // MARK: - Reading

    /// One field of a message, encoded.
    struct Part {
        let number: UInt32
        /// Of a field with a length: what is in it; empty for others.
        let value: UnsafeRawBufferPointer
        /// The whole field, its tag included.
        let whole: UnsafeRawBufferPointer
    }

    private static func parts(_ bytes: UnsafeRawBufferPointer) -> [Part] {
        var parts: [Part] = []
        var reader = WireReader(bytes)
        while !reader.isAtEnd {
            let start = reader.cursor
            guard let tag = reader.tag() else { return parts }
            var value = UnsafeRawBufferPointer(start: nil, count: 0)
            if tag.wireType == 2 {
                guard let inner = reader.lengthDelimited() else { return parts }
                value = inner.bytes
            } else if !reader.skip(wireType: tag.wireType) {
                return parts
            }
            let whole = UnsafeRawBufferPointer(start: start, count: reader.cursor - start)
            parts.append(Part(number: tag.field, value: value, whole: whole))
        }
        return parts
    }

    /// Field 1 of a file or a message.
    private static func name(of bytes: UnsafeRawBufferPointer) -> String {
        self.parts(bytes).first { $0.number == 1 }.map { String(decoding: $0.value, as: UTF8.self) } ?? ""
    }
}

extension FactsSchema.FieldType {
    var isList: Bool {
        switch self {
        case .enumerations, .entries: true
        default: false
        }
    }
}

extension MessageBytes {
    /// A field as it is encoded already.
    fileprivate mutating func add(raw part: SchemaDescriptors.Part) { self.append(part.whole) }

    /// A list of numbers in one piece.
    fileprivate mutating func add(packed values: [UInt64], field: UInt32) {
        var inner = MessageBytes()
        for value in values { inner.append(varint: value) }
        self.add(inner, field: field)
    }
}

/// The parts of the range that agencies' own members lie in, without the members that stand in the oneof and those that are gone.
enum ExtensionRanges {
    /// Half open, by number: `10000..<10001`, ….
    static func around(_ taken: [UInt32]) -> [Range<UInt32>] {
        let end = UInt32(FactsChecker.largestNumber) + 1
        var ranges: [Range<UInt32>] = []
        var start = UInt32(FactsChecker.firstOwnNumber)
        for number in taken.sorted() where number >= start {
            if number > start { ranges.append(start..<number) }
            start = number + 1
        }
        if start < end { ranges.append(start..<end) }
        return ranges
    }
}
