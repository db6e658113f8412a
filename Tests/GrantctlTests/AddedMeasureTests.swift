//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdEngine
import GrantdMessages
import GrantdServer
import GrantdService
import GrantdTesting
import SwiftProtobuf
import Testing

@testable import grantctl

@Suite("The tool with a daemon that has an added measure", .timeLimit(.minutes(2)))
struct AddedMeasureTests {
    @Test("assesses an application, without a HOME and without a place for the cache")
    func evaluate() async throws {
        try await withLiveServer(policies: AddedProgramme.policies()) { server in
            for environment in [[:], ["XDG_CACHE_HOME": "/proc/nowhere"]] {
                let result = try await Tool.run(
                    ["evaluate", "--json", "--address", server.address],
                    input: AddedProgramme.request("A"),
                    environment: environment
                )
                #expect(result.code == 0, "\(result.errors)")
                #expect(result.errors.isEmpty)
                let assessment = try GrantdAssessment(jsonString: result.output)
                #expect(assessment.measure == "tree-planting.award")
                #expect(assessment.amountFen == 1_000_000)
            }
        }
    }

    @Test("shows its labels and questions on the page of an assessment, in both languages")
    func page() async throws {
        try await withLiveServer(policies: AddedProgramme.policies()) { server in
            let input = AddedProgramme.request("A", facts: #""tree_count": 20"#)
            let zh = try await Tool.run(["evaluate", "--lang", "zh", "--address", server.address], input: input)
            #expect(zh.code == 0, "\(zh.errors)")
            #expect(zh.output.hasPrefix("植树奖励\n"))
            #expect(zh.output.contains("✗  不少于100株"))
            let missing = AddedProgramme.request("A", facts: #""tree_count": 200"#)
            let en = try await Tool.run(["evaluate", "--lang", "en", "--address", server.address], input: missing)
            #expect(en.output.hasPrefix("Award for planted trees\n"))
            #expect(en.output.contains("Have the trees been planted?"))
        }
    }

    @Test("describes it with hints, bounds and the most entries, and lists it under its programme's title")
    func catalogue() async throws {
        try await withLiveServer(policies: AddedProgramme.policies()) { server in
            let describe = ["describe", "tree-planting.award", "--address", server.address]
            let zh = try await Tool.run(describe + ["--lang", "zh"])
            for text in ["见验收单", "整数，单位：个，10 至 5,000", "清单，至多 3 项", "树木是否已栽植？"] {
                #expect(zh.output.contains(text), "\(zh.output)")
            }
            let en = try await Tool.run(describe + ["--lang", "en"])
            for text in ["See the record of acceptance", "a whole number, 10 to 5,000", "a list of at most 3 entries"] {
                #expect(en.output.contains(text), "\(en.output)")
            }
            let list = ["measures", "--programme", "tree-planting", "--address", server.address]
            #expect(try await Tool.run(list + ["--lang", "zh"]).output.contains("植树奖励"))
            #expect(try await Tool.run(list + ["--lang", "en"]).output.contains("Award for planted trees"))
        }
    }

    @Test("screens it, and puts a load of it on the daemon")
    func screen() async throws {
        try await withLiveServer(policies: AddedProgramme.policies()) { server in
            let input =
                #"{"as_of": "2026-05-20", "known": [{"tree_planting_award": {"planted": true, "tree_count": 100}}]}"#
            let result = try await Tool.run(["screen", "--json", "--address", server.address], input: input)
            #expect(result.code == 0, "\(result.errors)")
            let response = try GrantdScreenResponse(jsonString: result.output)
            let assessment = try #require(response.assessments.first { $0.measure == "tree-planting.award" })
            #expect(assessment.missing.map(\.path) == ["tree_planting_award.plots"])
            try await Tool.withFile(AddedProgramme.request("A") + "\n") { file in
                let bench = try await Tool.run([
                    "bench", "--json", "--requests", file, "--address", server.address, "--duration", "0.2",
                    "--warm-up",
                    "0.05",
                ])
                #expect(bench.code == 0, "\(bench.errors)")
            }
        }
    }

    @Test("names its fields where a request is wrong, and suggests them and its id")
    func errors() async throws {
        try await withLiveServer(policies: AddedProgramme.policies()) { server in
            let cases = [
                (
                    AddedProgramme.request("A", facts: #""tree_count": "many""#),
                    "tree_planting_award.tree_count: is not a whole number"
                ),
                (AddedProgramme.request("A", facts: #""tree_cuont": 1"#), "did you mean \"tree_count\"?"),
                (
                    AddedProgramme.request("A", facts: #""plots": [{"name": 1}]"#),
                    "tree_planting_award.plots[0].name: must be a string"
                ),
                (
                    AddedProgramme.request("A").replacing("award\"", with: "awrad\""),
                    "did you mean \"tree_planting_award\"?"
                ),
                // The daemon's own word.
                (AddedProgramme.request("A", facts: #""tree_count": 5001"#), "tree_planting_award.tree_count: "),
            ]
            for (input, expected) in cases {
                let result = try await Tool.run(["evaluate", "--address", server.address], input: input)
                #expect(result.code == 65)
                #expect(result.errors.contains(expected), "\(result.errors)")
            }
            let describe = try await Tool.run(["describe", "tree-planting.awrad", "--address", server.address])
            #expect(describe.code == 65)
            #expect(describe.errors.contains("did you mean tree-planting.award?"), "\(describe.errors)")
        }
    }

    @Test("brings its token along when it asks for the schema")
    func token() async throws {
        var configuration = ServerConfiguration.defaults
        configuration.tokens = TokenSet([Array("open-sesame".utf8)])
        try await withLiveServer(policies: AddedProgramme.policies(), configuration: configuration) { server in
            let arguments = ["evaluate", "--json", "--address", server.address]
            let without = try await Tool.run(arguments, input: AddedProgramme.request("A"))
            #expect(without.code == 1)
            #expect(without.errors.contains("--token-file"))
            try await Tool.withFile("open-sesame\n") { file in
                let with = try await Tool.run(arguments + ["--token-file", file], input: AddedProgramme.request("A"))
                #expect(with.code == 0, "\(with.errors)")
            }
        }
    }

    @Test("assesses lines of a measure that is added while it runs, and of none that is not there")
    func reload() async throws {
        try await withLiveServer { server in
            let run = try ToolRun(["evaluate", "--jsonl", "--address", server.address])
            try run.say(AddedProgramme.request("A"))
            let refused = try run.answer()
            #expect(refused.contains(#""field":"tree_planting_award""#), "\(refused)")

            server.server.replacePolicies(CompiledPolicies(try AddedProgramme.policies()))
            // The tool asks what there is once a second at most: until then it knows as little as before.
            var answer = refused
            while answer.contains(#""field":"tree_planting_award""#) {
                try run.say(AddedProgramme.request("B"))
                answer = try run.answer()
            }
            let assessment = try GrantdAssessment(jsonString: answer)
            #expect(assessment.measure == "tree-planting.award")
            #expect(assessment.applicationID == "B")

            try run.say(AddedProgramme.request("C").replacing("award\"", with: "awrad\""))
            #expect(try run.answer().contains("did you mean"))
            #expect(try run.end() == 65)
        }
    }
}

/// A run of the tool that is spoken to line by line.
private final class ToolRun {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(_ arguments: [String]) throws {
        self.process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "grantctl")
        self.process.arguments = arguments
        self.process.environment = ["LC_ALL": "C", "PATH": "/usr/bin:/bin"]
        self.process.standardInput = self.input
        self.process.standardOutput = self.output
        self.process.standardError = FileHandle.nullDevice
        try self.process.run()
    }

    func say(_ line: String) throws { try self.input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8)) }

    /// The next line of the output.
    func answer() throws -> String {
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let byte = try self.output.fileHandleForReading.read(upToCount: 1)
            line.append(try #require(byte.flatMap { $0.isEmpty ? nil : $0 }, "the output ended"))
        }
        return String(decoding: line.dropLast(), as: UTF8.self)
    }

    /// Ends the input and gives the exit code.
    func end() throws -> Int32 {
        try self.input.fileHandleForWriting.close()
        self.process.waitUntilExit()
        return self.process.terminationStatus
    }
}
