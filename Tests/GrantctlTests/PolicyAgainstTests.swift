//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdPolicy
import Testing

@Suite("grantctl policy check --against, export --digest")
struct PolicyAgainstTests {
    /// A small programme of an agency's own.
    private static let coolRoof = """
        programme: cool-roof
        document:
          number: 京测〔2026〕1号
          title: {zh: 凉爽屋顶措施, en: Measures for cool roofs}
          issuer: {zh: 测试机构, en: A test office}
          issued: 2026-02-20
          gazette: 2026 No. 9, p. 4
        in_force: {from: 2026-03-01, until: none}
        measures:
          - id: award
            number: 10001
            title: {zh: 凉爽屋顶奖励, en: Award for cool roofs}
            clause: 第一条
            basis: EXACT
            facts:
              painted: {number: 1, type: bool, label: {zh: 已涂装, en: Painted}, question: {zh: 已涂装？, en: Painted?}}
              roof_m2: {number: 2, type: m2, label: {zh: 面积, en: Area}, question: {zh: 面积多少？, en: How large?}}
            requires:
              - {id: painted, when: facts.painted}
              - {id: large, when: facts.roof_m2 >= 100, label: {zh: 面积不小, en: Large enough}}
            award:
              - fixed: 100,000 yuan
              - cap: none

        """

    private static let time = "2026-11-28T21:50:00Z"

    @Test("a later file that clients of the earlier one would misread ends with 65, by its line, in both languages")
    func against() async throws {
        try await PolicyFolder.make { folder in
            let old = try folder.write(Self.coolRoof, to: "old.yaml")
            let same = try await Tool.run("policy", "check", "--against", old, old)
            #expect(same.code == 0)
            let changed = Self.coolRoof.replacing("{number: 2, type: m2", with: "{number: 3, type: m2")
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

    @Test("what a digest names is had again: from the archive, and of built-in files without one")
    func export() async throws {
        try await PolicyFolder.make { folder in
            var files = PolicyFiles()
            files.add(("cool-roof.yaml", Array(Self.coolRoof.utf8)))
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
            #expect(try folder.bytes("own/cool-roof.yaml") == Array(Self.coolRoof.utf8))
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
