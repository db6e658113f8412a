//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdPolicy
internal import GrantdServer
internal import GrantdService
internal import Testing

@testable internal import grantd

/// What the program starts with, and what it refuses to start with.
struct StartTests {
    @Test(
        "an address that others can reach is refused before anything listens",
        arguments: ["0.0.0.0", "::", "[::]", "192.0.2.1"]
    )
    func exposure(host: String) async throws {
        let daemon = try DaemonProcess(["serve", "--host", host, "--port", "0"])
        #expect(try await daemon.exitCode() == 64)
        #expect(daemon.output.isEmpty)
        #expect(daemon.errors.contains("can be reached from other machines"))
        #expect(daemon.errors.contains("--token-file"))
        #expect(daemon.errors.contains("--insecure"))
    }

    @Test(
        "options that do not go together, or are no origin, are refused",
        arguments: [
            ["--tls-cert", "a.pem"], ["--tls-key", "a.key"], ["--tls-client-ca", "ca.pem"],
            ["--http-allow-origin", "example.org"], ["--http-allow-origin", "https://example.org/"],
            ["--http-allow-origin", "null"],
            ["--decision-log-keep-size", "100", "--decision-log", "x"],
            ["--decision-log-keep-age", "400", "--decision-log", "x"],
        ]
    )
    func combinations(options: [String]) async throws {
        let daemon = try DaemonProcess(["serve", "--port", "0"] + options)
        #expect(try await daemon.exitCode() == 64)
        #expect(daemon.errors.contains(options[0]))
    }

    @Test("a certificate that cannot be read keeps the daemon from starting")
    func certificate() async throws {
        let daemon = try DaemonProcess([
            "serve", "--port", "0", "--tls-cert", "/nowhere.pem", "--tls-key", "/nowhere.key",
        ])
        #expect(try await daemon.exitCode() == 1)
        #expect(daemon.errors.contains("cannot read /nowhere.pem"))
    }

    @Test("the loopback address is served without a token, by any of its names", arguments: ["127.0.0.1", "localhost"])
    func loopback(host: String) async throws {
        let daemon = try DaemonProcess(["serve", "--host", host, "--port", "0", "--threads", "1"])
        #expect(try await daemon.port() > 0)
        daemon.signal(SIGTERM)
        #expect(try await daemon.exitCode() == 0)
    }

    @Test("what is exposed: every address but the machine's own, unless tokens are asked for or it is meant")
    func judgement() throws {
        var configuration = ServerConfiguration.defaults
        func isRefused(_ host: String, isInsecure: Bool = false) -> Bool {
            configuration.host = host
            do throws(ServerStartError) {
                try configuration.checkExposure(isInsecure: isInsecure)
                return false
            } catch {
                return error.code == .exposure
            }
        }
        for host in ["127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1", "localhost"] {
            #expect(!isRefused(host), "\(host)")
        }
        // A name can lead anywhere, also one that begins like an address.
        for host in [
            "0.0.0.0", "::", "128.0.0.1", "10.0.0.1", "::ffff:10.0.0.1", "127.0.0.1.example.org", "example.org", "",
        ] {
            #expect(isRefused(host), "\(host)")
            #expect(!isRefused(host, isInsecure: true), "\(host)")
        }
        configuration.tokens = try TokenSet.parse(Array("a-token-that-is-long-enough-to-be-one\n".utf8))
        #expect(!isRefused("0.0.0.0"))
    }

    @Test("a built-in calendar or register that is broken keeps the program from starting, and is named")
    func brokenReferences() throws {
        for edit in [
            { (files: inout BuiltInFiles) in files.calendar.bytes = [] },
            { (files: inout BuiltInFiles) in files.calendar.bytes = Array("calendar: working-days\nyears: []\n".utf8) },
            { (files: inout BuiltInFiles) in files.register.bytes = Array("documents: 7\n".utf8) },
            { (files: inout BuiltInFiles) in files.register.bytes.removeLast(files.register.bytes.count / 2) },
        ] {
            var files = BuiltInFiles.embedded
            edit(&files)
            let isCalendar = files.calendar.bytes != BuiltInFiles.embedded.calendar.bytes
            switch PolicyDirectories(paths: [], builtIn: files).load() {
            case .success: Issue.record("it starts without its \(isCalendar ? "calendar" : "register")")
            case .failure(let failure):
                let name = isCalendar ? "working-calendar.yaml:" : "documents.yaml:"
                #expect(!failure.lines.isEmpty)
                #expect(failure.lines.allSatisfy { $0.hasPrefix(name) }, "\(failure.lines)")
                #expect(!failure.isUnreadable)
            }
        }
        // Both at once: the problems of both.
        var files = BuiltInFiles.embedded
        files.calendar.bytes = []
        files.register.bytes = []
        guard case .failure(let failure) = PolicyDirectories(paths: [], builtIn: files).load() else {
            Issue.record("it starts without either")
            return
        }
        for name in ["working-calendar.yaml:", "documents.yaml:"] {
            #expect(failure.lines.contains { $0.hasPrefix(name) })
        }
        guard case .success = PolicyDirectories(paths: []).load() else {
            Issue.record("it does not start as it is")
            return
        }
    }
}
