//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdServer
internal import GrantdService
internal import GrantdTesting
internal import SwiftProtobuf
internal import Testing

/// Peers that do not behave, over real connections, and those beside them that do.
@Suite
struct PeerTests {
    private static let calculator = "grantd.v1.Calculator"

    private static func limits(_ change: (inout Limits) -> Void) -> Limits {
        var limits = Limits.defaults
        change(&limits)
        return limits
    }

    @Test("a thousand calls in one go are all answered, each with its own id")
    func pipelining() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let payload = try Samples.evaluate()
                var bytes: [UInt8] = []
                for id in 0..<1000 {
                    bytes += try RawPeer.frame(Self.calculator, "Evaluate", id: Int64(id), payload: payload)
                }
                try await peer.send(bytes)
                var ids: Set<Int64> = []
                for _ in 0..<1000 {
                    let reply = try await peer.reply()
                    #expect(reply.code == 0)
                    ids.insert(reply.meta.correlationID)
                }
                #expect(ids.count == 1000)
            }
        }
    }

    @Test("calls that come byte by byte are served")
    func dripping() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                for byte in try RawPeer.frame(Self.calculator, "Evaluate", id: 5, payload: try Samples.evaluate()) {
                    try await peer.send([byte])
                }
                #expect(try await peer.reply().meta.correlationID == 5)
            }
        }
    }

    @Test("a peer that closes its side gets its answers, those of batches too")
    func halfClose() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let batch = try RawPeer.frame(
                    Self.calculator,
                    "EvaluateBatch",
                    id: 1,
                    payload: try Samples.batch(count: 2000)
                )
                let call = try RawPeer.frame(Self.calculator, "Evaluate", id: 2, payload: try Samples.evaluate())
                try await peer.send(batch + call)
                peer.finish()
                let replies = try await peer.repliesUntilClose()
                #expect(Set(replies.map(\.meta.correlationID)) == [1, 2])
                #expect(replies.allSatisfy { $0.code == 0 })
            }
        }
    }

    @Test("bytes that are no frame end the connection, after the answers to the frames before them")
    func junk() async throws {
        try await withLiveServer { server in
            for junk in [Array("GET / HTTP/1.1\r\n\r\n".utf8), RawPeer.header(body: 1, meta: 2)] {
                try await RawPeer.connect(server.port) { peer async throws in
                    try await peer.send(
                        try RawPeer.frame(Self.calculator, "Evaluate", payload: try Samples.evaluate()) + junk
                    )
                    let replies = try await peer.repliesUntilClose()
                    #expect(replies.map(\.code) == [0])
                }
            }
        }
    }

    @Test("half a frame is closed after its time, and others notice nothing")
    func halfFrame() async throws {
        let limits = Self.limits { $0.unfinishedFrame = .milliseconds(200) }
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { bad async throws in
                try await RawPeer.connect(server.port) { good async throws in
                    let frame = try RawPeer.frame(Self.calculator, "Evaluate", payload: try Samples.evaluate())
                    try await bad.send(Array(frame.dropLast()))
                    #expect(try await bad.repliesUntilClose().isEmpty)
                    try await good.send(frame)
                    #expect(try await good.reply().code == 0)
                }
            }
        }
    }

    @Test("a silent connection is closed after its time")
    func idle() async throws {
        let limits = Self.limits { $0.idle = .milliseconds(200) }
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                #expect(try await peer.repliesUntilClose().isEmpty)
            }
        }
    }

    @Test("a peer that never reads is no longer read from, then closed; others notice nothing")
    func stalled() async throws {
        let limits = Self.limits { $0.stall = .milliseconds(300) }
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { bad async throws in
                // Each reply is some hundred kilobytes; nobody takes them.
                let frame = try RawPeer.frame("Catalogue", "GetSchema")
                for _ in 0..<2000 { bad.sendWithoutWaiting(frame) }
                try await RawPeer.connect(server.port) { good async throws in
                    var isClosed = false
                    while !isClosed {
                        let reply = try await good.call(Self.calculator, "Evaluate", payload: try Samples.evaluate())
                        #expect(reply.code == 0)
                        isClosed = await server.server.statistics().connectionsOpen < 2
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    let statistics = await server.server.statistics()
                    #expect(statistics.details.contains { $0.name == "closed-stalled" })
                }
                // What the daemon held was bounded: far less than all replies was ever written.
                let replies = try await bad.repliesUntilClose()
                #expect(replies.count < 2000)
            }
        }
    }

    @Test("peers that never read cannot take all the memory for unsent replies: the others are served")
    func crowd() async throws {
        let limits = Self.limits { $0.totalUnsentBytes = 24 << 20 }
        try await withLiveServer(limits: limits) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let frame = try RawPeer.frame("Catalogue", "GetSchema")
                for _ in 0..<16 {
                    group.addTask {
                        try await RawPeer.connect(server.port) { bad async throws in
                            for _ in 0..<200 { bad.sendWithoutWaiting(frame) }
                            try await Task.sleep(for: .seconds(60))
                        }
                    }
                }
                try await RawPeer.connect(server.port) { good async throws in
                    for _ in 0..<200 {
                        let reply = try await good.call(Self.calculator, "Evaluate", payload: try Samples.evaluate())
                        #expect(reply.code == 0)
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
                let statistics = await server.server.statistics()
                #expect(!statistics.details.contains { $0.name == "error-2004" })
                group.cancelAll()
                while let result = await group.nextResult() {
                    if case .failure(let error) = result, !(error is CancellationError) { throw error }
                }
            }
        }
    }

    @Test("where unread replies take too much, those who do not read are closed, and nobody else is refused")
    func slowReaders() async throws {
        let limits = Self.limits { $0.totalUnsentBytes = 1 << 20 }
        try await withLiveServer(limits: limits) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let frame = try RawPeer.frame("Catalogue", "GetSchema")
                for _ in 0..<8 {
                    group.addTask {
                        try await RawPeer.connect(server.port) { bad async throws in
                            for _ in 0..<200 { bad.sendWithoutWaiting(frame) }
                            try await Task.sleep(for: .seconds(60))
                        }
                    }
                }
                try await RawPeer.connect(server.port) { good async throws in
                    var isClosed = false
                    while !isClosed {
                        let reply = try await good.call(Self.calculator, "Evaluate", payload: try Samples.evaluate())
                        #expect(reply.code == 0)
                        let batch = try await good.call(
                            Self.calculator,
                            "EvaluateBatch",
                            payload: try Samples.batch(count: 3)
                        )
                        #expect(batch.code == 0)
                        let details = await server.server.statistics().details
                        isClosed = details.contains { $0.name == "closed-unread-replies" }
                    }
                }
                group.cancelAll()
                while let result = await group.nextResult() {
                    if case .failure(let error) = result, !(error is CancellationError) { throw error }
                }
            }
        }
    }

    @Test("a peer that reads late gets everything", .timeLimit(.minutes(1)))
    func lateReader() async throws {
        let limits = Self.limits { $0.unsentBytes = 64 << 10 }
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let frame = try RawPeer.frame("Catalogue", "GetSchema")
                for _ in 0..<200 { peer.sendWithoutWaiting(frame) }
                while await server.server.statistics().unsentBytes < limits.unsentBytes {}
                for _ in 0..<200 { #expect(try await peer.reply().code == 0) }
            }
        }
    }

    @Test(
        "for the connection beyond the limit the longest idle is closed; the others live, and calls at work are answered"
    )
    func connectionLimit() async throws {
        let limits = Self.limits { $0.connections = 2 }
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { first async throws in
                #expect(try await first.call("Health", "Check").code == 0)
                try await RawPeer.connect(server.port) { second async throws in
                    #expect(try await second.call("Health", "Check").code == 0)
                    try await RawPeer.connect(server.port) { third async throws in
                        #expect(try await third.call("Health", "Check").code == 0)
                        #expect(try await first.repliesUntilClose().isEmpty)
                        #expect(try await second.call("Health", "Check").code == 0)
                    }
                }
                let statistics = await server.server.statistics()
                #expect(statistics.connectionsDisplaced == 1)
                #expect(statistics.connectionsRefused == 0)
            }
        }
    }

    @Test("calls beyond those that may wait are 2004, and those that wait are answered")
    func tooManyWaiting() async throws {
        let limits = Self.limits { $0.callsWaiting = 4 }
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let payload = try Samples.batch(count: 300)
                var bytes: [UInt8] = []
                for id in 0..<40 {
                    bytes += try RawPeer.frame(Self.calculator, "EvaluateBatch", id: Int64(id), payload: payload)
                }
                try await peer.send(bytes)
                var codes: [Int32: Int] = [:]
                for _ in 0..<40 { codes[try await peer.reply().code, default: 0] += 1 }
                #expect(codes[0, default: 0] >= 4)
                #expect(codes[2004, default: 0] >= 1)
                #expect(codes.count == 2)
                #expect(try await peer.call("Health", "Check").code == 0)
            }
        }
    }

    @Test("batches that wait take bounded memory")
    func waitingCallBytes() async throws {
        let limits = Self.limits { $0.waitingCallBytes = 100_000 }
        try await withLiveServer(limits: limits) { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let payload = try Samples.batch(count: 1000)
                var bytes: [UInt8] = []
                for id in 0..<20 {
                    bytes += try RawPeer.frame(Self.calculator, "EvaluateBatch", id: Int64(id), payload: payload)
                }
                try await peer.send(bytes)
                var codes: [Int32: Int] = [:]
                for _ in 0..<20 { codes[try await peer.reply().code, default: 0] += 1 }
                #expect(codes[0, default: 0] >= 2)
                #expect(codes[2004, default: 0] >= 1)
            }
        }
    }

    @Test("a batch does not hold up the calls behind it, and batches end whatever their order")
    func batchesBesideCalls() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let batch = try Samples.batch(count: 4096)
                var bytes: [UInt8] = []
                for id in 1...3 {
                    bytes += try RawPeer.frame(Self.calculator, "EvaluateBatch", id: Int64(id), payload: batch)
                }
                bytes += try RawPeer.frame(Self.calculator, "Evaluate", id: 4, payload: try Samples.evaluate())
                try await peer.send(bytes)
                var order: [Int64] = []
                for _ in 0..<4 {
                    let reply = try await peer.reply()
                    #expect(reply.code == 0)
                    order.append(reply.meta.correlationID)
                }
                #expect(order.sorted() == [1, 2, 3, 4])
                #expect(order.last != 4)
            }
        }
    }

    @Test(
        "policies that are replaced while calls come in: every call is answered, and under those that are served then"
    )
    func replacement() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { peer async throws in
                let sets = [try PolicySets.builtIn(), try PolicySets.edited()]
                let digests = sets.map { $0.policies.programmes.first?.digest }
                #expect(digests[0] != digests[1])
                // The cap that the file names, in fen.
                let limits: [Int64] = [3_000_000_000, 2_000_000_000]
                for round in 0..<20 {
                    // What is in flight is answered under either.
                    try await peer.send(
                        try RawPeer.frame(Self.calculator, "Evaluate", id: 1, payload: try Samples.evaluate())
                    )
                    server.server.replacePolicies(sets[round % 2])
                    let inFlight = try await peer.reply()
                    #expect(inFlight.code == 0)
                    let before = try GrantdAssessment(serializedBytes: inFlight.payload)
                    #expect(digests.contains(before.policy.digest))
                    // What every loop is asked comes after what it was given.
                    _ = await server.server.statistics()
                    let reply = try await peer.call(Self.calculator, "Evaluate", id: 2, payload: try Samples.evaluate())
                    #expect(reply.code == 0)
                    let assessment = try GrantdAssessment(serializedBytes: reply.payload)
                    #expect(assessment.policy.digest == digests[round % 2])
                    #expect(assessment.caps.first?.limitFen == limits[round % 2])
                }
            }
        }
    }

    @Test("a server that is started twice, or on a port in use, says so")
    func startErrors() async throws {
        try await withLiveServer { live in
            let twice = await #expect(throws: ServerStartError.self) { try await live.server.run() }
            #expect(twice?.code == .twice)
            var configuration = ServerConfiguration.defaults
            configuration.port = live.port
            let second = GrantdServer(
                configuration: configuration,
                policies: try PolicySets.builtIn(),
                logger: PolicySets.silent
            )
            let inUse = await #expect(throws: ServerStartError.self) { try await second.run() }
            #expect(inUse?.code == .address)
            #expect(inUse?.message.contains("in use") == true)
            await #expect(throws: ServerStartError.self) { try await second.boundAddress() }
        }
    }

    @Test("a peer that closes its side after a call still gets its reply, whoever else is connected")
    func closesItsSide() async throws {
        try await withLiveServer { server in
            try await RawPeer.connect(server.port) { other async throws in
                #expect(try await other.call("grpc.health.v1.Health", "Check").code == 0)
                for _ in 0..<20 {
                    try await RawPeer.connect(server.port) { peer async throws in
                        try await peer.send(try RawPeer.frame("grpc.health.v1.Health", "Check", id: 7))
                        peer.finish()
                        #expect(try await peer.reply().meta.correlationID == 7)
                    }
                }
            }
        }
    }

    @Test("the beginning of a frame behind a large one holds no large buffer")
    func beginningBehindLargeFrame() async throws {
        var limits = Limits.defaults
        limits.unfinishedBytes = 2 << 20
        try await withLiveServer(limits: limits) { server in
            let large = try RawPeer.frame(
                "grpc.health.v1.Health",
                "Check",
                payload: [UInt8](repeating: 0, count: 1 << 20)
            )
            try await RawPeer.connect(server.port) { first async throws in
                try await first.send(large + [0x50])
                _ = try await first.reply()
                try await RawPeer.connect(server.port) { second async throws in
                    try await second.send(large + [0x50])
                    _ = try await second.reply()
                    // Both hold a byte; a third large frame has room.
                    #expect(
                        try await RawPeer.connect(server.port) { third async throws in
                            try await third.send(large)
                            return try await third.reply().code
                        } == 1003
                    )
                }
            }
        }
    }
}
