//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Writes the contract's .proto files from the programmes: `application.proto` with the members of `facts`, and a file of
/// facts for each programme. What protoc makes of them is what the daemon describes itself by.
package enum ProtoFiles {
    /// A file and its path below the folder of all: `grantd/v1/facts/medical_device.proto`.
    package typealias File = (path: String, text: String)

    /// The contract with all members in the oneof.
    package static func contract(_ schemas: [FactsSchema]) -> [File] {
        let schemas = schemas.filter { !$0.members.isEmpty }
        let facts = schemas.map { (path: $0.protoPath, text: ProtoText.facts($0)) }
        return [(path: "grantd/v1/application.proto", text: self.application(schemas))] + facts
    }

    /// The facts of programmes, and an extension of `Application` for each member: for clients whose library brings the
    /// contract along. The bytes are those of the member in the oneof.
    ///
    /// - Throws: Where a programme has members of the contract's own: these are no extensions.
    package static func extensions(_ schemas: [FactsSchema]) throws(ExtensionError) -> [File] {
        var files: [File] = []
        for schema in schemas {
            if let member = schema.members.first(where: { $0.number < FactsChecker.firstOwnNumber }) {
                throw ExtensionError(member: member.name, number: member.number)
            }
            let name = Identifier.member(ofMeasure: schema.programme)
            let folder = schema.package.replacing(".", with: "/")
            files += [
                (path: schema.protoPath, text: ProtoText.facts(schema)),
                (path: "\(folder)/\(name)_extension.proto", text: ProtoText.extension(of: schema)),
            ]
        }
        return files
    }

    /// A member of the contract's own that was to be an extension.
    package struct ExtensionError: Error {
        package let member: String
        package let number: UInt32

        package var message: Text {
            Text(
                zh: "\(self.member)（编号 \(self.number)）已在接口契约的 oneof 中，不能再作为扩展",
                en: "\(self.member), number \(self.number), stands in the contract's oneof and cannot be an extension"
            )
        }
    }

    private static func application(_ schemas: [FactsSchema]) -> String {
        let imports = schemas.map { "import \"\($0.protoPath)\";" }.sorted().joined(separator: "\n")
        var members: [String] = []
        let byNumber = schemas.sorted { ($0.members.map(\.number).min() ?? 0) < ($1.members.map(\.number).min() ?? 0) }
        for schema in byNumber {
            members.append("    // Programme \(schema.programme).")
            for member in schema.members.sorted(by: { $0.number < $1.number }) {
                let type =
                    schema.package == FactsSchema.contractPackage
                    ? String(member.messageName.dropFirst(schema.package.count + 1)) : ".\(member.messageName)"
                members.append("    \(type) \(member.name) = \(member.number);")
            }
        }
        let reserved = FactsSchema.reservedMembers(of: schemas)
        let ranges = ExtensionRanges.around(schemas.flatMap(\.members).map(\.number) + reserved).map { range in
            let last = Int(range.upperBound) - 1
            if last == Int(FactsChecker.largestNumber) { return "\(range.lowerBound) to max" }
            return last == Int(range.lowerBound) ? "\(last)" : "\(range.lowerBound) to \(last)"
        }
        let gone =
            reserved.isEmpty
            ? ""
            : "  // The members of measures that are gone.\n  reserved "
                + reserved.map(String.init).joined(separator: ", ") + ";\n\n"
        let oneof =
            members.isEmpty
            ? ""
            : "  // The facts of exactly one measure. An unset fact inside is not known.\n  oneof facts {\n"
                + members.joined(separator: "\n") + "\n  }\n\n"
        let tail =
            oneof + gone
            + "  // The facts of measures that are not part of this contract: agencies' own, added to a daemon as it runs. Each is an\n"
            + "  // optional message, and counts as a member of `facts`.\n"
            + "  extensions \(ranges.joined(separator: ", "));"
        return BuiltInFiles.applicationProto
            .replacing("// @imports", with: imports)
            .replacing("  // @members", with: tail)
            .replacing("\n\n\n", with: "\n\n")
    }
}

/// The text of one .proto file.
private struct ProtoText {
    private var lines: [String] = []
    private let schema: FactsSchema
    private static let width = 120

    static func facts(_ schema: FactsSchema) -> String {
        var text = ProtoText(schema: schema)
        text.head(what: "The facts of the measures of programme")
        text.options()
        for message in schema.messages {
            text.lines.append("")
            text.message(message, "")
        }
        return text.lines.joined(separator: "\n") + "\n"
    }

    static func `extension`(of schema: FactsSchema) -> String {
        var text = ProtoText(schema: schema)
        text.head(
            what: "Members of Application for the measures of programme",
            then: [
                "import \"\(schema.protoPath)\";", "import \"grantd/v1/application.proto\";",
            ]
        )
        text.options()
        text.lines += ["", "extend grantd.v1.Application {"]
        for member in schema.members {
            if let title = member.title { text.comment("\(title.en) (\(title.zh)).", "  ") }
            text.lines.append("  optional .\(member.messageName) \(member.name) = \(member.number);")
        }
        text.lines.append("}")
        return text.lines.joined(separator: "\n") + "\n"
    }

    private init(schema: FactsSchema) { self.schema = schema }

    private mutating func head(what: String, then imports: [String] = []) {
        let document = [self.schema.documentNumber, self.schema.title?.en].compactMap { $0 }.joined(separator: ", ")
        self.comment("\(what) \(self.schema.programme)\(document.isEmpty ? "" : ": \(document)").", "")
        self.comment(
            "Written by `grantctl policy proto` from the programme's file: change that, and write this anew.",
            ""
        )
        self.comment("A field that is unset is not known.", "")
        self.lines += ["syntax = \"proto2\";", "", "package \(self.schema.package);"]
        if !imports.isEmpty { self.lines += [""] + imports }
    }

    private mutating func options() {
        let options = ProtoOptions(package: self.schema.package)
        self.lines += [
            "",
            "option java_multiple_files = true;",
            "option java_package = \"\(options.javaPackage)\";",
            "option go_package = \"\(options.goPackage)\";",
            "option swift_prefix = \"\(options.swiftPrefix)\";",
        ]
    }

    private mutating func message(_ message: FactsSchema.Message, _ indent: String) {
        if let text = ProtoComments.text(of: message, in: self.schema) { self.comment(text, indent) }
        self.lines.append("\(indent)message \(message.name) {")
        let inner = indent + "  "
        for nested in message.messages { self.message(nested, inner) }
        var wrappers: [String] = []
        for enumeration in message.enumerations where enumeration.path.contains(".") {
            let outer = String(enumeration.path.prefix { $0 != "." })
            if !wrappers.contains(outer) { wrappers.append(outer) }
        }
        for outer in wrappers {
            self.lines.append("\(inner)message \(outer) {")
            for enumeration in message.enumerations where enumeration.path.hasPrefix(outer + ".") {
                self.enumeration(enumeration, String(enumeration.path.dropFirst(outer.count + 1)), inner + "  ")
            }
            self.lines.append("\(inner)}")
        }
        for enumeration in message.enumerations where !enumeration.path.contains(".") {
            self.enumeration(enumeration, enumeration.path, inner)
        }
        if !message.reserved.isEmpty {
            self.lines.append("\(inner)reserved \(message.reserved.map(String.init).joined(separator: ", "));")
        }
        for field in message.fields {
            if let text = ProtoComments.text(of: field) { self.comment(text, inner) }
            let label = field.type.isList ? "repeated" : "optional"
            self.lines.append("\(inner)\(label) \(self.name(of: field.type)) \(field.name) = \(field.number);")
        }
        self.lines.append("\(indent)}")
    }

    private mutating func enumeration(_ enumeration: FactsSchema.Enumeration, _ name: String, _ indent: String) {
        self.lines.append("\(indent)enum \(name) {")
        for value in enumeration.values {
            self.comment(ProtoComments.text(of: value), indent + "  ")
            self.lines.append("\(indent)  \(value.name) = \(value.number);")
        }
        self.lines.append("\(indent)}")
    }

    private func name(of type: FactsSchema.FieldType) -> String {
        switch type {
        case .bool: "bool"
        case .int32: "int32"
        case .int64: "int64"
        case .text, .date: "string"
        // Full, so that no name nearer by is meant.
        case .enumeration(let name), .enumerations(let name), .entries(let name): ".\(name)"
        }
    }

    /// A comment, folded between words.
    private mutating func comment(_ text: String, _ indent: String) {
        var line = "\(indent)//"
        for word in text.split(separator: " ") {
            if line.count + 1 + word.count > Self.width, line.count > indent.count + 2 {
                self.lines.append(line)
                line = "\(indent)//"
            }
            line += " \(word)"
        }
        self.lines.append(line)
    }
}
