//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import GrantdJSON
internal import GrantdSchema
internal import SwiftProtobuf

/// Answers as protobuf JSON, with the .proto's names.
enum AnswerJSON {
    private static let plan = JSONPlan([
        .assessment, .screenResponse, .listMeasuresResponse, .measureDescription, .listDocumentsResponse,
        .clearAuctionResponse, .healthCheckResponse, .award, .awardResponse, .listAwardsResponse, .envelope,
        .listEnvelopesResponse,
    ])

    /// One line.
    ///
    /// - Parameters:
    ///   - message: The answer of a call.
    ///   - isIndented: Spread over lines instead, for a person.
    static func line<Answer: Message>(_ message: Answer, isIndented: Bool = false) throws -> [UInt8] {
        guard let root = Self.plan.root(named: Answer.protoMessageName) else {
            preconditionFailure("\(Answer.protoMessageName) is no answer")
        }
        let bytes: [UInt8] = try message.serializedBytes()
        let writer = ByteWriter(limit: .max)
        try bytes.withUnsafeBytes {
            try JSONWriter(Self.plan).write($0, as: root, isIndented: isIndented, into: writer)
        }
        writer.write(byte: UInt8(ascii: "\n"))
        return [UInt8](writer.bytes)
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
}
