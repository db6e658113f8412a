//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCompression
internal import GrantdMessages
internal import GrantdService
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

/// Frames whose payload is compressed, by brpc's numbers.
@Suite
struct CompressedFrameTests {
    private static let calculator = "grantd.v1.Calculator"
    private static let kinds: [(type: Int32, format: CompressionFormat)] = [(1, .snappy), (2, .gzip), (3, .zlib)]

    @Test("the answer is that of a plain call, in the same kind", arguments: kinds)
    func sameAnswer(_ kind: (type: Int32, format: CompressionFormat)) async throws {
        let explained = GrantdEvaluateRequest.with {
            $0.application = Samples.application()
            $0.explain = .full
        }
        let calls: [(service: String, method: String, payload: [UInt8])] = [
            (Self.calculator, "Evaluate", try Samples.evaluate()),
            (Self.calculator, "Evaluate", try explained.serializedBytes()),
            (Self.calculator, "EvaluateBatch", try Samples.batch(count: 1)),
            (Self.calculator, "EvaluateBatch", try Samples.batch(count: 2000)),
            (Self.calculator, "Screen", try GrantdScreenRequest.with { $0.asOf = "2026-03-01" }.serializedBytes()),
            // Short calls whose replies are long.
            ("grantd.v1.Catalogue", "ListMeasures", []), ("grantd.v1.Catalogue", "GetSchema", []),
            ("grpc.health.v1.Health", "Check", []),
        ]
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for (service, method, payload) in calls {
                    let plain = try await peer.call(service, method, payload: payload)
                    #expect(plain.code == 0)
                    #expect(!plain.meta.hasCompressType)
                    // What stands behind the payload is not compressed.
                    let packed = try Compressed.pack(payload, kind.format) + [1, 2, 3]
                    let reply = try await peer.call(service, method, id: 77, payload: packed) {
                        $0.compressType = kind.type
                        $0.attachmentSize = 3
                    }
                    #expect(reply.code == 0, "\(method): \(reply.text)")
                    #expect(reply.meta.correlationID == 77)
                    #expect(reply.meta.compressType == kind.type)
                    #expect(try Compressed.unpack(reply.payload, kind.format) == plain.payload, "\(method)")
                }
            }
        }
    }

    @Test("an error has no payload, and none is compressed", arguments: kinds)
    func error(_ kind: (type: Int32, format: CompressionFormat)) async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let wrong = try GrantdEvaluateRequest.with { $0.application.asOf = "soon" }.serializedBytes() as [UInt8]
                for (method, payload) in [("Evaluate", wrong), ("EvaluateBatch", [0xFF])] {
                    let reply = try await peer.call(
                        Self.calculator,
                        method,
                        payload: try Compressed.pack(payload, kind.format)
                    ) { $0.compressType = kind.type }
                    #expect(reply.code == 1003)
                    #expect(!reply.meta.hasCompressType)
                    #expect(reply.payload.isEmpty)
                    if method == "Evaluate" { #expect(reply.field == "as_of") }
                }
            }
        }
    }

    @Test("a payload that is not what it says spoils its call alone", arguments: kinds)
    func broken(_ kind: (type: Int32, format: CompressionFormat)) async throws {
        let short = try Compressed.pack(try Samples.evaluate(), kind.format)
        let long = try Compressed.pack((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 5) }, kind.format)
        let none: [[UInt8]] = [[], [0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF], try Samples.evaluate()]
        let payloads =
            none
            + [short, long].flatMap { whole in
                [Array(whole.dropLast()), Array(whole.prefix(whole.count / 2)), whole + Array("more".utf8)]
            }
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for payload in payloads {
                    for method in ["Evaluate", "EvaluateBatch"] {
                        let reply = try await peer.call(Self.calculator, method, payload: payload) {
                            $0.compressType = kind.type
                        }
                        // What stands at the front of a plain request is a length to snappy: it may be over the limit.
                        #expect(reply.code == 1003, "\(payload.count) bytes: \(reply.text)")
                        #expect(reply.text.hasPrefix("the request is no \(kind.format.name): "), "\(reply.text)")
                        #expect(reply.status == "INVALID_ARGUMENT")
                    }
                }
                #expect(try await peer.call(Self.calculator, "Evaluate", payload: try Samples.evaluate()).code == 0)
            }
        }
    }

    @Test("what comes out is judged by the method's limit, to the byte", arguments: kinds)
    func limit(_ kind: (type: Int32, format: CompressionFormat)) async throws {
        var limits = Limits.defaults
        limits.requestBytes = 100_000
        limits.largeRequestBytes = 200_000
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for (service, method, most) in [
                    (Self.calculator, "Evaluate", 100_000), (Self.calculator, "EvaluateBatch", 100_000),
                    ("grantd.v1.Catalogue", "ListMeasures", 100_000),
                    ("grantd.v1.RenewablesAuction", "ClearAuction", 200_000),
                ] {
                    // No message, so that what fits is wrong as one and what does not is too large before.
                    for (size, code) in [(most - 1, 1003), (most, 1003), (most + 1, 2004), (most * 40, 2004)] {
                        let payload = try Compressed.pack([UInt8](repeating: 0, count: size), kind.format)
                        let reply = try await peer.call(service, method, payload: payload) {
                            $0.compressType = kind.type
                        }
                        // snappy's bombs are a twentieth of what they become.
                        let isTooLong = payload.count > most
                        #expect(reply.code == (isTooLong ? 2004 : Int32(code)), "\(method) \(size): \(reply.text)")
                        if code == 1003 { #expect(!reply.text.hasPrefix("the request is no"), "\(reply.text)") }
                    }
                }
            }
        }
    }

    @Test("health, which is asked of a daemon that stops too, may be asked in any kind", arguments: kinds)
    func health(_ kind: (type: Int32, format: CompressionFormat)) async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let request = HealthHealthCheckRequest.with { $0.service = Self.calculator }
                let reply = try await peer.call(
                    "Health",
                    "Check",
                    payload: try Compressed.pack(request.serializedBytes(), kind.format)
                ) { $0.compressType = kind.type }
                let answer = try Compressed.unpack(reply.payload, kind.format)
                #expect(try HealthHealthCheckResponse(serializedBytes: answer).status == .serving)
            }
        }
    }
}
