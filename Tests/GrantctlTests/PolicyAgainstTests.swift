//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdPolicy
import GrantdTesting
import Testing

@Suite("grantctl policy check --against, export --digest")
struct PolicyAgainstTests {
    private static let time = "2026-11-28T21:50:00Z"

    @Test("a later file that clients of the earlier one would misread ends with 65, by its line, in both languages")
    func against() async throws {
        try await PolicyFolder.make { folder in
            let old = try folder.write(SamplePolicies.coolRoof, to: "old.yaml")
            let same = try await Tool.run("policy", "check", "--against", old, old)
            #expect(same.code == 0)
            let changed = SamplePolicies.coolRoof.replacing("{number: 2, type: m2", with: "{number: 3, type: m2")
            let new = try folder.write(changed, to: "new.yaml")
            let result = try await Tool.run("policy", "check", "--against", old, "--against", "built-in", new)
            #expect(result.code == 65)
            #expect(
                result.output.hasPrefix(
                    "\(new):17:25: error: the number of the fact \"roof_m2\" was 2 and must not become 3; write number: 2 "
                        + "[changed-number]\n"
                )
            )
            #expect(result.output.hasSuffix("1 problem\n"))
            let chinese = try await Tool.run("policy", "check", "--lang", "zh", "--against", old, new)
            #expect(chinese.output.contains("事实“roof_m2”的编号曾为 2，不得改为 3；请写 number: 2"))
            // A directory of earlier files, and one that is none.
            let directory = try await Tool.run("policy", "check", "--against", folder.path, new)
            #expect(directory.code == 65)
            let missing = try await Tool.run("policy", "check", "--against", folder("nothing.yaml"), new)
            #expect(missing.code == 65)
            #expect(missing.errors.contains("nothing.yaml"))
        }
    }

    @Test("a file that replaces a built-in programme is compared with it by name")
    func builtIn() async throws {
        try await PolicyFolder.make { folder in
            let file = try #require(PolicySet.builtInFiles().first { $0.name == "ai-application.yaml" })
            let text = String(decoding: file.bytes, as: UTF8.self)
            let good = try folder.write(text, to: "ai-application.yaml")
            #expect(try await Tool.run("policy", "check", "--against", "built-in", good).code == 0)
            let bad = try folder.write(
                text.replacing("number: 101\n", with: "number: 199\n"),
                to: "ai-application.yaml"
            )
            #expect(try await Tool.run("policy", "check", bad).code == 0)
            let result = try await Tool.run("policy", "check", "--against", "built-in", bad)
            #expect(result.code == 65)
            #expect(result.output.contains("write number: 101"))
        }
    }

    @Test("proto reserves the numbers of measures that are gone, and refuses a number that another programme reserves")
    func reserved() async throws {
        try await PolicyFolder.make { folder in
            let gone = SamplePolicies.coolRoof.replacing("measures:\n", with: "reserved: [10002]\nmeasures:\n")
            try folder.write(gone, to: "cool-roof.yaml")
            let out = folder("out")
            let good = try await Tool.run("policy", "proto", folder("cool-roof.yaml"), "--out", out)
            #expect(good.code == 0)
            let text = String(decoding: try folder.bytes("out/grantd/v1/application.proto"), as: UTF8.self)
            #expect(text.contains("\n  reserved 10002;\n"))
            let other = gone.replacing("cool-roof", with: "warm-roof").replacing("reserved: [10002]\n", with: "")
                .replacing("number: 10001", with: "number: 10002")
            try folder.write(other, to: "warm-roof.yaml")
            for command in [["check", folder.path], ["proto", folder.path, "--out", folder("other")]] {
                let refused = try await Tool.run(["policy"] + command + ["--lang", "en"])
                #expect(refused.code == 65)
                #expect(refused.output.contains("warm-roof.yaml:11:13: error: the number 10002 is reserved"))
            }
            #expect(throws: (any Error).self) { try folder.bytes("other/grantd/v1/application.proto") }
        }
    }

    @Test("what a digest names is had again: from the archive, and of built-in files without one")
    func export() async throws {
        try await PolicyFolder.make { folder in
            var files = PolicyFiles()
            files.add(("cool-roof.yaml", Array(SamplePolicies.coolRoof.utf8)))
            let policies = try PolicySet.builtIn(with: files)
            let archive = folder("archive")
            try PolicyAdmission(archive: PolicyArchive(path: archive)).admit(policies, loaded: Self.time)
            let own = try #require(policies.programmes.first { $0.id == "cool-roof" })
            let result = try await Tool.run(
                "policy",
                "export",
                "--digest",
                own.digest,
                "--policy-archive",
                archive,
                folder("own")
            )
            #expect(result.code == 0, "\(result.errors)")
            #expect(result.output == "2 files written to \(folder("own"))\n")
            #expect(try folder.bytes("own/cool-roof.yaml") == Array(SamplePolicies.coolRoof.utf8))
            #expect(try folder.bytes("own/working-calendar.yaml") == BuiltInFiles.embedded.calendar.bytes)
            #expect(try await Tool.run("policy", "check", folder("own")).code == 0)

            let builtIn = try #require(policies.programmes.first { $0.id == "medical-device" })
            #expect(try await Tool.run("policy", "export", "--digest", builtIn.digest, folder("built-in")).code == 0)
            #expect(try folder.bytes("built-in/medical-device.yaml") == builtIn.file.bytes)

            let unknown = try await Tool.run("policy", "export", "--digest", own.digest, folder("none"))
            #expect(unknown.code == 65)
            #expect(unknown.errors.contains("--policy-archive"))
            let nowhere = String(repeating: "0", count: 64)
            let absent = try await Tool.run(
                "policy",
                "export",
                "--digest",
                nowhere,
                "--policy-archive",
                archive,
                folder("none")
            )
            #expect(absent.code == 65)
            #expect(absent.errors.contains("does not have the digest"))
            #expect(!FileManager.default.fileExists(atPath: folder("none")))
            try folder.write("other\n", to: "archive/files/\(own.fileDigest).yaml")
            let damaged = try await Tool.run(
                "policy",
                "export",
                "--digest",
                own.digest,
                "--policy-archive",
                archive,
                folder("none")
            )
            #expect(damaged.code == 65)
            #expect(damaged.errors.contains("the archive is damaged"))
        }
    }

    @Test(
        "ends with 64 where the command line is wrong",
        arguments: [
            ["--digest", "12"], ["--policy-archive", "/tmp"],
            ["--digest", String(repeating: "0", count: 64), "--programme", "medical-device"],
        ]
    )
    func usage(arguments: [String]) async throws {
        let result = try await Tool.run(["policy", "export"] + arguments + ["/nonexistent/out"])
        #expect(result.code == 64)
    }
}
