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

@Suite("JSON to a message")
struct JSONReaderTests {
    let subject: Subject

    init() throws { self.subject = try Subject() }

    private func request(_ text: String) throws -> GrantdEvaluateRequest {
        try GrantdEvaluateRequest(serializedBytes: try self.subject.read(text))
    }

    @Test("takes both spellings of a name, in any order, with any space and escapes")
    func spellings() throws {
        let expected = GrantdEvaluateRequest.with {
            $0.application.applicationID = "A-1"
            $0.application.applicant.registeredInBeijing = true
            $0.application.priorAwards = [.with { $0.amountFen = 1 }]
            $0.assumeUnsetBarsAbsent = true
        }
        for text in [
            #"{"application":{"application_id":"A-1","applicant":{"registered_in_beijing":true},"prior_awards":[{"amount_fen":1}]},"assume_unset_bars_absent":true}"#,
            #"{"assumeUnsetBarsAbsent":true,"application":{"priorAwards":[{"amountFen":"1"}],"applicant":{"registeredInBeijing":true},"applicationId":"A-1"}}"#,
            "\u{FEFF} \n{ \"application\" :\t{ \"applic\\u0061tion_id\" : \"\\u0041-\\u0031\" , \"applicant\" : { \"registered_in_beijing\" : true } , \"priorAwards\" : [ { \"amount_fen\" : \"\\u0031\" } ] } , \"assumeUnsetBarsAbsent\" : true }\r\n ",
        ] {
            #expect(try self.request(text) == expected, "\(text)")
        }
    }

    @Test("takes every escape and every kind of character")
    func strings() throws {
        let text = #"{"application": {"subject_id": "\"\\\/\b\f\n\r\t\u0000\u00e9\u4EAC\ud83d\uDE00 京😀é"}}"#
        #expect(try self.request(text).application.subjectID == "\"\\/\u{8}\u{C}\n\r\t\0é京😀 京😀é")
        // Plain text of every length around a word, a special character at every place.
        for count in 0..<20 {
            for place in 0...count {
                let head = String(repeating: "a", count: place)
                let tail = String(repeating: "b", count: count - place)
                for (written, meant) in [("\\n", "\n"), ("京", "京"), ("\\\"", "\""), ("\\ud83d\\ude00", "😀"), ("", "")] {
                    let json = #"{"application": {"subject_id": "\#(head)\#(written)\#(tail)"}}"#
                    #expect(try self.request(json).application.subjectID == head + meant + tail)
                }
            }
        }
    }

    @Test("takes null for unset, a oneof's member included")
    func null() throws {
        let text =
            #"{"stage": null, "application": {"as_of": null, "prior_awards": null, "digital_space_launch_event": null, "digital_space_campus_founder": {}}}"#
        #expect(try self.request(text) == .with { $0.application.digitalSpaceCampusFounder = .init() })
    }

    @Test("takes bytes as base64, either alphabet, padded or not")
    func base64() throws {
        for (text, bytes) in [
            ("", []), ("AA==", [0]), ("AA", [0]), ("/+8=", [0xFF, 0xEF]), ("_-8", [0xFF, 0xEF]),
            (#"\/+8="#, [0xFF, 0xEF]),
            ("AQID", [1, 2, 3]), ("AQIDBA", [1, 2, 3, 4]),
        ] as [(String, [UInt8])] {
            let json = Array(#"{"file_descriptor_set": "\#(text)"}"#.utf8)
            let schema = try GrantdMessages.GrantdSchema(serializedBytes: self.subject.read(json, as: .schema))
            #expect(Array(schema.fileDescriptorSet) == bytes, "\(text)")
        }
        for text in ["A", "AA=", "AAA==", "AA===", "A*==", "=", "AAAA=", "\\ud800"] {
            let json = Array(#"{"file_descriptor_set": "\#(text)"}"#.utf8)
            #expect(throws: JSONFault.self, "\(text)") { try self.subject.read(json, as: .schema) }
        }
    }

    @Test(
        "says what is wrong, where, and what would be right",
        arguments: [
            ("", "", 1, 1, "the end of the text where an object should be"),
            ("[]", "", 1, 1, "must be an object, not a list"),
            ("{\n  x}", "", 2, 3, "“x” where a string should be"),
            (#"{"application": {}} {}"#, "", 1, 21, "“{” where the end of the text should be"),
            (#"{"application": {"as_of": "a"#, "", 1, 29, "the text ends within a string"),
            (#"{"application": {"as_of": "\x"}}"#, "", 1, 29, #"“x” where an escape like \n or \u4eac should be"#),
            (#"{"application": {"as_of": "\u12g4"}}"#, "", 1, 32, "“g” where a hexadecimal digit should be"),
            ("{\"application\": {\"as_of\": \"\u{1}\"}}", "", 1, 28, "a control character in a string must be escaped"),
            (#"{"application": {"prior_awards": [{"amount_fen": 01}]}}"#, "", 1, 51, "“1” where “,” or “}” should be"),
            (#"{"application": {"prior_awards": [{} {}]}}"#, "", 1, 38, "“{” where “,” or “]” should be"),
            (#"{"application" {}}"#, "", 1, 16, "“{” where “:” should be"),
            (#"{"application": {"as_of": nul}}"#, "", 1, 27, "“n” where a value should be"),
            (
                "{\"application\":\n {\"prior_awards\": [{}, {\"amount_fen\": 1.5}]}}", "prior_awards[1].amount_fen", 2,
                42, "is not a whole number"
            ),
            (#"{"application": {"as_of": 7}}"#, "as_of", 1, 27, "must be a string, not a number"),
            (#"{"application": {"prior_awards": {}}}"#, "prior_awards", 1, 34, "must be a list, not an object"),
            (#"{"application": {"prior_awards": [null]}}"#, "prior_awards[0]", 1, 35, "must be an object, not null"),
            (#"{"application": {"applicant": {"kind": "SHOP"}}}"#, "applicant.kind", 1, 46, nil),
            (#"{"application": {"as_of": "", "asOf": ""}}"#, "as_of", 1, 37, "stands twice; give it once"),
            (
                #"{"application": {"digital_space_launch_event": {}, "digitalSpaceCampusFounder": {}}}"#, "facts", 1,
                81,
                "holds digital_space_launch_event and digital_space_campus_founder; give one of them"
            ),
            (
                #"{"application": {"aplicant": {}}}"#, "aplicant", 1, 18,
                #"no field of Application has this name; did you mean "applicant"?"#
            ),
            (#"{"application": {"applicant": {"": 1}}}"#, "applicant.", 1, 32, "no field of Applicant has this name"),
            (
                #"{"application": {"subject_id": "\ud800"}}"#, "subject_id", 1, 40,
                "holds half of a surrogate pair, which is no character"
            ),
            (#"{"stage": 7}"#, "stage", 1, 12, nil),
            (#"{"stage": true}"#, "stage", 1, 11, nil),
            (
                #"{"application": {"prior_awards": [{"amount_fen": 1e400}]}}"#, "prior_awards[0].amount_fen", 1, 55,
                "is too large for an int64"
            ),
        ] as [(String, String, Int, Int, String?)]
    )
    func faults(text: String, field: String, line: Int, column: Int, message: String?) throws {
        let fault = try #require(self.subject.fault(text))
        #expect(fault.field == field)
        #expect(fault.line == line)
        #expect(fault.column == column)
        if let message { #expect(fault.en == message) } else { #expect(fault.en.hasPrefix("must be one of ")) }
        #expect(!fault.zh.isEmpty)
    }

    @Test("tells what another schema may know from what no schema makes right")
    func kinds() {
        #expect(
            self.subject.fault(#"{"application": {"x_y": {}}}"#)?.kind
                == .unknownField(message: "grantd.v1.Application", isObject: true)
        )
        #expect(
            self.subject.fault(#"{"application": {"applicant": {"x": 1}}}"#)?.kind
                == .unknownField(message: "grantd.v1.Applicant", isObject: false)
        )
        #expect(self.subject.fault(#"{"stage": "X"}"#)?.kind == .unknownValue)
        #expect(self.subject.fault(#"{"stage": {}}"#)?.kind == .value)
        #expect(self.subject.fault(#"{"stage": "X""#)?.kind == .syntax)
    }

    @Test("names the member that has a value where a null one stands before it")
    func nullBeforeTwoMembers() {
        let text =
            #"{"application": {"digital_space_original_game": null, "digital_space_launch_event": {}, "digital_space_campus_founder": {}}}"#
        #expect(
            self.subject.fault(text)?.en
                == "holds digital_space_launch_event and digital_space_campus_founder; give one of them"
        )
    }

    // MARK: - Bounds

    @Test("refuses texts, messages, lists and entries beyond their limits")
    func limits() throws {
        var limits = JSONLimits()
        limits.listEntries = 3
        limits.entries = 5
        limits.message = 100
        limits.text = 400
        let small = try Subject(limits: limits)
        func awards(_ count: Int) -> String { "[" + repeatElement("{}", count: count).joined(separator: ",") + "]" }
        func deals(_ count: Int) -> String { #""patent_conversion_institution": {"deals": \#(awards(count))}"# }
        #expect(small.fault(#"{"application": {"prior_awards": \#(awards(3)), \#(deals(2))}}"#) == nil)
        let list = small.fault(#"{"application": {"prior_awards": \#(awards(4))}}"#)
        #expect(list?.kind == .limit)
        #expect(list?.field == "prior_awards")
        let entries = small.fault(#"{"application": {"prior_awards": \#(awards(3)), \#(deals(3))}}"#)
        #expect(entries?.kind == .limit)
        #expect(entries?.field == "patent_conversion_institution.deals")
        let long = String(repeating: "x", count: 120)
        #expect(small.fault(#"{"application": {"as_of": "\#(long)"}}"#)?.kind == .limit)
        #expect(small.fault(#"{"application": {"as_of": "\#(long)\n"}}"#)?.kind == .limit)
        #expect(small.fault(String(repeating: " ", count: 401))?.kind == .limit)
        #expect(
            small.fault(String(repeating: " ", count: 399) + "{}") == small.fault(String(repeating: " ", count: 401))
        )
        #expect(small.fault(String(repeating: " ", count: 398) + "{}") == nil)
    }

    @Test("refuses what is larger than its writer takes")
    func smallWriter() throws {
        let root = try #require(self.subject.plan.root(self.subject.types.evaluateRequest))
        let long = String(repeating: "a", count: 50)
        for text in [
            #"{"application": {"as_of": "\#(long)"}}"#, #"{"application": {"as_of": "\n\#(long)"}}"#,
            #"{"\u0061\#(long)": 1}"#,
        ] {
            let text = Array(text.utf8)
            let fault = #expect(throws: JSONFault.self) {
                _ = try text.withUnsafeBufferPointer {
                    try JSONReader(self.subject.plan).read($0, as: root, into: ByteWriter(limit: 16))
                }
            }
            #expect(fault?.kind == .limit)
        }
    }

    @Test("refuses nesting without end, in known and unknown members", arguments: ["[", "{\"a\":", "[{\"a\":"])
    func deep(open: String) {
        let nested = String(repeating: open, count: 100_000)
        for text in [nested, #"{"application": {"x": \#(nested)"#, #"{"application": \#(nested)"#] {
            #expect(self.subject.fault(text)?.kind == .syntax)
        }
        let shallow = String(repeating: "[", count: 90) + String(repeating: "]", count: 90)
        #expect(self.subject.fault(#"{"x": \#(shallow)}"#)?.field == "x")
    }

    // MARK: - Hostile bytes

    static let whole = #"""
        {"application": {"application_id": "A \"1\"\n\u4eac\ud83d\ude00京", "as_of": "2026-05-20", "subjectId": "京-1",
          "applicant": {"name": "北京样例科技有限公司", "kind": "ENTERPRISE", "registered_in_beijing": true},
          "prior_awards": [{"measure": "m.a", "amount_fen": 18e8}, {}, {"amount_fen": "-9223372036854775808"}],
          "patent_conversion_institution": {"deals": [{"kind": "TRANSFER", "contract_amount_fen": 1.50e1}, {"kind": 2}]}
         }, "stage": "DISBURSEMENT", "assume_unset_bars_absent": true, "explain": 1}
        """#

    @Test("cut short anywhere is no JSON")
    func truncated() {
        let text = Array(Self.whole.utf8)
        #expect(self.subject.fault(Self.whole) == nil)
        for end in text.indices {
            #expect(throws: JSONFault.self, "cut at \(end)") {
                try self.subject.read(Array(text[..<end]), as: self.subject.types.evaluateRequest)
            }
        }
    }

    @Test("with any byte changed is read as messages are, or refused")
    func changed() throws {
        let text = Array(Self.whole.utf8)
        var refused = 0
        for index in text.indices {
            for byte: UInt8 in [0x00, 0x22, 0x2C, 0x30, 0x5C, 0x5D, 0x7B, 0x80, 0xC3, 0xED, 0xF5, 0xFF] {
                var changed = text
                changed[index] = byte
                do {
                    let bytes = try self.subject.read(changed, as: self.subject.types.evaluateRequest)
                    _ = try GrantdEvaluateRequest(serializedBytes: bytes)
                } catch is JSONFault {
                    refused += 1
                }
            }
        }
        #expect(refused > 2 * text.count)
    }

    @Test(
        "refuses bytes that are no UTF-8",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
            [0xE4, 0xBA],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]]
    )
    func badUTF8(bytes: [UInt8]) {
        for padding in 0..<9 {
            let text =
                Array(#"{"application": {"as_of": ""#.utf8) + Array(repeating: 0x61, count: padding) + bytes
                + Array(#""}}"#.utf8)
            let fault = #expect(throws: JSONFault.self) {
                try self.subject.read(text, as: self.subject.types.evaluateRequest)
            }
            #expect(fault?.en == "the text is not UTF-8")
        }
    }
}
