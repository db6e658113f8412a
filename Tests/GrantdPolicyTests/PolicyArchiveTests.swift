//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdCEL
internal import GrantdTesting
internal import Testing

@testable internal import GrantdPolicy

/// The directory of all that was served.
struct PolicyArchiveTests {
    private static let time = "2026-11-28T21:50:00Z"

    /// Runs `body` with the path of a directory that is not there yet.
    private static func withPath(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "archive-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    /// The built-in policies with the programme `cool-roof`.
    private static func policies(_ edits: (old: String, new: String)...) throws -> PolicySet {
        var files = PolicyFiles()
        files.add(("cool-roof.yaml", Array(try LoaderFixtures.edited(edits, of: "cool-roof.yaml").utf8)))
        return try PolicySet.builtIn(with: files)
    }

    private static func diagnostics(_ body: () throws(PolicyDiagnostics) -> Void) -> [PolicyDiagnostic] {
        do throws(PolicyDiagnostics) {
            try body()
            return []
        } catch {
            return error.list
        }
    }

    private static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("keeps every file by its SHA-256, a line for each digest of answers, and every number, once")
    func keeps() throws {
        try Self.withPath { path in
            let policies = try Self.policies()
            try PolicyAdmission(archive: PolicyArchive(path: path)).admit(policies, loaded: Self.time)
            let archive = PolicyArchive(path: path)
            let served =
                policies.programmes.map(\.file)
                + [policies.references.calendarFile, policies.references.registerFile]
            for file in served {
                let digest = PolicyDigest.of(file.bytes)
                #expect(try archive.file(digest) == file.bytes)
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/files/\(digest).yaml")
                #expect(attributes[.posixPermissions] as? Int == 0o644)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/files").count == served.count)
            let decisions = try archive.decisions()
            #expect(decisions.map(\.digest) == policies.programmes.map(\.digest))
            #expect(decisions.allSatisfy { $0.loaded == Self.time && $0.engineVersion == EngineVersion.current })
            #expect(try archive.ledger().records == policies.programmes.flatMap(\.facts.numberRecords))
            let line = try #require(
                try Self.text(path + "/numbers.jsonl").split(separator: "\n").first { $0.contains("roof_m2") }
            )
            #expect(
                line
                    == #"{"kind":"fact","programme":"cool-roof","message":"cityx.v1.CoolRoofAwardFacts","number":3,"fact":"roof_m2","type":"int32"}"#
            )

            // Once more, by another process: nothing new.
            let before = try [Self.text(path + "/numbers.jsonl"), Self.text(path + "/digests.jsonl")]
            try PolicyAdmission(archive: archive).admit(policies, loaded: "2026-11-29T00:00:00Z")
            #expect(try [Self.text(path + "/numbers.jsonl"), Self.text(path + "/digests.jsonl")] == before)
        }
    }

    @Test(
        "refuses what clients of an earlier process would misread, also after the programme was away, and keeps nothing of it"
    )
    func refuses() throws {
        try Self.withPath { path in
            let archive = PolicyArchive(path: path)
            try PolicyAdmission(archive: archive).admit(Self.policies(), loaded: Self.time)
            try PolicyAdmission(archive: archive).admit(PolicySet.builtIn(), loaded: Self.time)
            let before = try [Self.text(path + "/numbers.jsonl"), Self.text(path + "/digests.jsonl")]
            for (edits, code) in [
                ([("{number: 3", "{number: 6")], .changedNumber),
                ([("type: m2,", "type: m2, wire: int64,")], .changedType),
                ([("programme: cool-roof", "programme: warm-roof")], .reusedNumber),
            ] as [([(String, String)], PolicyDiagnostic.Code)] {
                var files = PolicyFiles()
                let text = try LoaderFixtures.edited(edits.map { ($0.0, $0.1) }, of: "cool-roof.yaml")
                files.add(("cool-roof.yaml", Array(text.utf8)))
                let policies = try PolicySet.builtIn(with: files)
                let diagnostics = Self.diagnostics { () throws(PolicyDiagnostics) in
                    try PolicyAdmission(archive: archive).admit(policies, loaded: Self.time)
                }
                #expect(diagnostics.first?.code == code)
                #expect(diagnostics.first?.file == "cool-roof.yaml")
                // Without it nobody knows.
                try PolicyAdmission().admit(policies, loaded: Self.time)
            }
            #expect(try [Self.text(path + "/numbers.jsonl"), Self.text(path + "/digests.jsonl")] == before)
            try PolicyAdmission(archive: archive).admit(Self.policies(), loaded: Self.time)
        }
    }

    @Test("without an archive a process knows what it served itself, and the built-in programmes")
    func memory() throws {
        let admission = PolicyAdmission()
        try admission.admit(Self.policies(), loaded: Self.time)
        try admission.admit(PolicySet.builtIn(), loaded: Self.time)
        let other = try Self.policies(("programme: cool-roof", "programme: warm-roof"))
        let diagnostics = Self.diagnostics { () throws(PolicyDiagnostics) in
            try admission.admit(other, loaded: Self.time)
        }
        #expect(diagnostics.map(\.code) == [.reusedNumber, .reusedNumber])
        try admission.admit(Self.policies(), loaded: Self.time)
    }

    @Test("what replaces a built-in programme must not misread the clients that come with it")
    func replacing() throws {
        let file = try #require(PolicySet.builtInFiles().first { $0.name == "ai-application.yaml" })
        let text = String(decoding: file.bytes, as: UTF8.self)
        for (old, new, code) in [
            ("        number: 2\n", "        number: 77\n", .changedNumber),
            ("number: 101\n", "number: 199\n", .changedNumber),
        ] as [(String, String, PolicyDiagnostic.Code)] {
            let range = try #require(text.range(of: old))
            var files = PolicyFiles()
            files.add(("mine.yaml", Array(text.replacingCharacters(in: range, with: new).utf8)))
            let policies = try PolicySet.builtIn(with: files)
            let diagnostics = Self.diagnostics { () throws(PolicyDiagnostics) in
                try PolicyAdmission().admit(policies, loaded: Self.time)
            }
            #expect(diagnostics.map(\.code) == [code])
            #expect(diagnostics.first?.file == "mine.yaml")
            #expect(diagnostics.first?.sourceLine.hasSuffix(new.dropLast().drop { $0 == " " }) == true)
        }
    }

    @Test("a line that was cut off while it was written does not count, and the next one takes its place")
    func cutOff() throws {
        try Self.withPath { path in
            let archive = PolicyArchive(path: path)
            try PolicyAdmission(archive: archive).admit(PolicySet.builtIn(), loaded: Self.time)
            let numbers = path + "/numbers.jsonl"
            let whole = try Self.text(numbers)
            try (whole + #"{"kind":"fact","progr"#).write(toFile: numbers, atomically: false, encoding: .utf8)
            let policies = try Self.policies()
            try PolicyAdmission(archive: archive).admit(policies, loaded: Self.time)
            #expect(try Self.text(numbers).hasPrefix(whole + "{\"kind\":\"measure\",\"programme\":\"cool-roof\""))
            let records = Set(try archive.ledger().records)
            #expect(records == Set(policies.programmes.flatMap(\.facts.numberRecords)))
        }
    }

    @Test(
        "a damaged archive is refused, by its file and line",
        arguments: [
            ("numbers.jsonl", "no line\n"), ("numbers.jsonl", "{}\n"), ("numbers.jsonl", "\n"),
            ("numbers.jsonl", #"{"kind":"fact","programme":"a","number":1}"# + "\n"),
            ("numbers.jsonl", #"{"kind":"reserved","programme":"a","number":4294967296}"# + "\n"),
            ("numbers.jsonl", #"{"kind":"reserved","programme":"a","number":1} x"# + "\n"),
            ("digests.jsonl", #"{"digest":"00"}"# + "\n"),
        ]
    )
    func damaged(name: String, line: String) throws {
        try Self.withPath { path in
            let archive = PolicyArchive(path: path)
            let policies = try PolicySet.builtIn()
            try PolicyAdmission(archive: archive).admit(policies, loaded: Self.time)
            let file = path + "/" + name
            let whole = try Self.text(file)
            try (whole + line).write(toFile: file, atomically: false, encoding: .utf8)
            let diagnostics = Self.diagnostics { () throws(PolicyDiagnostics) in
                try PolicyAdmission(archive: archive).admit(policies, loaded: Self.time)
            }
            #expect(diagnostics.map(\.code) == [.badArchive])
            #expect(diagnostics.first?.file == file)
            #expect(diagnostics.first?.line == whole.split(separator: "\n").count + 1)
        }
    }

    @Test("a kept file that holds something else is refused, and what cannot be written is said")
    func unfit() throws {
        try Self.withPath { path in
            let archive = PolicyArchive(path: path)
            let policies = try PolicySet.builtIn()
            try PolicyAdmission(archive: archive).admit(policies, loaded: Self.time)
            let digest = try #require(policies.programmes.first).fileDigest
            try "other\n".write(toFile: "\(path)/files/\(digest).yaml", atomically: false, encoding: .utf8)
            let diagnostics = Self.diagnostics { () throws(PolicyDiagnostics) in
                try PolicyAdmission(archive: archive).admit(policies, loaded: Self.time)
            }
            #expect(diagnostics.map(\.code) == [.badArchive])
            #expect(diagnostics.first?.file.hasSuffix("\(digest).yaml") == true)
        }
        try Self.withPath { path in
            try "a file".write(toFile: path, atomically: false, encoding: .utf8)
            let policies = try PolicySet.builtIn()
            let diagnostics = Self.diagnostics { () throws(PolicyDiagnostics) in
                try PolicyAdmission(archive: PolicyArchive(path: path)).admit(policies, loaded: Self.time)
            }
            #expect(diagnostics.map(\.code) == [.unreadable])
        }
    }
}
