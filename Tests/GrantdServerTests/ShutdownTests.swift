//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdServer
internal import GrantdService
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

/// How a server stops.
@Suite
struct ShutdownTests {
    private static let calculator = "grantd.v1.Calculator"

    @Test("a thousand calls in flight are all answered or refused with 2003", arguments: [1, 2])
    func inFlight(threads: Int) async throws {
        var configuration = ServerConfiguration.defaults
        configuration.threads = threads
        try await withLiveServer(configuration: configuration) { server in
            let payload = try Samples.evaluate()
            let batch = try Samples.batch(count: 500)
            let (sent, peerHasSent) = AsyncStream.makeStream(of: Void.self)
            try await withThrowingTaskGroup(of: [Int32].self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        try await RawPeer.connect(server.port) { peer async throws in
                            var bytes: [UInt8] = []
                            for id in 1...99 {
                                bytes += try RawPeer.frame(
                                    Self.calculator,
                                    "Evaluate",
                                    id: Int64(id),
                                    payload: payload
                                )
                            }
                            bytes += try RawPeer.frame(Self.calculator, "EvaluateBatch", id: 100, payload: batch)
                            // Whoever is connected is served or refused, never dropped.
                            #expect(try await peer.call("Health", "Check").code == 0)
                            try await peer.send(bytes)
                            peerHasSent.yield()
                            return try await peer.repliesUntilClose().map(\.code)
                        }
                    }
                }
                for await _ in sent.prefix(10) {}
                server.server.stop()
                for try await codes in group {
                    #expect(codes.count == 100)
                    #expect(Set(codes).isSubset(of: [0, 2003]))
                }
            }
        }
    }

    @Test("a stopping server says so to those who ask, and refuses the rest")
    func refusals() async throws {
        var configuration = ServerConfiguration.defaults
        configuration.quietPeriod = .seconds(2)
        try await withLiveServer(configuration: configuration) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                #expect(try await peer.call("Health", "Check").code == 0)
                server.server.stop()
                var status = HealthHealthCheckResponse.ServingStatus.serving
                while status == .serving {
                    let reply = try await peer.call("Health", "Check")
                    status = try HealthHealthCheckResponse(serializedBytes: reply.payload).status
                }
                #expect(status == .notServing)
                let reply = try await peer.call(Self.calculator, "Evaluate", id: 9, payload: try Samples.evaluate())
                #expect(reply.code == 2003)
                #expect(reply.status == "UNAVAILABLE")
                #expect(reply.meta.correlationID == 9)
            }
        }
    }

    @Test("connections that say nothing are closed, and the server ends")
    func silentConnections() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                #expect(try await peer.call("Health", "Check").code == 0)
                server.server.stop()
                #expect(try await peer.repliesUntilClose().isEmpty)
            }
        }
    }

    @Test("the end of the grace ends what is still in flight")
    func graceEnds() async throws {
        var configuration = ServerConfiguration.defaults
        configuration.gracePeriod = .milliseconds(400)
        configuration.quietPeriod = .seconds(60)
        configuration.linger = .seconds(60)
        try await withLiveServer(configuration: configuration) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                #expect(try await peer.call("Health", "Check").code == 0)
                server.server.stop()
                #expect(try await peer.repliesUntilClose().isEmpty)
            }
        }
    }

    @Test("a server that is told to stop before it starts does not serve")
    func stoppedBeforeTheStart() async throws {
        let server = GrantdServer(
            configuration: {
                var configuration = ServerConfiguration.defaults
                configuration.port = 0
                return configuration
            }(),
            policies: try PolicySets.builtIn(),
            logger: PolicySets.silent
        )
        server.stop()
        try await server.run()
    }
}
