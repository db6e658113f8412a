//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdServer
import Testing

@testable import grantctl

@Suite("The tool without a daemon")
struct OfflineTests {
    /// Nobody listens on port 1.
    private static let nobody = "127.0.0.1:1"

    @Test("says its version, which is the daemon's")
    func version() async throws {
        let result = try await Tool.run("--version")
        #expect(result.code == 0)
        #expect(result.output == "grantctl \(GrantdVersion.current)\n")
    }

    @Test(
        "ends with 64 where the command line is wrong",
        arguments: [
            ["nonsense"], ["health", "--address", "127.0.0.1:0"], ["health", "--timeout", "0"],
            ["health", "--lang", "fr"],
            ["evaluate", "--json", "--page"], ["evaluate", "--jsonl", "--page"], ["describe"], ["policy", "check"],
            ["bench", "--depth", "0"], ["bench", "--batch", "5000"], ["bench", "--batch", "300", "--explain"],
        ]
    )
    func usage(arguments: [String]) async throws {
        let result = try await Tool.run(arguments)
        #expect(result.code == 64)
        #expect(result.output.isEmpty)
        #expect(!result.errors.isEmpty)
    }

    @Test("ends with 65 where the request is bad, names the place, and asks nobody")
    func badInput() async throws {
        let json = #"{"application": {"applicant": {"kind": "SHOP"}}}"#
        let result = try await Tool.run(["evaluate", "--address", Self.nobody, "-"], input: json)
        #expect(result.code == 65)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("grantctl: standard input: applicant.kind: must be one of NONE, ENTERPRISE"))

        let nothing = try await Tool.run("evaluate", "--address", Self.nobody, "/nonexistent/request.json")
        #expect(nothing.code == 65)
        #expect(nothing.errors == "grantctl: cannot read /nonexistent/request.json: No such file or directory\n")
    }

    @Test(
        "ends with 69 where nobody answers",
        arguments: [["evaluate", "-"], ["evaluate", "--jsonl"], ["health"], ["measures"], ["documents"], ["bench"]]
    )
    func unreachable(arguments: [String]) async throws {
        let json = #"{"application": {"as_of": "2026-05-20", "digital_space_launch_event": {}}}"# + "\n"
        let result = try await Tool.run(arguments + ["--address", Self.nobody], input: json)
        #expect(result.code == 69)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("grantctl: no daemon answers at 127.0.0.1:1: "))
    }

    @Test("answers malformed lines by itself, each on its line")
    func malformedLines() async throws {
        let input = """
            {"application": {"knd": 1}}

            {"application": {"digital_space_launch_event": {}, "digital_space_campus_founder": {}}}
            [1
            {}
            """
        let result = try await Tool.run(["evaluate", "--jsonl", "--address", Self.nobody], input: input)
        #expect(result.code == 65)
        #expect(result.errors.isEmpty)
        #expect(
            result.output == """
                {"error":{"code":1003,"message":"no field of Application has this name","field":"knd"}}
                {"error":{"code":1003,"message":"not valid JSON at byte 1: the end of the text where an object should be","field":""}}
                {"error":{"code":1003,"message":"holds digital_space_launch_event and digital_space_campus_founder; give one of them","field":"facts"}}
                {"error":{"code":1003,"message":"not valid JSON at byte 3: the end of the text where “,” or “]” should be","field":""}}
                {"error":{"code":1003,"message":"must be set","field":"application"}}

                """
        )
    }

    @Test("gives up on a long input too where nobody answers")
    func unreachableWithMuchToAsk() async throws {
        let json = #"{"application": {"as_of": "2026-05-20", "digital_space_launch_event": {}}}"# + "\n"
        let result = try await Tool.run(
            ["evaluate", "--jsonl", "--address", Self.nobody],
            input: String(repeating: json, count: 20_000)
        )
        #expect(result.code == 69)
        #expect(result.output.isEmpty)
    }

    @Test("prints all problems of policy files")
    func policyCheck() async throws {
        let text = "programme: x\ndocument: {}\nnonsense: 1\n"
        try await Tool.withFile(text) { path in
            let result = try await Tool.run("policy", "check", path)
            #expect(result.code == 65)
            #expect(result.output.contains("\(path):3:1: error: "))
            #expect(result.lines.count { $0.contains(": error: ") } > 2)
            #expect(result.errors.isEmpty)
        }
    }
}
