//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

/// Peers that mean harm with requests that are as they should be.
@Suite
struct AttackTests {
    private static let calculator = "grantd.v1.Calculator"

    @Test("a batch of few but heavy applications does not hold up the call behind it")
    func heavyBatch() async throws {
        let application = GrantdApplication.with {
            $0.asOf = "2026-03-01"
            $0.patentConversionInstitution.deals = Array(repeating: .init(), count: 4000)
        }
        // One slice by their number, many by their time.
        let batch = GrantdEvaluateBatchRequest.with { $0.applications = Array(repeating: application, count: 30) }
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                try await peer.send(
                    try RawPeer.frame(Self.calculator, "EvaluateBatch", id: 1, payload: try batch.serializedBytes())
                        + RawPeer.frame(Self.calculator, "Evaluate", id: 2, payload: try Samples.evaluate())
                )
                var replies: [RawPeer.Reply] = []
                for _ in 0..<2 { replies.append(try await peer.reply()) }
                #expect(replies.map(\.meta.correlationID) == [2, 1])
                #expect(replies.map(\.code) == [0, 0])
                let response = try GrantdEvaluateBatchResponse(serializedBytes: replies[1].payload)
                #expect(response.results.count == 30)
            }
        }
    }
}
