//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdClient
internal import GrantdMessages
internal import GrantdPolicy
internal import Testing

/// What an operator tells a daemon that runs.
struct SignalTests {
    /// A folder with the built-in file of `ai-application`, which a test may change.
    private static func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "policies-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.appending(path: "ai-application.yaml"))
    }

    private static func builtInText() throws -> String {
        let file = try #require(PolicySet.builtInFiles().first { $0.name == "ai-application.yaml" })
        return String(decoding: file.bytes, as: UTF8.self)
    }

    @Test("SIGHUP: a file that is changed is served, one that is broken is not, and the good one stays")
    func reload() async throws {
        try await Self.withFolder { file in
            let text = try Self.builtInText()
            try text.write(to: file, atomically: true, encoding: .utf8)
            let daemon = try DaemonProcess([
                "serve", "--port", "0", "--threads", "2", "--policies", file.deletingLastPathComponent().path,
            ])
            let port = try await daemon.port()
            try await withGrantdClient(address: GrantdAddress(host: "127.0.0.1", port: port)) { client in
                func gazette() async throws -> String {
                    try await client.describeMeasure("ai-application.general-agent", asOf: "2026-05-20").policy.digest
                }
                let first = try await gazette()
                #expect(first == Self.digest(of: text))

                let other = text + "# Another last line.\n"
                try other.write(to: file, atomically: true, encoding: .utf8)
                // Nothing is taken in before the operator says so.
                #expect(try await gazette() == first)
                daemon.signal(SIGHUP)
                _ = try await daemon.wait("other policies") {
                    try await gazette() == Self.digest(of: other) ? true : nil
                }

                try (other + "broken: [\n").write(to: file, atomically: true, encoding: .utf8)
                daemon.signal(SIGHUP)
                _ = try await daemon.wait("the refusal") {
                    daemon.errors.contains("ai-application.yaml:") ? true : nil
                }
                #expect(daemon.errors.contains("policies not loaded anew"))
                #expect(try await gazette() == Self.digest(of: other))

                try text.write(to: file, atomically: true, encoding: .utf8)
                daemon.signal(SIGHUP)
                _ = try await daemon.wait("the first policies") { try await gazette() == first ? true : nil }
            }
            daemon.signal(SIGTERM)
            #expect(try await daemon.exitCode() == 0)
        }
    }

    @Test(
        "SIGTERM with a drain delay: not ready but served, until a second signal ends the delay",
        arguments: [SIGTERM, SIGINT]
    )
    func drain(second: Int32) async throws {
        let daemon = try DaemonProcess(["serve", "--port", "0", "--threads", "1", "--drain-delay", "600"])
        let port = try await daemon.port()
        try await withGrantdClient(address: GrantdAddress(host: "127.0.0.1", port: port)) { client in
            #expect(try await client.health() == .serving)
            daemon.signal(SIGTERM)
            _ = try await daemon.wait("not ready") { try await client.health() == .notServing ? true : nil }
            #expect(try await !client.listMeasures(asOf: "2026-05-20").isEmpty)
        }
        #expect(daemon.errors.contains("draining delay_seconds=600"))
        #expect(!daemon.errors.contains("stopping"))
        daemon.signal(second)
        #expect(try await daemon.exitCode() == 0)
        #expect(daemon.errors.contains("stopped"))
    }

    @Test("the end of a drain delay stops the daemon")
    func drained() async throws {
        let daemon = try DaemonProcess(["serve", "--port", "0", "--threads", "1", "--drain-delay", "1"])
        _ = try await daemon.port()
        daemon.signal(SIGTERM)
        #expect(try await daemon.exitCode() == 0)
        #expect(daemon.errors.contains("draining delay_seconds=1"))
    }

    @Test("SIGUSR1 writes the counters to the log")
    func counters() async throws {
        let daemon = try DaemonProcess(["serve", "--port", "0", "--threads", "1"])
        _ = try await daemon.port()
        daemon.signal(SIGUSR1)
        _ = try await daemon.wait("counters") { daemon.errors.contains("counters") ? true : nil }
        daemon.signal(SIGINT)
        #expect(try await daemon.exitCode() == 0)
    }

    private static func digest(of text: String) -> String {
        let programme = try? PolicyLoader.load(files: [("ai-application.yaml", Array(text.utf8))]).get().programmes
            .first
        return programme?.digest ?? ""
    }
}
