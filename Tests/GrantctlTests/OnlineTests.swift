//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdInterview
import GrantdMessages
import GrantdServer
import GrantdService
import GrantdTesting
import SwiftProtobuf
import Testing

@testable import grantctl

@Suite("The tool with a daemon")
struct OnlineTests {
    private static func request(_ id: String, facts: String = #""officially_published": true"#) -> String {
        #"{"application": {"application_id": "\#(id)", "as_of": "2026-05-20", "subject_id": "S", "applicant": {"kind": "ENTERPRISE"}, "#
            + #""digital_space_original_game": {"in_pilot_zone": true, "excellent_original_game": true, \#(facts)}}}"#
    }

    @Test("prints an assessment as JSON, whatever its outcome")
    func evaluate() async throws {
        try await withLiveServer { server in
            for (fact, outcome) in [
                ("true", GrantdOutcome.Value.eligible), ("false", .ineligible), ("null", .undetermined),
            ] {
                let json = Self.request("A", facts: #""officially_published": \#(fact)"#)
                let result = try await Tool.run(["evaluate", "--json", "--address", server.address], input: json)
                #expect(result.code == 0)
                #expect(result.errors.isEmpty)
                #expect(result.lines.count == 1)
                let assessment = try GrantdAssessment(jsonString: result.output)
                #expect(assessment.outcome == outcome)
                #expect(assessment.explanation.isEmpty)
            }
        }
    }

    @Test("asks nothing of the system that is root's alone")
    func unprivileged() async throws {
        // Whoever is not root has none of these; root's own go by leaving them out.
        let launcher =
            geteuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all"] : []
        try await withLiveServer { server in
            let result = try await Tool.run(["health", "--address", server.address], launcher: launcher)
            #expect(result.code == 0, "\(result.errors)")
        }
    }

    @Test("prints a page in the language of the locale, or in the one asked for")
    func page() async throws {
        try await withLiveServer { server in
            let json = Self.request("A")
            // Into a file, as into a pipe, a page too, and never in colour.
            let arguments = ["evaluate", "--address", server.address]
            let zh = try await Tool.run(arguments, input: json, environment: ["LC_ALL": "zh_CN.UTF-8"])
            #expect(zh.code == 0)
            #expect(zh.output.contains("\n结论  符合条件\n金额  30万元\n"))
            #expect(!zh.output.contains("\u{1B}"))
            let en = try await Tool.run(
                arguments + ["--lang", "en", "--explain"],
                input: json,
                environment: ["LC_ALL": "zh_CN.UTF-8"]
            )
            #expect(en.output.contains("\nOutcome      Eligible\nAmount       300,000 yuan\n"))
            #expect(en.output.contains("\nReasoning\n  1. "))
        }
    }

    @Test(
        "tells in Chinese what the daemon finds wrong with a request",
        arguments: [
            (#""as_of": "2026-02-30", "medical_device_test_time": {}"#, "as_of: 没有这一天"),
            (#""as_of": "2026-05-20""#, "facts: 应当填写且只填写一项措施的事实"),
            (#""as_of": "2026-05-20", "subject_id": " x", "medical_device_test_time": {}"#, "subject_id: 标识首尾不得有空白"),
            (#""as_of": "2026-05-20", "subject_id": "x\u200b", "medical_device_test_time": {}"#, "不可见字符（U+200B）"),
            (
                #""as_of": "2026-05-20", "applicant": {"unified_social_credit_code": "1"}, "medical_device_test_time": {}"#,
                "统一社会信用代码应为 18 位"
            ),
            (
                #""as_of": "2026-05-20", "medical_device_common_platform": {"engineering_investment_fen": -1}"#,
                "数值不得小于 0"
            ),
            (
                #""as_of": "2026-05-20", "renewables_settlement_bid_limit": {"bid_ratio_bp": 10001}"#,
                "数值应在 0 到 10000 之间"
            ),
        ]
    )
    func chineseErrors(_ application: String, _ expected: String) async throws {
        try await withLiveServer { server in
            let result = try await Tool.run(
                ["evaluate", "--lang", "zh", "--address", server.address],
                input: "{\"application\": {\(application)}}"
            )
            #expect(result.code == 65)
            #expect(result.errors.contains(expected), "\(result.errors)")
            #expect(!result.errors.contains(" the ") && !result.errors.contains(" wanted"))
        }
    }

    @Test("answers lines in their order, however many")
    func lines() async throws {
        try await withLiveServer { server in
            let count = 3_000
            var input = ""
            for index in 0..<count {
                // Every seventh is malformed, every eleventh asks for its reasons.
                if index % 7 == 3 {
                    input += #"{"application": {"as_of": \#(index)}}"# + "\n"
                } else if index % 11 == 5 {
                    input += Self.request("A-\(index)").dropLast() + #", "explain": "FULL"}"# + "\n"
                } else {
                    input += Self.request("A-\(index)") + "\n"
                }
            }
            let result = try await Tool.run(["evaluate", "--jsonl", "--address", server.address, "-"], input: input)
            #expect(result.code == 65)
            #expect(result.errors.isEmpty)
            #expect(result.lines.count == count)
            for (index, line) in result.lines.enumerated() {
                if index % 7 == 3 {
                    #expect(
                        line
                            == #"{"error":{"code":1003,"message":"must be a string, not a number","field":"as_of","line":\#(index + 1),"application_id":""}}"#
                    )
                } else {
                    let assessment = try GrantdAssessment(jsonString: String(line))
                    #expect(assessment.applicationID == "A-\(index)")
                    #expect(assessment.explanation.isEmpty == (index % 11 != 5))
                }
            }
        }
    }

    @Test("ends with 0 where every line was assessed, and with 65 where the daemon refuses one")
    func lineErrors() async throws {
        try await withLiveServer { server in
            let arguments = ["evaluate", "--jsonl", "--address", server.address]
            let good = try await Tool.run(arguments, input: Self.request("A") + "\n" + Self.request("B"))
            #expect(good.code == 0)
            #expect(good.lines.count == 2)
            let refused =
                #"{"application": {"application_id": "甲-2", "as_of": "2026-02-30", "digital_space_original_game": {}}}"#
            let bad = try await Tool.run(
                arguments,
                input: Self.request("A") + "\n" + refused + "\n" + Self.request("B")
            )
            #expect(bad.code == 65)
            #expect(bad.lines.count == 3)
            #expect(bad.lines[1].hasPrefix(#"{"error":{"code":1003,"message":"#))
            #expect(bad.lines[1].hasSuffix(#","field":"as_of","line":2,"application_id":"甲-2"}}"#))
        }
    }

    @Test("ends with 65 where the daemon refuses, and names the place")
    func refused() async throws {
        try await withLiveServer { server in
            let json = #"{"application": {"as_of": "2026-02-30", "digital_space_original_game": {}}}"#
            let result = try await Tool.run(["evaluate", "--address", server.address], input: json)
            #expect(result.code == 65)
            #expect(result.output.isEmpty)
            #expect(result.errors.hasPrefix("grantctl: as_of: "))
            let unknown = try await Tool.run("describe", "digital-space.orignal-game", "--address", server.address)
            #expect(unknown.code == 65)
            #expect(unknown.errors.hasPrefix("grantctl: measure: "))
            #expect(unknown.errors.contains("did you mean digital-space.original-game?"))
            let short = try await Tool.run("describe", "original-game", "--address", server.address)
            #expect(short.errors.contains("did you mean digital-space.original-game?"))
            let award = Self.request("A").replacing(
                #""digital_space_original_game""#,
                with:
                    #""prior_awards": [{"measure": "digital-space.launch-evnt", "awarded_on": "2026-01-01", "amount_fen": 1}], "digital_space_original_game""#
            )
            let prior = try await Tool.run(["evaluate", "--address", server.address], input: award)
            #expect(prior.code == 65)
            #expect(prior.errors.contains("did you mean digital-space.launch-event?"))
        }
    }

    @Test("lists, describes, screens and asks for health")
    func others() async throws {
        try await withLiveServer { server in
            let address = ["--address", server.address, "--json"]
            let measures = try await Tool.run(["measures", "--programme", "digital-space"] + address)
            #expect(try GrantdListMeasuresResponse(jsonString: measures.output).measures.count == 16)
            let description = try await Tool.run(["describe", "digital-space.original-game"] + address)
            #expect(
                try GrantdMeasureDescription(jsonString: description.output).measure == "digital-space.original-game"
            )
            let documents = try await Tool.run(["documents", "京司发〔2007〕24号", "--as-of", "2025-11-26"] + address)
            #expect(
                try GrantdListDocumentsResponse(jsonString: documents.output).documents.map(\.inForceUntil) == [
                    "2025-11-26"
                ]
            )
            let screen = try await Tool.run(
                ["screen"] + address,
                input: #"{"as_of": "2026-05-20", "applicant": {"kind": "UNIVERSITY"}}"#
            )
            #expect(try !GrantdScreenResponse(jsonString: screen.output).assessments.isEmpty)
            let health = try await Tool.run(["health"] + address)
            #expect(health.output == #"{"status":"SERVING"}"# + "\n")
            for result in [measures, description, documents, screen, health] {
                #expect(result.code == 0)
                #expect(result.errors.isEmpty)
            }
            let page = try await Tool.run(["health", "--address", server.address])
            #expect(page.output == "\(server.address)  serving\n")
        }
    }

    @Test("brings its token along")
    func token() async throws {
        var configuration = ServerConfiguration.defaults
        configuration.tokens = TokenSet([Array("open-sesame".utf8)])
        try await withLiveServer(configuration: configuration) { server in
            let refused = try await Tool.run("measures", "--address", server.address)
            #expect(refused.code == 1)
            #expect(refused.errors.contains("--token-file"))
            try await Tool.withFile("\u{FEFF}# ours\r\n\n  open-sesame \nother\n") { path in
                let result = try await Tool.run("measures", "--address", server.address, "--token-file", path)
                #expect(result.code == 0)
            }
        }
    }

    @Test("puts a load on a daemon", arguments: [[], ["--batch", "10"], ["--explain", "--connections", "3"]])
    func bench(options: [String]) async throws {
        try await withLiveServer { server in
            let result = try await Tool.run(
                [
                    "bench", "--address", server.address, "--duration", "0.2", "--warm-up", "0.05", "--depth", "4",
                    "--json",
                ] + options
            )
            #expect(result.code == 0)
            #expect(result.output.hasPrefix(#"{"applications_per_second":"#))
            #expect(result.output.contains(#""errors":{}"#))
            #expect(!result.output.contains(#""calls":0"#))
        }
    }
}
