//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdClient
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdTesting
internal import Testing

/// A daemon whose policies come and go, with an archive and without.
struct PolicyArchiveTests {
    private static func measures(_ daemon: DaemonProcess) async throws -> Set<String> {
        let port = try await daemon.port()
        return try await withGrantdClient(address: GrantdAddress(host: "127.0.0.1", port: port)) { client in
            Set(try await client.listMeasures().map(\.measure))
        }
    }

    /// Tells the daemon to load its policies anew, and waits until it says what came of it so often.
    private static func reload(_ daemon: DaemonProcess, until text: String, times: Int = 1) async throws {
        daemon.signal(SIGHUP)
        _ = try await daemon.wait(text) {
            daemon.errors.components(separatedBy: text).count > times ? true : nil
        }
    }

    private static func stop(_ daemon: DaemonProcess) async throws {
        daemon.signal(SIGTERM)
        #expect(try await daemon.exitCode() == 0)
    }

    @Test("SIGHUP: a programme comes and goes; what clients would misread is refused by its line, and the old stays")
    func reloads() async throws {
        try await PolicyFolder.with { folder in
            let daemon = try DaemonProcess(["serve", "--port", "0", "--threads", "1", "--policies", folder.policies])
            let builtIn = try await Self.measures(daemon)
            #expect(daemon.errors.contains("no --policy-archive"))
            #expect(daemon.errors.contains("holds no policy file"))
            #expect(!builtIn.contains("cool-roof.award"))

            try folder.write(SamplePolicies.coolRoof)
            try await Self.reload(daemon, until: "policies loaded anew")
            #expect(try await Self.measures(daemon) == builtIn.union(["cool-roof.award"]))

            try folder.write(SamplePolicies.coolRoof.replacing("{number: 2, type: m2", with: "{number: 3, type: m2"))
            try await Self.reload(daemon, until: "policy problem")
            #expect(daemon.errors.contains("cool-roof.yaml:17:"))
            #expect(daemon.errors.contains("write number: 2"))
            #expect(try await Self.measures(daemon).contains("cool-roof.award"))

            try folder.remove()
            try await Self.reload(daemon, until: "policies loaded anew", times: 2)
            #expect(try await Self.measures(daemon) == builtIn)

            // Its number stays taken, and it may come back as it was.
            let other = SamplePolicies.coolRoof.replacing("programme: cool-roof", with: "programme: warm-roof")
            try folder.write(other, to: "warm-roof.yaml")
            try await Self.reload(daemon, until: "policy problem", times: 2)
            #expect(daemon.errors.contains("warm-roof.yaml:11:"))
            #expect(try await Self.measures(daemon) == builtIn)
            try folder.write(other.replacing("10001", with: "10002"), to: "warm-roof.yaml")
            try folder.write(SamplePolicies.coolRoof)
            try await Self.reload(daemon, until: "policies loaded anew", times: 3)
            #expect(try await Self.measures(daemon) == builtIn.union(["cool-roof.award", "warm-roof.award"]))
            try await Self.stop(daemon)
        }
    }

    @Test("what replaces a built-in programme and would misread its clients keeps the daemon from starting")
    func replacing() async throws {
        try await PolicyFolder.with { folder in
            let file = try #require(PolicySet.builtInFiles().first { $0.name == "ai-application.yaml" })
            let text = String(decoding: file.bytes, as: UTF8.self).replacing("number: 101\n", with: "number: 199\n")
            try folder.write(text, to: "ai-application.yaml")
            let daemon = try DaemonProcess(["serve", "--port", "0", "--policies", folder.policies])
            #expect(try await daemon.exitCode() == 65)
            #expect(daemon.errors.contains("write number: 101 [changed-number]"))
            #expect(daemon.output.isEmpty)
        }
    }

    @Test("--policy-archive: another start knows what was served, and a damaged archive keeps the daemon from starting")
    func archive() async throws {
        try await PolicyFolder.with { folder in
            let arguments = [
                "serve", "--port", "0", "--threads", "1", "--policies", folder.policies, "--policy-archive",
                folder.archive,
            ]
            try folder.write(SamplePolicies.coolRoof)
            let first = try DaemonProcess(arguments)
            let port = try await first.port()
            #expect(!first.errors.contains("no --policy-archive"))
            let digest = try await withGrantdClient(address: GrantdAddress(host: "127.0.0.1", port: port)) { client in
                try await client.describeMeasure("cool-roof.award", asOf: "2026-05-20").policy.digest
            }
            let kept = try #require(PolicyArchive(path: folder.archive).decisions().first { $0.digest == digest })
            #expect(kept.programme == "cool-roof")
            #expect(kept.loaded.hasPrefix("20") && kept.loaded.hasSuffix("Z") && kept.loaded.count == 20)
            #expect(
                try PolicyArchive(path: folder.archive).file(kept.programmeDigest)
                    == Array(SamplePolicies.coolRoof.utf8)
            )
            try folder.remove()
            try await Self.reload(first, until: "policies loaded anew")
            try await Self.stop(first)

            try folder.write(SamplePolicies.coolRoof.replacing("type: m2", with: "type: m2, wire: int64"))
            let second = try DaemonProcess(arguments)
            #expect(try await second.exitCode() == 65)
            #expect(second.errors.contains("[changed-type]"))
            try folder.write(SamplePolicies.coolRoof)
            let third = try DaemonProcess(arguments)
            #expect(try await Self.measures(third).contains("cool-roof.award"))
            try await Self.stop(third)

            try "nonsense\n".write(toFile: folder.archive + "/numbers.jsonl", atomically: true, encoding: .utf8)
            let fourth = try DaemonProcess(arguments)
            #expect(try await fourth.exitCode() == 65)
            #expect(fourth.errors.contains("numbers.jsonl:1:1: error: the archive is damaged"))
            let fifth = try DaemonProcess(["serve", "--port", "0", "--policy-archive", "/dev/null"])
            #expect(try await fifth.exitCode() == 1)
            #expect(fifth.errors.contains("the archive cannot be"))
        }
    }

    @Test("SIGHUP: a calendar for 2027 is taken in, and settles a term that could not be counted")
    func calendar() async throws {
        try await PolicyFolder.with { folder in
            let daemon = try DaemonProcess(["serve", "--port", "0", "--threads", "1", "--policies", folder.policies])
            var application = GrantdApplication()
            application.asOf = "2026-12-21"
            application.innovativeMedicineTrialReviewTime.pilotVariety = true
            application.innovativeMedicineTrialReviewTime.acceptedOn = "2026-12-18"
            let asked = application
            let port = try await daemon.port()
            try await withGrantdClient(address: GrantdAddress(host: "127.0.0.1", port: port)) { client in
                let before = try await client.evaluate(asked)
                #expect(before.missing.map(\.path) == ["working_calendar"])
                let text =
                    String(decoding: BuiltInFiles.embedded.calendar.bytes, as: UTF8.self)
                    + [
                        "  - year: 2027", "    notice:", "      number: 国办发明电〔2026〕9号",
                        "      title: {zh: 2027年部分节假日安排, en: The holidays of 2027}", "      issued: 2026-11-04",
                        "    days_off:",
                        "      - {from: 2027-01-01, until: 2027-01-01, holiday: {zh: 元旦, en: New Year's Day}}",
                        "    make_up_days: []", "",
                    ].joined(separator: "\n")
                try folder.write(text, to: "calendar.yaml")
                try await Self.reload(daemon, until: "policies loaded anew")
                let after = try await client.evaluate(asked)
                #expect(after.missing.isEmpty)
                #expect(after.lines.contains { $0.id == "decide-by-on" })
                #expect(after.policy.digest != before.policy.digest)
            }
            try await Self.stop(daemon)
        }
    }
}
