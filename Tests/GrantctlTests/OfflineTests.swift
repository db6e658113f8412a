//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdInterview
import GrantdWire
import Testing

@testable import grantctl

@Suite("The tool without a daemon")
struct OfflineTests {
    /// Nobody listens on port 1.
    private static let nobody = "127.0.0.1:1"

    @Test("no help tells a default by a number that stands for a word", arguments: ["ask", "award"])
    func defaultStage(command: String) async throws {
        let help = try await Tool.run(command, "--help")
        #expect(help.output.contains("disbursement") && !help.output.contains("default: 0"))
    }

    @Test("says its version, which is the daemon's")
    func version() async throws {
        let result = try await Tool.run("--version")
        #expect(result.code == 0)
        #expect(result.output == "grantctl \(GrantdVersion.current)\n")
    }

    @Test("wraps and translates nothing that is for programs", arguments: ["C", "zh_CN.UTF-8"])
    func forPrograms(locale: String) async throws {
        let dump = try await Tool.run(["--experimental-dump-help"], environment: ["LC_ALL": locale])
        #expect(dump.code == 0)
        // A line feed in a string is none of JSON's.
        let tool = try JSONSerialization.jsonObject(with: Data(dump.output.utf8)) as? [String: Any]
        #expect((tool?["command"] as? [String: Any])?["commandName"] as? String == "grantctl")
        let script = try await Tool.run(["--generate-completion-script", "bash"], environment: ["LC_ALL": locale])
        #expect(script.code == 0)
        let comments = script.lines.drop { $0 != "# required variables:" }.prefix {
            $0 != "__grantctl_offer_flags_options() {"
        }
        #expect(!comments.isEmpty && comments.allSatisfy { $0.hasPrefix("#") })
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

            {"application": {"digital_space_launch_event": {}, "digital_space_campus_founder": {}, "application_id": "A-3"}}
            [1
            {}
            """
        let result = try await Tool.run(["evaluate", "--jsonl", "--address", Self.nobody], input: input)
        #expect(result.code == 65)
        #expect(result.errors.isEmpty)
        #expect(
            result.output == """
                {"error":{"code":1003,"message":"no field of Application has this name","field":"knd","line":1,"application_id":""}}
                {"error":{"code":1003,"message":"not valid JSON at byte 1: the end of the text where an object should be","field":"","line":2,"application_id":""}}
                {"error":{"code":1003,"message":"holds digital_space_launch_event and digital_space_campus_founder; give one of them","field":"facts","line":3,"application_id":"A-3"}}
                {"error":{"code":1003,"message":"not valid JSON at byte 3: the end of the text where “,” or “]” should be","field":"","line":4,"application_id":""}}
                {"error":{"code":1003,"message":"must be set","field":"application","line":5,"application_id":""}}

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

    @Test("speaks Chinese where the locale or --lang says so: errors of the command line, of requests, help")
    func chinese() async throws {
        let locale = ["LANG": "zh_CN.UTF-8", "LC_ALL": ""]
        let usage = try await Tool.run(["health", "--jsom"], environment: locale)
        #expect(usage.code == 64)
        #expect(usage.errors.hasPrefix("错误：没有选项 '--jsom'；是否指 '--json'？\n用法："))
        let json = #"{"application": {"applicant": {"kind": "SHOP"}}}"#
        let bad = try await Tool.run(["evaluate", "--lang", "zh", "--address", Self.nobody, "-"], input: json)
        #expect(bad.code == 65)
        #expect(bad.errors.hasPrefix("grantctl: 标准输入: applicant.kind: 须为其中之一：NONE, ENTERPRISE"))
        let nobody = try await Tool.run(["health", "--address", Self.nobody], environment: locale)
        #expect(nobody.errors == "grantctl: 127.0.0.1:1 无服务应答：无法连接；请确认服务已启动、地址无误\n")
        let english = try await Tool.run(["health", "--lang=en", "--foo"], environment: locale)
        #expect(english.errors.hasPrefix("Error: Unknown option '--foo'. "))
    }

    @Test(
        "has help in Chinese and English for every subcommand, no line wider than the terminal",
        arguments: [
            "", "evaluate", "screen", "measures", "describe", "documents", "auction", "health", "bench", "policy",
            "policy check", "policy test", "policy export", "policy diff",
        ]
    )
    func help(command: String) async throws {
        for language in ["zh", "en"] {
            let result = try await Tool.run(
                ["help"] + command.split(separator: " ").map(String.init) + ["--lang", language]
            )
            #expect(result.code == 0)
            #expect(result.lines.allSatisfy { String($0).columns <= 80 }, "\(result.output)")
            let hasChinese = result.output.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
            #expect(hasChinese == (language == "zh") || command == "documents")
            if language == "zh" {
                for word in ["USAGE", "OPTIONS", "ARGUMENTS", "OVERVIEW", "Show "] {
                    #expect(!result.output.contains(word))
                }
            }
        }
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
