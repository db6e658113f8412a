//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdServer
internal import GrantdService
internal import GrantdTesting
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Testing

/// Frames and HTTP over TLS.
@Suite
struct TLSTests {
    private static func configuration(
        _ source: TLSSource,
        _ change: (inout Limits) -> Void = { _ in }
    ) -> ServerConfiguration {
        var configuration = ServerConfiguration.defaults
        configuration.tls = source
        change(&configuration.limits)
        return configuration
    }

    private static func trusting(_ pair: TLSFiles.Pair, showing own: TLSFiles.Pair? = nil) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(pair.certificate.utf8)))
        configuration.applicationProtocols = ["http/1.1"]
        if let own {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(own.certificate.utf8))
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(own.key.utf8), format: .pem))
        }
        return try NIOSSLContext(configuration: configuration)
    }

    @Test("frames and HTTP are answered over TLS, and plain bytes are not")
    func both() async throws {
        try await TLSFiles.withDirectory { directory in
            let configuration = Self.configuration(try TLSFiles.source(directory, TLSFiles.first))
            try await withLiveServer(configuration: configuration) { server in
                let context = try Self.trusting(TLSFiles.first)
                try await RawPeer.connect(server.port, tls: context) { peer async throws in
                    let reply = try await peer.call("grantd.v1.Calculator", "Evaluate", payload: try Samples.evaluate())
                    #expect(reply.code == 0)
                }
                try await RawPeer.connect(server.port, tls: context) { peer async throws in
                    for _ in 0..<3 {
                        try await peer.send(HTTPText.post(HTTPText.evaluate, HTTPText.application))
                        #expect(try await peer.answer().status == 200)
                    }
                    try await peer.send(HTTPText.get("/healthz", headers: ["connection: close"]))
                    #expect(try await peer.answer().status == 200)
                    #expect(try await peer.isClosed())
                }
                try await RawPeer.connect(server.port) { peer async throws in
                    try await peer.send(HTTPText.get("/healthz"))
                    await #expect(throws: RawPeer.ClosedByServer.self) { try await peer.answer() }
                }
            }
        }
    }

    @Test("a large batch's reply passes TLS whole")
    func large() async throws {
        try await TLSFiles.withDirectory { directory in
            let configuration = Self.configuration(try TLSFiles.source(directory, TLSFiles.first))
            try await withLiveServer(configuration: configuration) { server in
                try await RawPeer.connect(server.port, tls: try Self.trusting(TLSFiles.first)) { peer async throws in
                    let batch = try Samples.batch(count: 4096)
                    try await peer.send(HTTPText.post(HTTPText.batch, batch, type: "application/proto"))
                    let answer = try await peer.answer()
                    #expect(answer.status == 200)
                    #expect(answer.body.count > 1 << 20)
                }
            }
        }
    }

    @Test("a certificate that is read anew holds for the next connection; a bad one never")
    func reload() async throws {
        try await TLSFiles.withDirectory { directory in
            let source = try TLSFiles.source(directory, TLSFiles.first)
            try await withLiveServer(configuration: Self.configuration(source)) { server in
                let first = try Self.trusting(TLSFiles.first)
                try await RawPeer.connect(server.port, tls: first) { standing async throws in
                    try await standing.send(HTTPText.get("/healthz"))
                    #expect(try await standing.answer().status == 200)
                    try TLSFiles.write("no certificate", to: directory + "/cert.pem")
                    source.reload(logger: PolicySets.silent)
                    try TLSFiles.write(TLSFiles.second.certificate, to: directory + "/cert.pem")
                    source.reload(logger: PolicySets.silent)
                    try await RawPeer.connect(server.port, tls: first) { peer async throws in
                        try await peer.send(HTTPText.get("/healthz"))
                        #expect(try await peer.answer().status == 200)
                    }
                    try TLSFiles.write(TLSFiles.second.key, to: directory + "/key.pem")
                    source.reload(logger: PolicySets.silent)
                    try await RawPeer.connect(server.port, tls: try Self.trusting(TLSFiles.second)) {
                        peer async throws in
                        try await peer.send(HTTPText.get("/healthz"))
                        #expect(try await peer.answer().status == 200)
                    }
                    try await standing.send(HTTPText.get("/healthz"))
                    #expect(try await standing.answer().status == 200)
                }
            }
        }
    }

    @Test("a peer without a certificate of the right authority is not served where one is asked for")
    func clients() async throws {
        try await TLSFiles.withDirectory { directory in
            let source = try TLSFiles.source(directory, TLSFiles.first, asksForClients: true)
            try await withLiveServer(configuration: Self.configuration(source)) { server in
                let known = try Self.trusting(TLSFiles.first, showing: TLSFiles.first)
                try await RawPeer.connect(server.port, tls: known) { peer async throws in
                    try await peer.send(HTTPText.get("/healthz"))
                    #expect(try await peer.answer().status == 200)
                }
                for own in [nil, TLSFiles.second] {
                    let stranger = try Self.trusting(TLSFiles.first, showing: own)
                    await #expect(throws: (any Error).self) {
                        try await RawPeer.connect(server.port, tls: stranger) { peer async throws in
                            try await peer.send(HTTPText.get("/healthz"))
                            _ = try await peer.answer()
                        }
                    }
                }
            }
        }
    }

    @Test("a handshake that does not end is closed")
    func handshake() async throws {
        try await TLSFiles.withDirectory { directory in
            let source = try TLSFiles.source(directory, TLSFiles.first)
            let configuration = Self.configuration(source) { $0.unfinishedFrame = .milliseconds(200) }
            try await withLiveServer(configuration: configuration) { server in
                try await RawPeer.connect(server.port) { peer async throws in
                    try await peer.send([0x16, 0x03, 0x01])
                    #expect(try await peer.isClosed())
                }
            }
        }
    }

    @Test("files that hold no certificate, no key or another key are refused, by name")
    func badFiles() async throws {
        try await TLSFiles.withDirectory { directory in
            let (certificate, key) = (TLSFiles.first.certificate, TLSFiles.first.key)
            for (pair, word) in [
                (TLSFiles.Pair(certificate: key, key: key), "cert.pem holds no certificate"),
                (TLSFiles.Pair(certificate: certificate, key: certificate), "key.pem holds no private key"),
                (TLSFiles.Pair(certificate: certificate, key: TLSFiles.second.key), "is not the key of"),
            ] {
                let error = #expect(throws: ServerStartError.self) { try TLSFiles.source(directory, pair) }
                #expect(error?.code == .tls)
                #expect(error?.message.contains(word) == true)
            }
        }
    }
}
