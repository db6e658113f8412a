//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdMessages
import GrantdSchema
import SwiftProtobuf
import Testing

@testable import GrantdJSON

@Suite("A message to JSON")
struct JSONWriterTests {
    let subject: Subject

    init() throws { self.subject = try Subject() }

    private func bytes(_ write: (ByteWriter) -> Void) -> [UInt8] {
        let writer = ByteWriter(limit: 1 << 20)
        write(writer)
        return [UInt8](writer.bytes)
    }

    @Test("is indented for a person")
    func indented() throws {
        let request = GrantdEvaluateRequest.with {
            $0.application.asOf = "x:{,\"]"
            $0.application.priorAwards = [.with { $0.amountFen = 1 }, .init()]
            $0.application.digitalSpaceLaunchEvent = .init()
            $0.explain = .full
        }
        let json = try self.subject.write(
            request.serializedBytes(),
            as: self.subject.types.evaluateRequest,
            isIndented: true
        )
        #expect(
            json == """
                {
                  "application": {
                    "as_of": "x:{,\\"]",
                    "prior_awards": [
                      {
                        "amount_fen": "1"
                      },
                      {}
                    ],
                    "digital_space_launch_event": {}
                  },
                  "explain": "FULL"
                }
                """
        )
        #expect(try self.subject.write([], as: .assessment, isIndented: true) == "{}")
    }

    @Test("is in the order of the numbers, however the bytes are")
    func order() throws {
        let ordered = try self.subject.write(
            self.bytes {
                $0.write(field: 1, "a")
                $0.write(field: 2, "b")
                $0.write(field: 3, "c")
            },
            as: .assessment
        )
        let shuffled = try self.subject.write(
            self.bytes {
                $0.write(field: 3, "c")
                $0.write(field: 1, "a")
                $0.write(field: 2, "b")
            },
            as: .assessment
        )
        #expect(ordered == shuffled)
        // A list whose entries stand apart.
        let type = self.subject.types.screenRequest
        let awards = try #require(type.field(named: "prior_awards")).number
        let date = try #require(type.field(named: "as_of")).number
        let apart = self.bytes { writer in
            for text in ["a", "b"] {
                let start = writer.beginMessage(field: awards)
                writer.write(field: 1, text)
                writer.endMessage(start)
                if text == "a" { writer.write(field: date, "2026-05-20") }
            }
        }
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        let expected = try GrantdScreenRequest(serializedBytes: apart).jsonString(options: options)
        #expect(expected.contains("\"a\"") && expected.contains("\"b\""))
        #expect(try self.subject.write(apart, as: type) == expected)
    }

    @Test("leaves out what the schema does not have")
    func unknown() throws {
        let json = try self.subject.write(
            self.bytes {
                $0.write(field: 1, "a")
                $0.write(field: 3000, "unknown")
                $0.write(field: 3001, varint: 1)
            },
            as: .assessment
        )
        #expect(json == #"{"application_id":"a"}"#)
    }

    @Test("is refused where the bytes are none, or have a field twice")
    func malformed() throws {
        for bytes in [
            [0x0A], [0x0A, 0x05, 0x61], [0x08, 0x01], [0x0A, 0x01, 0xFF], [0x0B], [0x00], [0x0A, 0x00, 0x0A, 0x00],
            [0x12, 0x00, 0x0A, 0x00, 0x12, 0x00],
        ] as [[UInt8]] {
            #expect(throws: WireFault.self, "\(bytes)") { try self.subject.write(bytes, as: .assessment) }
        }
    }

    @Test("cut short or changed anywhere is written as JSON, or refused")
    func hostile() throws {
        var random = RandomMessage()
        let whole = random.bytes(of: .assessment)
        for index in whole.indices {
            for bytes in [
                Array(whole[..<index]), whole.enumerated().map { $0.offset == index ? $0.element ^ 0x11 : $0.element },
            ] {
                guard let json = try? self.subject.write(bytes, as: .assessment) else { continue }
                var scanner = Array(json.utf8)
                scanner.withUnsafeMutableBufferPointer { text in
                    guard let start = text.baseAddress else { return }
                    var scanner = JSONScanner(start, count: text.count)
                    #expect(throws: Never.self) {
                        try scanner.skipValue()
                        try scanner.finish()
                    }
                }
            }
        }
    }

    @Test("writes an enum's number where it has no name, and numbers in one piece")
    func numbers() throws {
        let type = MessageType(
            name: "test.v1.Numbers",
            fields: [
                FieldDeclaration(name: "counts", number: 1, kind: .int32, label: .repeated),
                FieldDeclaration(
                    name: "kind",
                    number: 2,
                    kind: .enumeration(EnumDescription(name: "K", values: [.init(name: "A", number: -1)])),
                    label: .optional
                ),
                FieldDeclaration(name: "first", number: 3, kind: .bool, label: .oneofMember, oneof: "one"),
                FieldDeclaration(name: "second", number: 4, kind: .bool, label: .oneofMember, oneof: "two"),
                FieldDeclaration(name: "third", number: 5, kind: .int64, label: .oneofMember, oneof: "two"),
            ]
        )
        let plan = JSONPlan([type])
        let root = try #require(plan.root(type))
        func written(_ bytes: [UInt8]) throws -> String {
            let writer = ByteWriter(limit: 1 << 10)
            try bytes.withUnsafeBytes { try JSONWriter(plan).write($0, as: root, into: writer) }
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        #expect(
            try written([0x0A, 0x03, 0x01, 0x80, 0x01, 0x08, 0x02, 0x10, 0x07, 0x18, 0x01])
                == #"{"counts":[1,128,2],"kind":7,"first":true}"#
        )
        func read(_ text: String) throws(JSONFault) -> [UInt8] {
            let writer = ByteWriter(limit: 1 << 10)
            let bytes = Array(text.utf8)
            _ = try bytes.withUnsafeBufferPointer { bytes throws(JSONFault) in
                try JSONReader(plan).read(bytes, as: root, into: writer)
            }
            return [UInt8](writer.bytes)
        }
        // Members of two oneofs do not stand in each other's way.
        #expect(try read(#"{"first": true, "third": "-1", "counts": [1], "kind": "A"}"#).count > 10)
        let fault = #expect(throws: JSONFault.self) { try read(#"{"second": true, "third": 1}"#) }
        #expect(fault?.field == "two")
        for (text, field) in [
            (#"{"counts": [2147483648]}"#, "counts[0]"), (#"{"counts": [0, -2147483649]}"#, "counts[1]"),
        ] {
            let fault = #expect(throws: JSONFault.self) { try read(text) }
            #expect(fault?.field == field)
            #expect(fault?.en == "lies outside -2147483648 to 2147483647")
        }
    }

    @Test("stops at its writer's limit")
    func limit() throws {
        let root = try #require(self.subject.plan.root(.assessment))
        let writer = ByteWriter(limit: 10)
        try self.bytes { $0.write(field: 1, "a text that is too long") }.withUnsafeBytes {
            try JSONWriter(self.subject.plan).write($0, as: root, into: writer)
        }
        #expect(writer.isOverLimit)
    }
}
