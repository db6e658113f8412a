//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdClient
import GrantdMessages
import GrantdPolicy
import GrantdSchema
import SwiftProtobuf
import Testing

@testable import grantctl

@Suite("A request as JSON")
struct RequestReaderTests {
    let reader: RequestReader<GrantdEvaluateRequest>

    init() throws { self.reader = try RequestReader(evaluations: Contract.schema()) }

    private func read(_ json: String) throws(RequestFault) -> GrantdEvaluateRequest {
        let text = Array(json.utf8)
        return try text.withUnsafeBufferPointer { text throws(RequestFault) in try self.reader.read(text) }
    }

    private func fault(_ json: String) -> RequestFault? {
        do throws(RequestFault) {
            _ = try self.read(json)
            return nil
        } catch {
            return error
        }
    }

    static let whole = """
        {"application": {"application_id": "A \\"1\\"\\n\\u4eac\\ud83d\\ude00", "as_of": "2026-05-20", "subject_id": "京-1",
          "applicant": {"name": "北京样例科技有限公司", "kind": "ENTERPRISE", "registered_in_beijing": true, "is_small_or_medium": false},
          "prior_awards": [{"measure": "m.a", "awarded_on": "2026-01-01", "amount_fen": 18e8}, {}, {"amount_fen": "-9223372036854775808"}],
          "patent_conversion_institution": {"deals": [{"kind": "TRANSFER", "valid": true, "contract_amount_fen": 9223372036854775807}, {"kind": 2}]}
         }, "stage": "DISBURSEMENT", "assume_unset_bars_absent": true, "explain": 1}
        """

    @Test("means what a protobuf library reads in it")
    func agreesWithSwiftProtobuf() throws {
        let expected = try GrantdEvaluateRequest(jsonString: Self.whole.replacing("18e8", with: "1800000000"))
        #expect(try self.read(Self.whole) == expected)
    }

    @Test("written by a protobuf library is read again")
    func roundTrip() throws {
        let request = try self.read(Self.whole)
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        #expect(try self.read(request.jsonString(options: options)) == request)
        options.preserveProtoFieldNames = false
        #expect(try self.read(request.jsonString(options: options)) == request)
        options.alwaysPrintEnumsAsInts = true
        options.alwaysPrintInt64sAsNumbers = true
        #expect(try self.read(request.jsonString(options: options)) == request)
    }

    @Test("gives its application in wire bytes and its options")
    func application() throws {
        let request = try self.read(Self.whole)
        let text = Array(Self.whole.utf8)
        let encoded = try text.withUnsafeBufferPointer { try self.reader.readApplication($0) }
        #expect(try GrantdApplication(serializedBytes: Array(encoded.bytes)) == request.application)
        #expect(encoded.options.stage == .disbursement)
        #expect(encoded.options.assumeUnsetBarsAbsent)
        #expect(encoded.options.explain == .full)

        let short = Array(#"{"explain": "FULL", "application": {"as_of": "x"}, "stage": null}"#.utf8)
        let other = try short.withUnsafeBufferPointer { try self.reader.readApplication($0) }
        #expect(try GrantdApplication(serializedBytes: Array(other.bytes)) == .with { $0.asOf = "x" })
        #expect(other.options.explain == .full)
        #expect(other.options.stage == .application)
    }

    @Test("without an application is told so", arguments: ["{}", #"{"application": null, "stage": "APPLICATION"}"#])
    func noApplication(json: String) {
        let text = Array(json.utf8)
        #expect(throws: RequestFault(field: "application", message: "must be set")) {
            try text.withUnsafeBufferPointer { try self.reader.readApplication($0) }
        }
    }

    @Test("may leave things unset with null")
    func null() throws {
        let json =
            #"{"application": {"as_of": null, "prior_awards": null, "digital_space_launch_event": null, "digital_space_campus_founder": {}}}"#
        #expect(try self.read(json) == .with { $0.application.digitalSpaceCampusFounder = .init() })
    }

    @Test(
        "at fault names the place",
        arguments: [
            // Names that there are not.
            (#"{"stag": 1}"#, "stag"),
            (#"{"application": {"asof": "2026-05-20"}}"#, "asof"),
            (#"{"application": {"applicant": {"knd": 1}}}"#, "applicant.knd"),
            (#"{"application": {"medical_device_nothing": {}}}"#, "medical_device_nothing"),
            (
                #"{"application": {"medical_device_common_platform": {"investment": 1}}}"#,
                "medical_device_common_platform.investment"
            ),
            (#"{"application": {"prior_awards": [{}, {"sum": 1}]}}"#, "prior_awards[1].sum"),
            // Values that there are not.
            (#"{"application": {"applicant": {"kind": "SHOP"}}}"#, "applicant.kind"),
            (#"{"application": {"applicant": {"kind": "enterprise"}}}"#, "applicant.kind"),
            (#"{"application": {"applicant": {"kind": 8}}}"#, "applicant.kind"),
            (#"{"application": {"applicant": {"kind": 4294967297}}}"#, "applicant.kind"),
            (#"{"application": {"applicant": {"kind": true}}}"#, "applicant.kind"),
            (
                #"{"application": {"patent_conversion_institution": {"deals": [{"kind": "TRANSFER"}, {"kind": "GIFT"}]}}}"#,
                "patent_conversion_institution.deals[1].kind"
            ),
            (#"{"application": {}, "stage": "LATER"}"#, "stage"),
            (#"{"application": {}, "explain": 2}"#, "explain"),
            // Wrong types.
            (#"{"application": []}"#, "application"),
            (#"{"application": {"as_of": 20260520}}"#, "as_of"),
            (#"{"application": {"applicant": "me"}}"#, "applicant"),
            (#"{"application": {"applicant": {"registered_in_beijing": "true"}}}"#, "applicant.registered_in_beijing"),
            (#"{"application": {"applicant": {"registered_in_beijing": 1}}}"#, "applicant.registered_in_beijing"),
            (#"{"application": {"prior_awards": {}}}"#, "prior_awards"),
            (#"{"application": {"prior_awards": [null]}}"#, "prior_awards[0]"),
            (#"{"application": {"prior_awards": [{"amount_fen": 1.5}]}}"#, "prior_awards[0].amount_fen"),
            (
                #"{"application": {"prior_awards": [{"amount_fen": 9223372036854775808}]}}"#,
                "prior_awards[0].amount_fen"
            ),
            (#"{"application": {"prior_awards": [{"amount_fen": "1e19"}]}}"#, "prior_awards[0].amount_fen"),
            (#"{"application": {"prior_awards": [{"amount_fen": "much"}]}}"#, "prior_awards[0].amount_fen"),
            (#"{"application": {"prior_awards": [{"measure": "\ud800"}]}}"#, "prior_awards[0].measure"),
            // Twice.
            (#"{"application": {"as_of": "2026-05-20", "as_of": "2026-05-20"}}"#, "as_of"),
            (#"{"application": {"as_of": null, "as\u005fof": "2026-05-20"}}"#, "as_of"),
            (#"{"application": {"as_of": "2026-05-20", "asOf": "2026-05-20"}}"#, "as_of"),
            (#"{"application": {}, "application": {}}"#, "application"),
            (#"{"application": {"digital_space_launch_event": {}, "medical_device_test_time": {}}}"#, "facts"),
            // No JSON; goes before everything that is wrong in it.
            ("", ""), ("nonsense", ""), ("[]", ""), ("null", ""),
            (#"{"application": {"as_of": "2026-05-20"}"#, ""),
            (#"{"application": {"knd": 1}"#, ""),
            (#"{"application": {"as_of": "2026-05-20",}}"#, ""),
            (#"{"application": {}} {}"#, ""),
            (#"{'application': {}}"#, ""),
            (#"{"application": {"prior_awards": [{"amount_fen": 01}]}}"#, ""),
        ]
    )
    func place(json: String, field: String) {
        #expect(self.fault(json)?.field == field)
    }

    @Test("at fault is told what would be right")
    func messages() {
        #expect(
            self.fault(#"{"application": {"AsOf": 1}}"#)?.message
                == #"no field of Application has this name; did you mean "as_of"?"#
        )
        #expect(
            self.fault(#"{"application": {"digital_space_launch_event": {}, "medical_device_test_time": {}}}"#)?
                .message
                == "holds digital_space_launch_event and medical_device_test_time; give one of them"
        )
        #expect(
            self.fault(#"{"application": {}, "stage": "LATER"}"#)?.message
                == "must be one of APPLICATION, DISBURSEMENT, PUBLICITY"
        )
        #expect(self.fault("{\n  x}")?.message == "not valid JSON at line 2, byte 3: “x” where a string should be")
        #expect(self.fault(#"{"application": true}"#)?.message == "must be an object, not true or false")
    }

    @Test("cut short anywhere is no JSON, and never a trap")
    func truncated() throws {
        let text = Array(Self.whole.utf8)
        for end in 0..<text.count {
            let fault = self.fault(String(decoding: text[..<end], as: UTF8.self))
            #expect(fault?.field == "", "cut at \(end)")
        }
    }

    @Test("with any byte changed is read or refused, and never a trap")
    func changed() throws {
        let text = Array(Self.whole.utf8)
        for index in text.indices {
            for byte: UInt8 in [0x00, 0x22, 0x2C, 0x30, 0x5C, 0x5D, 0x7B, 0x80, 0xC3, 0xF5, 0xFF] {
                var changed = text
                changed[index] = byte
                changed.withUnsafeBufferPointer { _ = try? self.reader.read($0) }
            }
        }
    }

    @Test("nested without end is refused")
    func deep() {
        let json = #"{"application": {"x": "# + String(repeating: "[", count: 100_000)
        #expect(self.fault(json)?.field == "")
    }

    @Test("screening is read too")
    func screen() throws {
        let reader = try RequestReader<GrantdScreenRequest>(Contract.schema())
        let good = Array(#"{"as_of": "2026-05-20", "known": [{"digital_space_launch_event": {}}]}"#.utf8)
        #expect(try good.withUnsafeBufferPointer { try reader.read($0) }.known.count == 1)
        let bad = Array(#"{"known": [{"digital_space_launch_event": {}, "digital_space_campus_founder": {}}]}"#.utf8)
        #expect { try bad.withUnsafeBufferPointer { try reader.read($0) } } throws: { error in
            (error as? RequestFault)?.field == "known[0].facts"
        }
    }

    @Test("has a kind that can be read for every field of every request")
    func kinds() throws {
        let schema = try Contract.schema()
        var pending = ["EvaluateRequest", "EvaluateBatchRequest", "ScreenRequest"].compactMap {
            schema.message(named: "grantd.v1.\($0)")
        }
        #expect(pending.count == 3)
        var seen = Set(pending)
        let files = try Google_Protobuf_FileDescriptorSet(serializedBytes: PolicySet.builtIn().schema).file
        let messages = Dictionary(
            uniqueKeysWithValues: files.flatMap { file in file.messageType.map { ("\(file.package).\($0.name)", $0) } }
        )
        while let type = pending.popLast() {
            // What has no place in a type cannot be given.
            if let message = messages[type.name] { #expect(message.field.count == type.fields.count, "\(type.name)") }
            for field in type.fields {
                if case .message(let next) = field.kind, seen.insert(next).inserted { pending.append(next) }
            }
        }
        #expect(seen.count > 40)
    }

    @Test("stops at a list of more entries than the daemon takes, and names the line and the limit")
    func longList() throws {
        let reader = try RequestReader<GrantdScreenRequest>(Contract.schema())
        func fault(_ text: String) -> RequestFault? {
            do throws(RequestFault) {
                _ = try Array(text.utf8).withUnsafeBufferPointer { text throws(RequestFault) in try reader.read(text)
                }
                return nil
            } catch {
                return error
            }
        }
        func list(_ count: Int, _ entry: String) -> String {
            "[" + repeatElement(entry, count: count).joined(separator: ",\n") + "]"
        }
        #expect(fault(#"{"prior_awards": \#(list(10_000, "{}"))}"#) == nil)
        let long = fault(#"{"prior_awards": \#(list(10_001, "{}"))}"#)
        #expect(long?.field == "prior_awards")
        #expect(long?.message == "has more than 10000 entries, the most of a list (line 10001)")
        let known = #"{"patent_conversion_institution": {"deals": \#(list(9_999, "{}"))}}"#
        let many = fault(#"{"known": \#(list(11, known))}"#)
        #expect(many?.message.contains("more than 100000 entries in all lists") == true)
    }

    @Test("stops at a request that is larger on the wire than the daemon takes")
    func largeRequest() throws {
        let reader = try RequestReader<GrantdScreenRequest>(Contract.schema())
        let award = #"{"measure": "\#(String(repeating: "m", count: 1_000))"}"#
        let text = #"{"prior_awards": ["# + repeatElement(award, count: 5_000).joined(separator: ",") + "]}"
        let error = #expect(throws: RequestFault.self) {
            try Array(text.utf8).withUnsafeBufferPointer { try reader.read($0) }
        }
        #expect(error?.message.contains("larger than 4 MiB on the wire") == true)
    }
}
