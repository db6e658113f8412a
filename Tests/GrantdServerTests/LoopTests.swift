//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdServer
internal import GrantdService
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

/// A daemon with several event loops: each has its own engine, and a caller cannot tell which one serves it.
@Suite
struct LoopTests {
    private static let calculator = "grantd.v1.Calculator"

    private static func withLoops(_ count: Int, _ body: @Sendable (LiveServer) async throws -> Void) async throws {
        var configuration = ServerConfiguration.defaults
        configuration.threads = count
        try await withLiveServer(configuration: configuration, body)
    }

    /// Calls on so many connections at once, all of them open until the last one has its answers.
    private static func onConnections(
        _ count: Int,
        _ port: Int,
        _ body: @escaping @Sendable (RawPeer) async throws -> Void
    ) async throws {
        let (ready, isReady) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await RawPeer.connect(port) { peer async throws in
                        try await body(peer)
                        isReady.yield()
                        for await _ in released {}
                    }
                }
            }
            group.addTask {
                for await _ in ready.prefix(count) {}
                release.finish()
            }
            defer { release.finish() }
            try await group.waitForAll()
        }
    }

    @Test("every loop gives the same bytes, before and after a large request went over one of them", arguments: [2, 3])
    func sameBytes(loops: Int) async throws {
        try await Self.withLoops(loops) { server in
            // Empty entries are what most is missing of.
            let large =
                try GrantdEvaluateRequest.with {
                    $0.application.asOf = "2026-05-20"
                    $0.application.paymentQualificationStanding.entries = Array(repeating: .init(), count: 10_000)
                }.serializedBytes() as [UInt8]
            let small = try Samples.evaluate()
            let engine = Engine(try PolicySets.builtIn())
            let answers = try [small, large].map { request in
                let reply = ByteWriter(limit: 16 << 20)
                try request.withUnsafeBytes { try engine.evaluate($0, into: reply) }
                return [UInt8](reply.bytes)
            }
            try await Self.onConnections(2 * loops, server.port) { peer async throws in
                for _ in 0..<2 {
                    for (request, answer) in zip([small, large], answers) {
                        let reply = try await peer.call(Self.calculator, "Evaluate", payload: request)
                        #expect(reply.code == 0)
                        #expect(reply.payload == answer)
                    }
                }
            }
            let statistics = await server.server.statistics()
            #expect(statistics.calls.calls == 8 * loops)
            #expect(statistics.connectionsAccepted == 2 * loops)
        }
    }

    @Test("other policies reach every loop; a batch on one loop does not hold up the others")
    func everyLoop() async throws {
        try await Self.withLoops(3) { server in
            let edited = try PolicySets.edited()
            let batch = try Samples.batch(count: 4096)
            let evaluate = try Samples.evaluate()
            let first = try await Self.digest(server.port, evaluate)
            server.server.replacePolicies(edited)
            try await Self.onConnections(9, server.port) { peer async throws in
                let reply = try await peer.call(Self.calculator, "Evaluate", payload: evaluate)
                let digest = try GrantdAssessment(serializedBytes: reply.payload).policy.digest
                #expect(digest == edited.policies.programmes.first?.digest)
                #expect(digest != first)
                let many = try await peer.call(Self.calculator, "EvaluateBatch", payload: batch)
                #expect(many.code == 0)
                let results = try GrantdEvaluateBatchResponse(serializedBytes: many.payload).results
                #expect(results.count == 4096)
                #expect(results.allSatisfy { $0.assessment.policy.digest == digest })
            }
        }
    }

    private static func digest(_ port: Int, _ request: [UInt8]) async throws -> String {
        try await RawPeer.connect(port) { peer async throws in
            let reply = try await peer.call(Self.calculator, "Evaluate", payload: request)
            return try GrantdAssessment(serializedBytes: reply.payload).policy.digest
        }
    }
}
