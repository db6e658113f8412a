//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdCases
import GrantdMessages
import GrantdPolicy
import GrantdSchema
import SwiftProtobuf
import Testing

@testable import GrantdJSON

@Suite("JSON beside another library's")
struct JSONDifferentialTests {
    let subject: Subject

    init() throws { self.subject = try Subject() }

    private static let names: JSONEncodingOptions = {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        return options
    }()

    private func cases() throws -> [PolicyCase] {
        try BuiltInCases.files.flatMap { try PolicyCaseFile(name: $0.name, bytes: $0.bytes).cases }
    }

    /// Reads a text both ways, and writes the message both ways.
    ///
    /// - Returns: Whether it was read.
    private func check<Request: Message & Equatable>(
        _ json: String,
        _: Request.Type,
        _ type: MessageType,
        _ id: String
    ) throws -> Bool {
        let expected = try? Request(jsonString: json)
        guard let bytes = try? self.subject.read(Array(json.utf8), as: type) else {
            // Twice the same member, and two members of a oneof with values, are read by the other one.
            return false
        }
        let message = try Request(serializedBytes: bytes)
        #expect(message == expected, "\(id)")
        let canonical: [UInt8] = try message.serializedBytes()
        #expect(try self.subject.write(canonical, as: type) == message.jsonString(options: Self.names), "\(id)")
        return true
    }

    @Test("reads and writes every worked case's request alike")
    func requests() throws {
        var read = 0
        var refused: [String] = []
        for item in try self.cases() {
            let isRead: Bool
            switch item.question {
            case .evaluate(let node):
                isRead = try self.check(
                    node.json,
                    GrantdEvaluateRequest.self,
                    self.subject.types.evaluateRequest,
                    item.id
                )
            case .screen(let node):
                isRead = try self.check(node.json, GrantdScreenRequest.self, self.subject.types.screenRequest, item.id)
            case .raw(let text):
                isRead = try self.check(
                    text,
                    GrantdEvaluateRequest.self,
                    self.subject.types.evaluateRequest,
                    item.id
                )
            case .other: continue
            }
            if isRead {
                read += 1
            } else {
                refused.append(item.id)
                if case .answer = item.expectation { Issue.record("\(item.id) is refused") }
            }
        }
        #expect(read > 500)
        #expect(refused.count < 40, "\(refused)")
    }

    @Test("writes every worked case's answer alike, and reads it again")
    func answers() throws {
        let engine = Engine(policies: try Subject.policies.get())
        let reply = ByteWriter(limit: 16 << 20)
        var written = 0
        for item in try self.cases() {
            guard case .evaluate(let node) = item.question,
                var request = try? GrantdEvaluateRequest(jsonString: node.json)
            else { continue }
            request.explain = .full
            let bytes: [UInt8] = try request.serializedBytes()
            reply.reset()
            guard (try? bytes.withUnsafeBytes { try engine.evaluate($0, into: reply) }) != nil else { continue }
            let answer = [UInt8](reply.bytes)
            let message = try GrantdAssessment(serializedBytes: answer)
            let json = try self.subject.write(answer, as: .assessment)
            #expect(json == (try message.jsonString(options: Self.names)), "\(item.id)")
            #expect(try self.subject.read(Array(json.utf8), as: .assessment) == answer, "\(item.id)")
            written += 1
        }
        #expect(written > 500)
    }

    private func checkRandom<Value: Message & Equatable>(_: Value.Type, _ type: MessageType) throws {
        var random = RandomMessage()
        for _ in 0..<300 {
            let bytes = random.bytes(of: type)
            let message = try Value(serializedBytes: bytes)
            let json = try self.subject.write(bytes, as: type)
            #expect(json == (try message.jsonString(options: Self.names)))
            // In order, so the very bytes come back.
            #expect(try self.subject.read(Array(json.utf8), as: type) == bytes)
            let indented = try self.subject.write(bytes, as: type, isIndented: true)
            #expect(try self.subject.read(Array(indented.utf8), as: type) == bytes)
            // The other library's own spelling, with numbers for enums and int64.
            var options = JSONEncodingOptions()
            options.alwaysPrintEnumsAsInts = true
            options.alwaysPrintInt64sAsNumbers = true
            #expect(try self.subject.read(Array(message.jsonString(options: options).utf8), as: type) == bytes)
        }
    }

    @Test("reads and writes random messages alike")
    func randomMessages() throws {
        try self.checkRandom(GrantdEvaluateRequest.self, self.subject.types.evaluateRequest)
        try self.checkRandom(GrantdScreenRequest.self, self.subject.types.screenRequest)
        try self.checkRandom(GrantdAssessment.self, .assessment)
        try self.checkRandom(GrantdMeasureDescription.self, .measureDescription)
        try self.checkRandom(GrantdSchema.self, .schema)
    }

    @Test("reads a number as another library does, or says that it does not")
    func numbers() throws {
        for text in [
            "1e3", "1.0", "1.5e1", "-0", "1e18", "\"1e3\"", "\"1.0\"", "9223372036854775807",
            "\"-9223372036854775808\"",
            "1E+2", "1200e-2", "\"\"", "\" 1\"", "\"1 \"", "\"+1\"", "\"01\"", "1.5", "\"0x1\"", "true",
            "9223372036854775808",
        ] {
            let json = #"{"application": {"prior_awards": [{"amount_fen": \#(text)}]}}"#
            let expected = try? GrantdEvaluateRequest(jsonString: json)
            let bytes = try? self.subject.read(json)
            if let bytes { #expect(try GrantdEvaluateRequest(serializedBytes: bytes) == expected, "\(text)") }
        }
    }
}
