//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import SwiftProtobuf

/// Answers as protobuf JSON, with the .proto's names.
enum AnswerJSON {
    /// One line.
    ///
    /// - Parameters:
    ///   - message: The answer.
    ///   - isIndented: Spread over lines instead, for a person.
    static func line(_ message: some Message, isIndented: Bool = false) throws -> [UInt8] {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        let json: [UInt8] = try message.jsonUTF8Bytes(options: options)
        return (isIndented ? Self.indented(json) : json) + [UInt8(ascii: "\n")]
    }

    /// What stands on its line where an application has no assessment:
    /// `{"error": {"code", "message", "field", "line", "application_id"}}`.
    ///
    /// - Parameters:
    ///   - line: The line of the input, from 1.
    ///   - applicationID: The application's own name; empty where it has none.
    static func line(_ error: GrantdClientError, line: Int, applicationID: String) -> [UInt8] {
        // What the client sees by itself has no number of the framing; to who reads the line it is a fault inside.
        let code = error.code.number ?? 2001
        let members = [
            #""code":\#(code)"#, #""message":\#(Self.quoted(error.message))"#, #""field":\#(Self.quoted(error.field))"#,
            #""line":\#(line)"#, #""application_id":\#(Self.quoted(applicationID))"#,
        ]
        return Array(#"{"error":{\#(members.joined(separator: ","))}}"#.utf8) + [UInt8(ascii: "\n")]
    }

    /// A JSON string.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\0"..<" ", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Spreads JSON that stands on one line over as many as it has members.
    static func indented(_ json: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var depth = 0
        var isString = false
        var isEscaped = false
        func newLine() { result += [UInt8(ascii: "\n")] + Array(repeating: UInt8(ascii: " "), count: 2 * depth) }
        for (index, byte) in json.enumerated() {
            if isString {
                result.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                result.append(byte)
                depth += 1
                if index + 1 < json.count, ![UInt8(ascii: "}"), UInt8(ascii: "]")].contains(json[index + 1]) {
                    newLine()
                }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if let last = json[..<index].last, ![UInt8(ascii: "{"), UInt8(ascii: "[")].contains(last) { newLine() }
                result.append(byte)
            case UInt8(ascii: ","):
                result.append(byte)
                newLine()
            case UInt8(ascii: ":"):
                result += [byte, UInt8(ascii: " ")]
            default:
                isString = byte == UInt8(ascii: "\"")
                result.append(byte)
            }
        }
        return result
    }
}
