//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdHTTP
internal import GrantdService
internal import NIOCore
internal import NIOEmbedded
internal import Testing

@testable internal import GrantdServer

/// Requests of HTTP with bytes that are changed, lost, doubled and split, on a channel without a socket.
@Suite
struct HTTPMutationTests {
    private static let requests: [[UInt8]] = [
        HTTPText.post(HTTPText.evaluate, HTTPText.application), HTTPText.post(HTTPText.health, "{}"),
        HTTPText.get("/grpc.health.v1.Health/Check?encoding=json&base64=1&message=e30"), HTTPText.get("/healthz"),
        HTTPText.get("/a%20b?c=%E5%8C%97", headers: ["expect: 100-continue", "content-length: 3"]) + Array("abc".utf8),
        Array(
            "POST \(HTTPText.health) HTTP/1.1\r\nHost: h\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nt: u\r\n\r\n"
                .utf8
        ),
        HTTPText.post("/", Array("a=b&c=%e5".utf8), type: "application/x-www-form-urlencoded"),
    ]

    private static func mutated(_ bytes: [UInt8], by random: inout SystemRandomNumberGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
            case 3: bytes.insert(contentsOf: Array("\r\n".utf8), at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }

    @Test("whatever comes, the worker lives, and counts nothing as held once the connection is closed")
    func mutations() throws {
        let configuration = ServerConfiguration.defaults
        let ledger = AwardLedger(isManual: true).lane
        let lanes = ComputeLanes(
            sliced: ComputeLanes.makeSliced(
                limits: configuration.limits,
                clock: configuration.clock,
                ledger: ledger,
                isManual: true
            ),
            offloaded: ComputeLanes.makeOffloaded(
                limits: configuration.limits,
                clock: configuration.clock,
                isManual: true
            ),
            ledger: ledger
        )
        let contract = try PolicySets.contract()
        var random = SystemRandomNumberGenerator()
        let loop = EmbeddedEventLoop()
        let worker = Worker(
            eventLoop: loop,
            configuration: configuration,
            contract: contract,
            lanes: lanes,
            waker: nil,
            logger: PolicySets.silent
        )
        for _ in 0..<3000 {
            let channel = EmbeddedChannel(loop: loop)
            try channel.pipeline.syncOperations.addHandler(ConnectionHandler(worker: worker))
            try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes += Self.mutated(
                    Self.requests[Int.random(in: 0..<Self.requests.count, using: &random)],
                    by: &random
                )
            }
            while !bytes.isEmpty, channel.isActive {
                let count = Int.random(in: 1...bytes.count, using: &random)
                try channel.writeInbound(ByteBuffer(bytes: bytes.prefix(count)))
                bytes.removeFirst(count)
            }
            worker.sweep.tick()
            while let output = try channel.readOutbound(as: ByteBuffer.self) {
                #expect(output.readableBytesView.starts(with: "HTTP/1.1 ".utf8))
            }
            _ = try? channel.finish(acceptAlreadyClosed: true)
        }
        #expect(worker.memory.unfinishedBytes == 0)
        #expect(worker.statistics.connectionsOpen == 0)
        #expect(worker.memory.sendBudget.bytes == 0)
    }
}
