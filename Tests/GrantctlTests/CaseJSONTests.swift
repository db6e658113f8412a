//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdCases
import GrantdPolicy
import Testing

@Suite("JSON of case files")
struct CaseJSONTests {
    @Test(
        "reads what it writes",
        arguments: [
            "null", "true", "[]", "{}", "-0.5e+3", #""京\u4eac\ud83d\ude00\n\\\"""#,
            #"{"a": [1, {"b": false}], "c": "d"}"#,
        ]
    )
    func roundTrip(text: String) throws {
        let node = try CaseJSON.read(Array(text.utf8), line: 3)
        let again = try CaseJSON.read(Array(node.json.utf8), line: 3)
        #expect(node.json == again.json)
        #expect(node.line == 3)
    }

    @Test("means what escapes say")
    func escapes() throws {
        let node = try CaseJSON.read(Array(#""\u4eac\ud83d\ude00\t\/""#.utf8), line: 1)
        #expect(node.text == "京😀\t/")
    }

    @Test(
        "refuses what is no JSON, with the byte",
        arguments: [
            ("", 1), ("{", 2), (#"{"a": 1, "a": 2}"#, 13), ("[1,]", 4), ("01", 1), ("1.", 1), ("-", 1), ("nul", 1),
            (#""a"#, 3), (#""\x""#, 4), ("[] []", 4), ("{a: 1}", 2), (#"{"a" 1}"#, 6), ("\"\u{1}\"", 2),
        ]
    )
    func faults(text: String, column: Int) {
        let fault = #expect(throws: CaseJSON.Fault.self) { try CaseJSON.read(Array(text.utf8), line: 1) }
        #expect(fault?.column == column, "\(text)")
        #expect(fault.map { $0.message.zh != $0.message.en } == true)
    }

    @Test("is not led into the depths, nor to bytes that are no text")
    func hostile() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: CaseJSON.Fault.self) { try CaseJSON.read(Array(deep.utf8), line: 1) }
        #expect(throws: CaseJSON.Fault.self) { try CaseJSON.read([0x22, 0xFF, 0x22], line: 1) }
    }

    @Test("takes whole numbers as protobuf JSON writes them", arguments: ["7", "\"7\"", "7.0", "70e-1"])
    func integers(text: String) throws {
        #expect(try CaseJSON.read(Array(text.utf8), line: 1).integer == 7)
    }
}
