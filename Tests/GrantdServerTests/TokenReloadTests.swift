//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdClient
internal import GrantdPolicy
internal import GrantdService
internal import GrantdTesting
internal import Testing

@testable internal import GrantdServer

@Suite("The token file of a running daemon")
struct TokenReloadTests {
    private func withTokenFile(_ body: (URL) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "grantd-tokens-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try await body(file)
    }

    private func write(_ text: String, to file: URL, mode: Int = 0o600) throws {
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }

    @Test("is read anew, for connections that stand too; a bad one changes nothing")
    func reload() async throws {
        try await self.withTokenFile { file in
            try self.write("one\n", to: file)
            let log = LogLines()
            let source = try TokenSource(path: file.path, logger: log.logger)
            var configuration = ServerConfiguration.defaults
            configuration.tokens = source.tokens
            try await withLiveServer(configuration: configuration) { server in
                let control = ControlService(
                    server: server.server,
                    logger: log.logger,
                    interval: nil,
                    tokens: source,
                    load: { _ in .failure(.init(lines: [])) }
                )
                var withOne = GrantdClientConfiguration.defaults
                withOne.token = "one"
                var withTwo = withOne
                withTwo.token = "two"
                let one = GrantdClient(host: server.host, port: server.port, configuration: withOne)
                let two = GrantdClient(host: server.host, port: server.port, configuration: withTwo)
                let unauthenticated = GrantdClientError(code: .unauthenticated, message: "")
                #expect(try await !one.listDocuments().isEmpty)
                await #expect(throws: unauthenticated) { try await two.listDocuments() }

                try self.write("\u{FEFF}two\r\n", to: file)
                control.reload()
                await #expect(throws: unauthenticated) { try await one.listDocuments() }
                #expect(try await !two.listDocuments().isEmpty)

                try self.write("t w o\n", to: file)
                control.reload()
                #expect(try await !two.listDocuments().isEmpty)
                #expect(await one.statistics().connectionsMade == 1)
                #expect(await two.statistics().connectionsMade == 1)
                await one.shutdown()
                await two.shutdown()
            }
            let lines = log.take().map(\.text)
            #expect(lines.contains { $0.hasPrefix("info tokens loaded anew") })
            #expect(lines.contains { $0.hasPrefix("error tokens not loaded anew") && $0.contains("line 1 ") })
            #expect(!lines.contains { $0.contains("t w o") })
        }
    }

    @Test(
        "is warned of where others can read it, at the start and when it is read anew",
        arguments: [0o600, 0o640, 0o604, 0o400]
    )
    func mode(mode: Int) async throws {
        try await self.withTokenFile { file in
            try self.write("one\n", to: file, mode: mode)
            let log = LogLines()
            let source = try TokenSource(path: file.path, logger: log.logger)
            #expect(
                log.take().count { $0.text.hasPrefix("warning others than its owner") } == (mode & 0o077 == 0 ? 0 : 1)
            )
            source.reload(logger: log.logger)
            #expect(
                log.take().count { $0.text.hasPrefix("warning others than its owner") } == (mode & 0o077 == 0 ? 0 : 1)
            )
        }
    }
}
