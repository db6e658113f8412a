//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdJSON
internal import GrantdSchema

/// A JSON document under way: members stand in the order in which they were put.
indirect enum JSONNode {
    case object([(name: String, value: JSONNode)])
    case list([JSONNode])
    case text(String)
    case number(Int64)
    case bool(Bool)

    /// Texts in a list.
    static func texts(_ texts: some Sequence<String>) -> JSONNode { .list(texts.map { .text($0) }) }

    /// Writes the document on one line.
    func write(into writer: ByteWriter) {
        switch self {
        case .object(let members):
            writer.write("{")
            for (index, member) in members.enumerated() {
                if index > 0 { writer.write(",") }
                JSONText.write(member.name, into: writer)
                writer.write(":")
                member.value.write(into: writer)
            }
            writer.write("}")
        case .list(let entries):
            writer.write("[")
            for (index, entry) in entries.enumerated() {
                if index > 0 { writer.write(",") }
                entry.write(into: writer)
            }
            writer.write("]")
        case .text(let text): JSONText.write(text, into: writer)
        case .number(let number):
            for byte in String(number).utf8 { writer.write(byte: byte) }
        case .bool(let value): writer.write(value ? "true" : "false")
        }
    }
}
