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

@Suite("A daemon that drains")
struct DrainTests {
    @Test("says that it is not ready and serves everything else, on new connections too")
    func notReady() async throws {
        let configuration = ServerConfiguration.defaults
        try await withLiveServer(configuration: configuration) { server in
            func status(_ peer: RawPeer) async throws -> HealthHealthCheckResponse.ServingStatus {
                let reply = try await peer.call("grpc.health.v1.Health", "Check")
                return try HealthHealthCheckResponse(serializedBytes: reply.payload).status
            }
            func answer(_ path: String) async throws -> HTTPAnswer {
                try await RawPeer.connect(server.port) { peer async throws in
                    try await peer.send(HTTPText.get(path))
                    return try await peer.answer()
                }
            }
            try await RawPeer.connect(server.port) { peer async throws in
                #expect(try await status(peer) == .serving)
                #expect(try await answer("/readyz").status == 200)
                #expect(try await answer("/metrics").text.contains("grantd_ready 1\n"))
                configuration.readiness.drain()
                // The same meta again: what is kept of it must not answer for the old state.
                #expect(try await status(peer) == .notServing)
                let ready = try await answer("/readyz")
                #expect(ready.status == 503)
                #expect(ready.text == "draining\n")
                #expect(ready.headers["connection"] == nil)
                #expect(try await answer("/healthz").status == 200)
                #expect(try await answer("/metrics").text.contains("grantd_ready 0\n"))
                let payload = try Samples.evaluate()
                #expect(try await peer.call("Calculator", "Evaluate", payload: payload).code == 0)
                let new = try await RawPeer.connect(server.port) { peer async throws in
                    try await peer.send(HTTPText.post(HTTPText.evaluate, HTTPText.application))
                    return try await peer.answer()
                }
                #expect(new.status == 200)
            }
        }
    }
}
