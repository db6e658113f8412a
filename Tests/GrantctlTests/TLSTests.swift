//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import GrantdServer
import GrantdTesting
import Testing

@testable import grantctl

@Suite("The tool over TLS", .timeLimit(.minutes(2)))
struct TLSTests {
    /// Runs a daemon that speaks TLS; the directory has its certificate and key, and another pair.
    private func withDaemon(
        asksForClients: Bool = false,
        _ body: @Sendable (_ address: String, _ directory: String) async throws -> Void
    ) async throws {
        try await TLSFiles.withDirectory { directory in
            try TLSFiles.write(TLSFiles.second.certificate, to: directory + "/other.pem")
            var configuration = ServerConfiguration.defaults
            configuration.tls = try TLSFiles.source(directory, TLSFiles.first, asksForClients: asksForClients)
            try await withLiveServer(configuration: configuration) { server in
                try await body(server.address, directory)
            }
        }
    }

    @Test("asks, and puts a load on, a daemon that asks for certificates")
    func asks() async throws {
        try await self.withDaemon(asksForClients: true) { address, directory in
            let (certificate, key) = (directory + "/cert.pem", directory + "/key.pem")
            let tls = [
                "--address", address, "--tls-ca", certificate, "--tls-cert", certificate, "--tls-key", key,
                "--tls-server-name", "localhost",
            ]
            let health = try await Tool.run(["health"] + tls)
            #expect(health.code == 0)
            #expect(health.output.contains("serving"))
            let measures = try await Tool.run(["measures", "--json"] + tls)
            #expect(measures.code == 0)
            #expect(measures.output.contains("medical-device.common-platform"))
            let bench = try await Tool.run(
                ["bench", "--json", "--duration", "0.3", "--warm-up", "0.1", "--connections", "4"] + tls
            )
            #expect(bench.code == 0)
            #expect(bench.output.contains(#""errors":{}"#), "\(bench.output)")
        }
    }

    @Test(
        "says what is wrong and which option mends it, in both languages; exits with 69",
        arguments: [
            (["--tls-ca", "other.pem"], "--tls-ca"), (["--tls"], "--tls-ca"), ([], "--tls"),
            (["--tls-ca", "cert.pem", "--tls-server-name", "grants.example"], "--tls-server-name"),
        ]
    )
    func faults(options: [String], mends: String) async throws {
        try await self.withDaemon { address, directory in
            let options = options.map { $0.hasSuffix(".pem") ? "\(directory)/\($0)" : $0 } + ["--address", address]
            for (language, word) in [("zh", "无服务应答："), ("en", "no daemon answers")] {
                for command in [["health"], ["measures"], ["bench", "--duration", "0.1"]]
                // A load that is not answered at all is no daemon out of reach.
                where command[0] != "bench" || options.count > 2 {
                    let result = try await Tool.run(command + options + ["--lang", language])
                    #expect(result.code == 69)
                    #expect(result.errors.contains(word) && result.errors.contains(mends), "\(result.errors)")
                }
            }
        }
    }

    @Test("names the option pair that belongs together, and files that do not hold what they should")
    func setUp() async throws {
        try await TLSFiles.withDirectory { directory in
            let certificate = directory + "/cert.pem"
            try TLSFiles.write(TLSFiles.first.certificate, to: certificate)
            let alone = try await Tool.run("health", "--tls-cert", certificate, "--lang", "zh")
            #expect(alone.code == 64)
            #expect(alone.errors.contains("--tls-key"))
            for (language, word) in [("zh", "没有 PEM 格式且无口令的私钥"), ("en", "holds no private key")] {
                let result = try await Tool.run(
                    "health",
                    "--tls-cert",
                    certificate,
                    "--tls-key",
                    certificate,
                    "--lang",
                    language
                )
                #expect(result.code == 65)
                #expect(result.errors.contains(word) && result.errors.contains(certificate), "\(result.errors)")
            }
            let name = try await Tool.run("health", "--tls-server-name", "10.0.0.1")
            #expect(name.code == 65)
            #expect(name.errors.contains("DNS name"))
        }
    }
}
