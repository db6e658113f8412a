//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdCases
import GrantdPolicy
import Testing

@testable import grantctl

@Suite("grantctl policy check, export, test")
struct PolicyTestTests {
    private static let platform = PolicyFolder.platform("A-1", fen: 100_000_000)

    @Test("writes the built-in files byte for byte, refuses to overwrite, and finds them right")
    func export() async throws {
        try await PolicyFolder.make { folder in
            let path = folder("policies")
            let export = try await Tool.run("policy", "export", path)
            #expect(export.code == 0)
            #expect(export.output == "32 files written to \(path)\n")
            let files = BuiltInFiles.embedded
            for file in files.policies + BuiltInCases.files + [files.calendar, files.register] {
                #expect(try folder.bytes("policies/" + file.name) == file.bytes, "\(file.name)")
            }
            let check = try await Tool.run("policy", "check", "--strict", path)
            #expect(check.code == 0)
            #expect(check.lines.count == files.policies.count + 2)
            #expect(check.output.contains("\(path)/working-calendar.yaml: ok: the working calendar\n"))
            #expect(check.output.contains("\(path)/documents.yaml: ok: the register of documents\n"))

            let again = try await Tool.run("policy", "export", path, "--lang", "zh")
            #expect(again.code == 1)
            #expect(again.errors.hasPrefix("grantctl: 已有 32 个文件（\(path)/ai-application.yaml, "))
            try folder.write("", to: "policies/medical-device.yaml")
            #expect(try await Tool.run("policy", "export", path, "--force").code == 0)
            #expect(try folder.bytes("policies/medical-device.yaml").count > 10_000)
        }
    }

    @Test("runs all cases of the built-in programmes")
    func builtInCases() async throws {
        try await PolicyFolder.make { folder in
            let path = folder("policies")
            _ = try await Tool.run("policy", "export", path)
            let test = try await Tool.run("policy", "test", path)
            #expect(test.code == 0, "\(test.output)\(test.errors)")
            #expect(test.lines.count == BuiltInCases.files.count + 1)
            let last = test.lines.last.map(String.init) ?? ""
            #expect(last.hasSuffix(" passed, 0 failed, 0 skipped"))
            #expect(Int(last.prefix { $0.isNumber }) ?? 0 > 4_000)
        }
    }

    @Test("writes the files of one programme, and suggests the right name for a wrong one")
    func oneProgramme() async throws {
        try await PolicyFolder.make { folder in
            let export = try await Tool.run("policy", "export", folder.path, "--programme", "pre-admission")
            #expect(export.output == "2 files written to \(folder.path)\n")
            #expect(try folder.bytes("pre-admission.cases.jsonl").first == UInt8(ascii: "{"))
            let wrong = try await Tool.run("policy", "export", folder("x"), "--programme", "preadmission")
            #expect(wrong.code == 64)
            #expect(
                wrong.errors == "grantctl: no programme \"preadmission\" is built in; did you mean \"pre-admission\"?\n"
            )
        }
    }

    @Test("takes a calendar of a directory, and refuses two")
    func calendars() async throws {
        try await PolicyFolder.make { folder in
            let calendar = String(decoding: BuiltInFiles.embedded.calendar.bytes, as: UTF8.self)
            try folder.write(calendar, to: "a.yaml")
            #expect(try await Tool.run("policy", "check", folder.path).code == 0)
            try folder.write("# again\n" + calendar, to: "b.yaml")
            let twice = try await Tool.run("policy", "check", folder.path)
            #expect(twice.code == 65)
            #expect(
                twice.output.contains("b.yaml:1:1: error: this is a working calendar, and so is \(folder("a.yaml"))")
            )
            try folder.write(calendar.replacing("from: 2025-01-01", with: "from: 2025-01-99"), to: "b.yaml")
            let wrong = try await Tool.run("policy", "check", folder("b.yaml"))
            #expect(wrong.code == 65)
            #expect(wrong.output.hasPrefix("\(folder("b.yaml")):21:16: error: "))
        }
    }

    @Test("shows each difference of a case that does not hold, ends with 1, and speaks both languages")
    func failures() async throws {
        try await PolicyFolder.make { folder in
            try folder.writePlatform(("rate: 30%", "rate: 40%"))
            try folder.write(
                """
                {"id": "platform/right", "request": \(Self.platform), "expect": {"outcome": "ELIGIBLE", "amount_fen": 40000000}}
                {"id": "platform/wrong", "request": \(Self.platform), "expect": {"amount_fen": 30000000, "binding_cap": "subject", "failed": ["x"], "caps": {"subject": {"limit_fen": 1}}}, "why": "30%"}

                """,
                to: "medical-device.cases.jsonl"
            )
            let result = try await Tool.run("policy", "test", folder("medical-device.yaml"))
            #expect(result.code == 1)
            #expect(result.errors.isEmpty)
            let name = folder("medical-device.cases.jsonl")
            #expect(
                result.output.hasPrefix(
                    """
                    ✗ platform/wrong
                      \(name):2
                      30%
                        amount_fen
                          expected  30000000
                          got       40000000
                        binding_cap
                          expected  "subject"
                          got       not set
                        failed
                          expected  ["x"]
                          got       []
                        caps.subject.limit_fen
                          expected  1
                          got       5000000000


                    """
                )
            )
            #expect(result.output.hasSuffix("2 cases: 1 passed, 1 failed, 0 skipped\n"))
            let chinese = try await Tool.run("policy", "test", folder.path, "--lang", "zh")
            #expect(chinese.output.hasSuffix("共 2 个用例：1 相符，1 不符，0 略过\n"))
            let json = try await Tool.run("policy", "test", folder.path, "--json", "--filter", "wrong")
            #expect(json.code == 1)
            #expect(json.lines.count == 2)
            #expect(
                json.lines.first?.contains(
                    #""line":2,"id":"platform/wrong","differences":[{"path":"amount_fen","expected":30000000,"got":40000000}"#
                ) == true
            )
            #expect(json.lines.last == #"{"totals":{"passed":0,"failed":1,"skipped":0}}"#)
            let right = try await Tool.run("policy", "test", name, "--filter", "right")
            #expect(right.code == 0)
            #expect(right.output.hasSuffix("1 case: 1 passed, 0 failed, 0 skipped\n"))
            #expect(try await Tool.run("policy", "test", name, "--filter", "none").code == 64)
        }
    }

    @Test("reads cases in YAML as in JSON")
    func yaml() async throws {
        try await PolicyFolder.make { folder in
            let path = try folder.write(
                """
                - id: platform/typical
                  request:
                    application:
                      as_of: 2026-05-20
                      subject_id: P1
                      applicant: {registered_in_beijing: true}
                      medical_device_common_platform:
                        for_medical_device_industry: true
                        common_technology_platform: true
                        engineering_investment_fen: 100000000
                  expect: {outcome: ELIGIBLE, amount_fen: 30000000, binding_cap: null}
                  why: 100万元的30%是30万元
                - id: platform/no-money
                  request:
                    application:
                      as_of: 2026-05-20
                      medical_device_common_platform: {engineering_investment_fen: -1}
                  expect_error: {field: medical_device_common_platform.engineering_investment_fen}

                """,
                to: "platform.cases.yaml"
            )
            let result = try await Tool.run("policy", "test", path)
            #expect(result.code == 0, "\(result.output)\(result.errors)")
            #expect(result.output.hasSuffix("2 cases: 2 passed, 0 failed, 0 skipped\n"))
        }
    }

    @Test("names every mistake of a case file by its line, and what would be right")
    func mistakes() async throws {
        try await PolicyFolder.make { folder in
            let path = try folder.write(
                """
                {"id": "a", "request": \(Self.platform), "expct": {"outcome": "ELIGIBLE"}}
                {"id": "b", "request": \(Self.platform), "expect": {"outcome": "ELIGIBEL", "amount": 1, "binding_cap": 3}}
                {"id": "b", "request": \(Self.platform), "expect": {"caps": {"subject": {"limit": 1}}, "missing": "x"}}
                {"id": "c", "request": [], "expect": {"outcome": "ELIGIBLE"}
                []

                """,
                to: "x.cases.jsonl"
            )
            let result = try await Tool.run("policy", "test", path)
            #expect(result.code == 65)
            #expect(result.output.isEmpty)
            let lines = result.errors.split(separator: "\n").map(String.init)
            #expect(lines.first == "grantctl: 9 problems of case files")
            for line in [
                #"\#(path):1: a case has no key "expct"; did you mean "expect"?"#,
                #"\#(path):1: a case has one of expect, expect_error"#,
                #"\#(path):2: expect has no key "amount"; there are amount_fen, application_id, as_of,"#,
                #"\#(path):2: outcome must be one of ELIGIBLE, INELIGIBLE, UNDETERMINED, EXHAUSTED, NOT_IN_FORCE; did you mean "ELIGIBLE"?"#,
                #"\#(path):2: binding_cap must be a text, or null, not 3"#,
                #"\#(path):3: a cap has no key "limit"; "#,
                #"\#(path):3: missing must be a list of texts, not "x""#,
                #"\#(path):4: not valid JSON at byte "#,
                #"\#(path):5: a case is an object with id, request, expect"#,
            ] {
                #expect(lines.contains { $0.hasPrefix(line) }, "\(line)\n\(result.errors)")
            }
        }
    }

    @Test("names a request that does not fit the contract")
    func malformedRequest() async throws {
        try await PolicyFolder.make { folder in
            let request = Self.platform.replacing("registered_in_beijing", with: "registered_in_beijng")
            let path = try folder.write(
                "\n" + #"{"id": "a", "request": \#(request), "expect": {"outcome": "ELIGIBLE"}}"#,
                to: "x.cases.jsonl"
            )
            let result = try await Tool.run("policy", "test", path, "--lang", "zh")
            #expect(result.code == 65)
            #expect(
                result.errors.hasSuffix(
                    "\(path):2: 用例“a”的请求：applicant.registered_in_beijng: Applicant 没有此名称的字段；是否指 \"registered_in_beijing\"？\n"
                )
            )
            let none = try await Tool.run("policy", "test", folder("y.yaml"))
            #expect(none.code == 65)
            #expect(none.errors.contains("y.yaml: error: the file cannot be read: No such file or directory"))
        }
    }
}
