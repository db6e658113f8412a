//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdServer
internal import GrantdTesting
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdClient

@Suite("TLS", .timeLimit(.minutes(2)))
struct TLSTests {
    private static let application = GrantdApplication.with {
        $0.asOf = "2026-05-20"
        $0.medicalDeviceCommonPlatform.commonTechnologyPlatform = true
    }

    private static func configuration(_ tls: GrantdTLS) -> GrantdClientConfiguration {
        var configuration = GrantdClientConfiguration.forTests
        configuration.retry.attempts = 1
        configuration.tls = tls
        return configuration
    }

    private static func trusting(
        _ pair: TLSFiles.Pair,
        _ name: String? = nil,
        showing own: TLSFiles.Pair? = nil
    ) throws -> GrantdTLS {
        try GrantdTLS(
            authorities: .text(pair.certificate),
            serverName: name,
            identity: own.map { .init(certificates: .text($0.certificate), key: .text($0.key)) }
        )
    }

    /// Runs a daemon that speaks TLS.
    private func withDaemon(
        _ pair: TLSFiles.Pair = TLSFiles.first,
        asksForClients: Bool = false,
        _ body: @Sendable (GrantdAddress) async throws -> Void
    ) async throws {
        try await TLSFiles.withDirectory { directory in
            var configuration = ServerConfiguration.defaults
            configuration.tls = try TLSFiles.source(directory, pair, asksForClients: asksForClients)
            try await withLiveServer(configuration: configuration) { server in
                try await body(GrantdAddress(host: server.host, port: server.port))
            }
        }
    }

    /// What a call fails with.
    private func failure(
        _ address: GrantdAddress,
        _ configuration: GrantdClientConfiguration
    ) async -> GrantdClientError? {
        await withGrantdClient(address: address, configuration: configuration) { client in
            do throws(GrantdClientError) {
                _ = try await client.evaluate(Self.application)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test("calls and scorings are answered by several connections, the daemon known by its address or by a name")
    func answers() async throws {
        try await self.withDaemon { address in
            for tls in [try Self.trusting(TLSFiles.first), try Self.trusting(TLSFiles.first, "localhost")] {
                var configuration = Self.configuration(tls)
                configuration.connections = 3
                try await withGrantdClient(address: address, configuration: configuration) { client in
                    #expect(try await client.evaluate(Self.application).measure == "medical-device.common-platform")
                    var count = 0
                    let many = AsyncStream { stream in
                        for _ in 0..<200 { stream.yield(Self.application) }
                        stream.finish()
                    }
                    for try await score in client.score(many, batchSize: 20) {
                        if case .success = score.result { count += 1 }
                    }
                    #expect(count == 200)
                    #expect(await client.statistics().connectionsMade == 3)
                }
            }
        }
    }

    @Test("a daemon that is not trusted is told nothing, and the error says why")
    func untrusted() async throws {
        for (served, tls, fault) in [
            (TLSFiles.first, try Self.trusting(TLSFiles.second), TLSFault.untrusted),
            (TLSFiles.first, try GrantdTLS(), .untrusted),
            // It bears the address that is connected to; that is not the name that was asked for.
            (TLSFiles.first, try Self.trusting(TLSFiles.first, "grants.example"), .otherName("grants.example")),
            (TLSFiles.expired, try Self.trusting(TLSFiles.expired), .expired),
        ] {
            try await self.withDaemon(served) { address in
                let error = await self.failure(address, Self.configuration(tls))
                #expect(error?.code == .connectionFailed)
                #expect(error?.cause as? TLSFault == fault)
                #expect(error?.message == fault.description)
            }
        }
    }

    @Test("a daemon that asks for a certificate refuses who shows none, or another authority's, and says so")
    func identities() async throws {
        try await self.withDaemon(asksForClients: true) { address in
            let known = try Self.trusting(TLSFiles.first, showing: TLSFiles.first)
            #expect(await self.failure(address, Self.configuration(known)) == nil)
            for (own, alert) in [(nil, "certificate required"), (TLSFiles.second, "unknown ca")] {
                let stranger = try Self.trusting(TLSFiles.first, showing: own)
                let error = await self.failure(address, Self.configuration(stranger))
                #expect(error?.code == .connectionLost)
                #expect(error?.cause as? TLSFault == .refused(alert))
            }
        }
    }

    @Test("a peer without TLS: it answers something else, closes, or says nothing until the time to connect is over")
    func plainPeers() async throws {
        for (peer, fault) in [
            (PlainPeer.answers, TLSFault.plain), (.closes, .ended), (.mute, .late),
        ] {
            let channel = try await peer.start()
            var configuration = Self.configuration(try GrantdTLS())
            configuration.connectTimeout = .milliseconds(peer == .mute ? 300 : 20_000)
            let address = GrantdAddress(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
            let error = await self.failure(address, configuration)
            #expect(error?.code == .connectionFailed)
            #expect(error?.cause as? TLSFault == fault)
            try await channel.close()
        }
    }

    @Test("a client without TLS is told that the daemon speaks nothing else")
    func plainClient() async throws {
        try await self.withDaemon { address in
            var configuration = GrantdClientConfiguration.forTests
            configuration.retry.attempts = 1
            let error = await self.failure(address, configuration)
            #expect(error?.code == .connectionLost)
            #expect(error?.cause as? TLSFault == .asked)
        }
    }

    @Test("a connection that is silent is left at once, whatever the peer owes TLS; lost ones are made again")
    func reconnects() async throws {
        var server = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(TLSFiles.first.certificate.utf8))
                .map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(TLSFiles.first.key.utf8), format: .pem))
        )
        server.minimumTLSVersion = .tlsv12
        var configuration = GrantdClientConfiguration.forTests
        configuration.tls = try Self.trusting(TLSFiles.first)
        configuration.silenceTimeout = .milliseconds(300)
        let script: FakeServer.Script = { call in
            switch call.connection {
            case 0: []
            case 1: [.close]
            default: [call.assess()]
            }
        }
        try await withFakeServer(
            configuration: configuration,
            tls: try NIOSSLContext(configuration: server),
            script: script
        ) { client async throws in
            #expect(try await client.evaluate(Self.application).outcome == .eligible)
            #expect(await client.statistics().connectionsMade == 3)
        }
    }

    @Test("what TLS is to be spoken with is checked when it is read, and the file is named")
    func setUp() async throws {
        let (certificate, key) = (TLSFiles.first.certificate, TLSFiles.first.key)
        func fault(_ make: () throws(GrantdClientError) -> GrantdTLS) -> TLSSetupFault? {
            do throws(GrantdClientError) {
                _ = try make()
                return nil
            } catch {
                #expect(error.code == .invalidTLS)
                return error.cause as? TLSSetupFault
            }
        }
        try await TLSFiles.withDirectory { directory in
            try TLSFiles.write(certificate, to: directory + "/cert.pem")
            try TLSFiles.write(key, to: directory + "/key.pem")
            try TLSFiles.write(TLSFiles.second.key, to: directory + "/other.pem")
            let (good, goodKey) = (directory + "/cert.pem", directory + "/key.pem")
            func own(_ certificates: String, _ key: String) -> TLSSetupFault? {
                fault { () throws(GrantdClientError) in
                    try GrantdTLS(identity: .init(certificates: .file(certificates), key: .file(key)))
                }
            }
            #expect(own(good, goodKey) == nil)
            #expect(own(goodKey, goodKey) == .noCertificate(goodKey))
            #expect(own(good, good) == .noKey(good))
            #expect(own(good, directory + "/other.pem") == .otherKey(directory + "/other.pem", good))
            #expect(own(good, directory + "/none") == .unreadable(directory + "/none"))
            for name in ["", ".test", "10.0.0.1", "::1", "a b", String(repeating: "a", count: 256)] {
                #expect(fault { () throws(GrantdClientError) in try GrantdTLS(serverName: name) } == .badName)
            }
        }
    }

    @Test(
        "a certificate bears a name that stands in it, or one with `*` for its first label",
        arguments: [
            ("localhost", true), ("LOCALHOST", true), ("localhost.", true), ("a.grants.example", true),
            ("grants.example", false), ("b.a.grants.example", false), ("localhos", false), ("example", false),
        ]
    )
    func names(name: String, bears: Bool) throws {
        let certificate = try NIOSSLCertificate(bytes: Array(TLSFiles.wildcard.utf8), format: .pem)
        #expect(certificate.bears(name) == bears)
    }
}

/// A peer that does not speak TLS.
private enum PlainPeer {
    case answers, closes, mute

    func start() async throws -> any Channel {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PlainPeerHandler(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }
}

private final class PlainPeerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let peer: PlainPeer

    init(_ peer: PlainPeer) { self.peer = peer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.peer {
        case .answers:
            context.writeAndFlush(
                self.wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n")),
                promise: nil
            )
        case .closes: context.close(promise: nil)
        case .mute: break
        }
    }
}
