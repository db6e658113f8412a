//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A value of a case file, read from JSON or YAML, and its line.
package struct CaseNode: Sendable {
    package struct Member: Sendable {
        package let name: String
        /// The line of the name, from 1.
        package let line: Int
        package let value: CaseNode
    }

    package indirect enum Content: Sendable {
        case null
        case bool(Bool)
        /// A number as it is written.
        case number(String)
        case text(String)
        case list([CaseNode])
        /// In the file's order; no two have one name.
        case object([Member])
    }

    /// From 1.
    package let line: Int
    package let content: Content

    package init(line: Int, content: Content) {
        self.line = line
        self.content = content
    }

    /// The value of a member; `nil` where there is none, or this is no object.
    package subscript(name: String) -> CaseNode? {
        self.members?.first { $0.name == name }?.value
    }

    package var members: [Member]? { if case .object(let members) = self.content { members } else { nil } }

    package var entries: [CaseNode]? { if case .list(let entries) = self.content { entries } else { nil } }

    package var text: String? { if case .text(let text) = self.content { text } else { nil } }

    package var isNull: Bool { if case .null = self.content { true } else { false } }

    /// The texts of a list of texts; `nil` where it is none.
    package var texts: [String]? {
        guard let entries = self.entries else { return nil }
        let texts = entries.compactMap(\.text)
        return texts.count == entries.count ? texts : nil
    }

    /// A whole number, written as one or as a text, as protobuf JSON has it.
    package var integer: Int64? {
        switch self.content {
        case .number(let digits): Int64(digits) ?? Double(digits).flatMap { Int64(exactly: $0) }
        case .text(let digits): Int64(digits)
        default: nil
        }
    }

    /// The value as JSON, on one line.
    package var json: String {
        var text = ""
        self.write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self.content {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .number(let digits): text += digits
        case .text(let value): Self.write(value, to: &text)
        case .list(let entries):
            text += "["
            for (index, entry) in entries.enumerated() {
                if index > 0 { text += ", " }
                entry.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += ", " }
                Self.write(member.name, to: &text)
                text += ": "
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\0"..<" ", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
