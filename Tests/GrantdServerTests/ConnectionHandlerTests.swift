//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdHTTP
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdService
internal import GrantdTesting
internal import NIOCore
internal import NIOEmbedded
internal import SwiftProtobuf
internal import Synchronization
internal import Testing

@testable internal import GrantdServer

/// The handler on a channel without a socket, with a clock that the test moves.
@Suite
struct ConnectionHandlerTests {
    private static let calculator = "grantd.v1.Calculator"

    /// A clock that stands still until it is moved.
    private final class HandClock: Sendable {
        private let nanoseconds = Atomic<Int64>(1)

        var clock: ServerClock {
            .manual { MonotonicTime(nanoseconds: self.nanoseconds.load(ordering: .relaxed)) }
        }

        func advance(seconds: Double) {
            self.nanoseconds.add(Int64(seconds * 1e9), ordering: .relaxed)
        }
    }

    /// A connection, its worker and its clock.
    private final class Bench {
        let clock = HandClock()
        let channel = EmbeddedChannel()
        let worker: Worker
        /// What costly calls go to; nothing works on them but ``compute(slices:)``.
        private let lanes: ComputeLanes
        private let runner: CallRunner

        init(tokens: TokenSet = TokenSet(), _ change: (inout Limits) -> Void = { _ in }) throws {
            var configuration = ServerConfiguration.defaults
            change(&configuration.limits)
            configuration.tokens = tokens
            configuration.clock = self.clock.clock
            let (limits, clock) = (configuration.limits, configuration.clock)
            let ledger = AwardLedger(limits: limits, clock: clock, isManual: true).lane
            self.lanes = ComputeLanes(
                sliced: ComputeLanes.makeSliced(limits: limits, clock: clock, ledger: ledger, isManual: true),
                offloaded: ComputeLanes.makeOffloaded(limits: limits, clock: clock, isManual: true),
                ledger: ledger
            )
            self.runner = CallRunner(limits: limits, clock: clock)
            self.worker = Worker(
                eventLoop: self.channel.embeddedEventLoop,
                configuration: configuration,
                contract: try PolicySets.contract(),
                lanes: self.lanes,
                waker: nil,
                logger: PolicySets.silent
            )
            try self.channel.pipeline.syncOperations.addHandler(ConnectionHandler(worker: self.worker))
            try self.channel.connect(to: .init(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        func receive(_ bytes: [UInt8]) throws {
            try self.channel.writeInbound(ByteBuffer(bytes: bytes))
        }

        /// A further connection of the same worker.
        func connect() throws -> EmbeddedChannel {
            let channel = EmbeddedChannel(
                handler: ConnectionHandler(worker: self.worker),
                loop: self.channel.embeddedEventLoop
            )
            try channel.connect(to: .init(ipAddress: "127.0.0.1", port: 2)).wait()
            return channel
        }

        /// The writes since the last time, each as it was flushed.
        func writes() throws -> [ByteBuffer] {
            var writes: [ByteBuffer] = []
            while let write = try self.channel.readOutbound(as: ByteBuffer.self) { writes.append(write) }
            return writes
        }

        /// The numbers and ids of the replies since the last time.
        func replies() throws -> [(code: Int32, id: Int64)] {
            try self.frames().map { ($0.meta.response.errorCode, $0.meta.correlationID) }
        }

        /// The payloads of the replies since the last time.
        func payloads() throws -> [[UInt8]] {
            try self.frames().map(\.payload)
        }

        private func frames() throws -> [(meta: BrpcRpcMeta, payload: [UInt8])] {
            var frames: [(meta: BrpcRpcMeta, payload: [UInt8])] = []
            for var bytes in try self.writes() {
                while bytes.readableBytes > 0 {
                    bytes.moveReaderIndex(forwardBy: 4)
                    let body = Int(bytes.readInteger(as: UInt32.self) ?? 0)
                    let meta = Int(bytes.readInteger(as: UInt32.self) ?? 0)
                    try #require(meta <= body && body <= bytes.readableBytes)
                    let rpc = try BrpcRpcMeta(serializedBytes: bytes.readBytes(length: meta) ?? [])
                    frames.append((rpc, bytes.readBytes(length: body - meta) ?? []))
                }
            }
            return frames
        }

        func tick(afterSeconds seconds: Double) {
            self.clock.advance(seconds: seconds)
            self.worker.sweep.tick()
        }

        /// Works on costly calls for so many slices, or until none is left.
        ///
        /// - Returns: how many slices there was work for.
        @discardableResult
        func compute(slices: Int = .max) -> Int {
            for done in 0..<slices {
                guard case .call = self.runner.runNext(of: self.lanes.sliced.queue) else { return done }
            }
            return slices
        }

        /// Works on auctions until none is left.
        func clearAuctions() {
            while case .call = self.runner.runNext(of: self.lanes.offloaded.queue) {}
        }

        /// Runs what the worker put off.
        func runTurns() {
            for _ in 0..<1000 { self.channel.embeddedEventLoop.advanceTime(by: .milliseconds(1)) }
        }
    }

    @Test("a call that comes byte by byte is answered at its last byte")
    func dripping() throws {
        let bench = try Bench()
        let frame = try RawPeer.frame(Self.calculator, "Evaluate", id: 3, payload: try Samples.evaluate())
        for byte in frame.dropLast() {
            try bench.receive([byte])
            #expect(try bench.writes().isEmpty)
        }
        try bench.receive([try #require(frame.last)])
        let replies = try bench.replies()
        #expect(replies.map(\.code) == [0])
        #expect(replies.map(\.id) == [3])
        _ = try bench.channel.finish()
    }

    @Test("the replies of one read are one write, and half a frame behind them waits")
    func coalescing() throws {
        let bench = try Bench()
        let payload = try Samples.evaluate()
        var bytes: [UInt8] = []
        for id in 1...50 { bytes += try RawPeer.frame(Self.calculator, "Evaluate", id: Int64(id), payload: payload) }
        let next = try RawPeer.frame(Self.calculator, "Evaluate", id: 51, payload: payload)
        try bench.receive(bytes + next[..<20])
        let writes = try bench.writes()
        #expect(writes.count == 1)
        try bench.receive(Array(next[20...]))
        #expect(try bench.replies().map(\.id) == [51])
        #expect(bench.worker.statistics.calls.calls == 51)
        _ = try bench.channel.finish()
    }

    @Test("replies of connections that are served in a row leave together")
    func together() throws {
        let bench = try Bench()
        let others = try (1..<FlushCoalescer.most).map { _ in try bench.connect() }
        let call = ByteBuffer(bytes: try RawPeer.frame(Self.calculator, "Evaluate", payload: try Samples.evaluate()))
        let channels = [bench.channel] + others
        /// How many connections have sent a reply.
        func sent() throws -> Int {
            try channels.count { try $0.readOutbound(as: ByteBuffer.self) != nil }
        }
        // So many of them that they wait for nobody else.
        for channel in channels.dropLast() { try channel.writeInbound(call) }
        #expect(try sent() == 0)
        try channels.last?.writeInbound(call)
        #expect(try sent() == channels.count)
        // Nobody else is ready.
        try channels[0].writeInbound(call)
        #expect(try sent() == 0)
        bench.channel.embeddedEventLoop.run()
        #expect(try sent() == 1)
        // The first of them has waited as long as it may.
        try channels[0].writeInbound(call)
        bench.clock.advance(seconds: Double(FlushCoalescer.longest - 10_000) / 1e9)
        try channels[1].writeInbound(call)
        #expect(try sent() == 0)
        bench.clock.advance(seconds: 20_000 / 1e9)
        try channels[2].writeInbound(call)
        #expect(try sent() == 3)
        for channel in others { _ = try channel.finish() }
        _ = try bench.channel.finish()
    }

    @Test("half a frame is closed after ten seconds, not before; dripping does not help")
    func halfFrame() throws {
        let bench = try Bench()
        let frame = try RawPeer.frame(Self.calculator, "Evaluate", payload: try Samples.evaluate())
        try bench.receive(Array(frame[..<10]))
        bench.tick(afterSeconds: 9)
        try bench.receive(Array(frame[10..<20]))
        bench.tick(afterSeconds: 0.9)
        #expect(bench.channel.isActive)
        bench.tick(afterSeconds: 0.2)
        #expect(!bench.channel.isActive)
        #expect(bench.worker.statistics.closed(.unfinishedFrame) == 1)
        #expect(bench.worker.statistics.connectionsOpen == 0)
        #expect(bench.worker.memory.unfinishedBytes == 0)
    }

    @Test("the rest of an oversized request has to come in time as well")
    func halfOversizedFrame() throws {
        let bench = try Bench { $0.requestBytes = 100 }
        try bench.receive(
            Array(try RawPeer.frame("Health", "Check", id: 8, payload: Array(repeating: 0, count: 500)).dropLast())
        )
        #expect(try bench.replies().map(\.code) == [2004])
        bench.tick(afterSeconds: 11)
        #expect(!bench.channel.isActive)
    }

    @Test("a silent connection is closed after five minutes")
    func idle() throws {
        let bench = try Bench()
        try bench.receive(try RawPeer.frame("Health", "Check"))
        bench.tick(afterSeconds: 299)
        #expect(bench.channel.isActive)
        bench.tick(afterSeconds: 2)
        #expect(!bench.channel.isActive)
        #expect(bench.worker.statistics.closed(.idle) == 1)
    }

    @Test("timeout_ms counts from the arrival of the call's last byte")
    func deadline() throws {
        let bench = try Bench()
        let frame = try RawPeer.frame("Health", "Check") { $0.request.timeoutMs = 1 }
        try bench.receive(Array(frame.dropLast()))
        bench.clock.advance(seconds: 5)
        try bench.receive([try #require(frame.last)])
        #expect(try bench.replies().map(\.code) == [0])
        _ = try bench.channel.finish()
    }

    @Test("a batch whose time passes between two slices is 1008, and so is one that waits behind it")
    func batchDeadlines() throws {
        let bench = try Bench { $0.turn = .zero }
        let payload = try Samples.batch(count: 200)
        var bytes: [UInt8] = []
        for id in 1...2 {
            bytes += try RawPeer.frame(Self.calculator, "EvaluateBatch", id: Int64(id), payload: payload) {
                $0.request.timeoutMs = 1000
            }
        }
        try bench.receive(bytes)
        bench.runTurns()
        bench.compute(slices: 3)
        #expect(try bench.replies().isEmpty)
        bench.tick(afterSeconds: 2)
        bench.runTurns()
        #expect(try bench.replies().map(\.code) == [1008, 1008])
        #expect(bench.worker.statistics.calls.errors(code: 1008) == 2)
        // What was begun is given up at its next turn.
        #expect(bench.compute() == 1)
        try bench.receive(try RawPeer.frame(Self.calculator, "EvaluateBatch", id: 3, payload: payload))
        bench.runTurns()
        bench.compute()
        bench.runTurns()
        #expect(try bench.replies().map(\.code) == [0])
        _ = try bench.channel.finish()
    }

    @Test("a connection that closes takes its batches with it, the one at work too")
    func closeWithBatches() throws {
        let bench = try Bench { $0.turn = .zero }
        let payload = try Samples.batch(count: 500)
        var bytes: [UInt8] = []
        for id in 1...5 {
            bytes += try RawPeer.frame(Self.calculator, "EvaluateBatch", id: Int64(id), payload: payload)
        }
        try bench.receive(bytes)
        bench.runTurns()
        bench.compute(slices: 2)
        _ = try bench.channel.finish(acceptAlreadyClosed: true)
        #expect(bench.worker.statistics.connectionsOpen == 0)
        // One look at the begun one, to give back what it has taken.
        #expect(bench.compute() == 1)
        bench.runTurns()
        #expect(bench.worker.statistics.calls.calls == 0)
        #expect(bench.worker.memory.unfinishedBytes == 0)
    }

    @Test("short calls are answered while costly ones wait and are worked on, whatever their order")
    func shortCallsFirst() throws {
        let bench = try Bench { $0.turn = .zero }
        let batch = try Samples.batch(count: 50)
        try bench.receive(
            try RawPeer.frame(Self.calculator, "EvaluateBatch", id: 1, payload: batch)
                + RawPeer.frame(Self.calculator, "Screen", id: 2, payload: [0x0A, 10] + Array("2026-03-01".utf8))
                + RawPeer.frame(Self.calculator, "Evaluate", id: 3, payload: try Samples.evaluate())
        )
        bench.runTurns()
        #expect(try bench.replies().map(\.id) == [3])
        #expect(bench.compute(slices: 2) == 2)
        bench.runTurns()
        try bench.receive(try RawPeer.frame("Health", "Check", id: 4))
        #expect(try bench.replies().map(\.id) == [4])
        bench.compute()
        bench.runTurns()
        let replies = try bench.replies()
        #expect(replies.map(\.id) == [1, 2])
        #expect(replies.map(\.code) == [0, 0])
        _ = try bench.channel.finish()
    }

    @Test("a short call that costs much is a compute thread's, and what its connection calls in the second behind it")
    func shortButCostly() throws {
        let costly = try RawPeer.frame(Self.calculator, "Evaluate", id: 1, payload: try Samples.shortButCostly())
        let patient = try Bench { $0.stepsOnLoop = .max }
        try patient.receive(costly)
        let expected = try patient.payloads()
        #expect(expected.count == 1)
        _ = try patient.channel.finish()

        let bench = try Bench { $0.stepsOnLoop = 1_000 }
        let short = try RawPeer.frame(Self.calculator, "Evaluate", id: 2, payload: try Samples.evaluate())
        try bench.receive(costly + short)
        bench.runTurns()
        // What is surely short is answered at once all the same.
        #expect(try bench.replies().map(\.id) == [2])
        #expect(bench.compute() == 1)
        bench.runTurns()
        #expect(try bench.payloads() == expected)

        let award = GrantdPriorAward.with {
            $0.measure = "ai-application.general-agent"
            $0.awardedOn = "2026-01-01"
            $0.amountFen = 1
        }
        let longer = GrantdEvaluateRequest.with {
            $0.application = Samples.application()
            $0.application.priorAwards = .init(repeating: award, count: 10)
        }
        let further = try RawPeer.frame(Self.calculator, "Evaluate", id: 3, payload: try longer.serializedBytes())
        try bench.receive(further)
        bench.runTurns()
        #expect(try bench.replies().isEmpty)
        #expect(bench.compute() == 1)
        bench.runTurns()
        #expect(try bench.replies().map(\.id) == [3])
        bench.clock.advance(seconds: 1.1)
        try bench.receive(further)
        #expect(try bench.replies().map(\.id) == [3])
        _ = try bench.channel.finish()
    }

    @Test("a short request of HTTP that costs much is a compute thread's")
    func shortButCostlyHTTP() throws {
        let bench = try Bench { $0.stepsOnLoop = 1_000 }
        let items = [String](repeating: "{}", count: 1_000).joined(separator: ",")
        let facts = #"{"brain_stimulator_reimbursement_implant":{"items":[\#(items)]},"as_of":"2026-03-01"}"#
        try bench.receive(HTTPText.post(HTTPText.evaluate, #"{"application":\#(facts)}"#))
        bench.runTurns()
        #expect(try bench.writes().isEmpty)
        #expect(bench.compute() == 1)
        bench.runTurns()
        let answer = try bench.writes().map { String(buffer: $0) }.joined()
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.contains("UNDETERMINED"))
        _ = try bench.channel.finish()
    }

    @Test("a call that waits ends under the policies that it began with, whatever is served meanwhile")
    func policiesOfWaitingCalls() throws {
        let bench = try Bench()
        let batch = try RawPeer.frame(Self.calculator, "EvaluateBatch", id: 1, payload: try Samples.batch(count: 2))
        let edited = try PolicySets.edited()
        try bench.receive(batch)
        bench.worker.replacePolicies(HTTPContract(edited))
        try bench.receive(batch)
        bench.compute()
        bench.runTurns()
        let digests = try bench.payloads().map { payload in
            try GrantdEvaluateBatchResponse(serializedBytes: payload).results.map(\.assessment.policy.digest)
        }
        let before = try #require(try PolicySets.builtIn().policies.programmes.first?.digest)
        let after = try #require(edited.policies.programmes.first?.digest)
        #expect(before != after)
        #expect(digests == [[before, before], [after, after]])
        _ = try bench.channel.finish()
    }

    @Test("a connection has two auctions under way and no more, and has room again when one is cleared")
    func placesForAuctions() throws {
        let bench = try Bench()
        let payload: [UInt8] = try GrantdClearAuctionRequest.with { $0.auctionID = "2026" }.serializedBytes()
        for id in 1...3 {
            try bench.receive(
                try RawPeer.frame("grantd.v1.RenewablesAuction", "ClearAuction", id: Int64(id), payload: payload)
            )
        }
        let refused = try bench.replies()
        #expect(refused.map(\.code) == [2004])
        #expect(refused.map(\.id) == [3])
        bench.clearAuctions()
        bench.runTurns()
        #expect(try bench.replies().map(\.code) == [0, 0])
        try bench.receive(
            try RawPeer.frame("grantd.v1.RenewablesAuction", "ClearAuction", id: 4, payload: payload)
        )
        bench.clearAuctions()
        bench.runTurns()
        #expect(try bench.replies().map(\.code) == [0])
        _ = try bench.channel.finish()
    }

    @Test("a stopping server refuses at the end of its grace what is still being worked on")
    func cutOffWithBatches() throws {
        let bench = try Bench { $0.turn = .zero }
        let payload = try Samples.batch(count: 500)
        try bench.receive(
            try RawPeer.frame(Self.calculator, "EvaluateBatch", id: 1, payload: payload)
                + RawPeer.frame(Self.calculator, "EvaluateBatch", id: 2, payload: payload)
        )
        bench.runTurns()
        bench.compute(slices: 2)
        _ = bench.worker.drain.begin()
        bench.worker.drain.cutOff()
        #expect(try bench.replies().map(\.code) == [2003, 2003])
        #expect(bench.compute() == 1)
        _ = try? bench.channel.finish(acceptAlreadyClosed: true)
    }

    @Test("a train of frames longer than a turn is served in several, in order, and reading stops meanwhile")
    func turns() throws {
        // A turn is over as soon as it has served one call.
        let bench = try Bench { $0.turn = .zero }
        let payload = try Samples.evaluate()
        var bytes: [UInt8] = []
        for id in 1...20 { bytes += try RawPeer.frame(Self.calculator, "Evaluate", id: Int64(id), payload: payload) }
        try bench.receive(bytes)
        #expect(try bench.replies().map(\.id) == [1])
        bench.runTurns()
        #expect(try bench.replies().map(\.id) == Array(2...20))
        _ = try bench.channel.finish()
    }

    @Test("frames that were put off are answered before a peer's close is")
    func closeBehindTurns() throws {
        let bench = try Bench { $0.turn = .zero }
        let frame = try RawPeer.frame("Health", "Check")
        try bench.receive(frame + frame + frame)
        bench.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(bench.channel.isActive)
        bench.runTurns()
        #expect(try bench.replies().count == 3)
        #expect(!bench.channel.isActive)
    }

    @Test("a peer that has closed its side is sent the beginning of its reply after a while, and then the rest")
    func replyBegins() throws {
        let bench = try Bench()
        let payload = try Samples.batch(count: 5)
        try bench.receive(try RawPeer.frame(Self.calculator, "EvaluateBatch", id: 1, payload: payload))
        bench.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(try bench.writes().isEmpty)
        for _ in 0..<2 { bench.tick(afterSeconds: 1) }
        var begun = try bench.writes()
        #expect(begun.map { String(buffer: $0) } == ["PRPC"])
        bench.compute()
        bench.runTurns()
        begun += try bench.writes()
        var reply = ByteBuffer()
        for var part in begun { reply.writeBuffer(&part) }
        let body = Int(try #require(reply.getInteger(at: 4, as: UInt32.self)))
        #expect(reply.readableBytes == 12 + body)
        #expect(!bench.channel.isActive)
    }

    @Test("bytes that are no frame close the connection after the answers before them")
    func junk() throws {
        let bench = try Bench()
        try bench.receive(try RawPeer.frame("Health", "Check") + [0x51])
        #expect(try bench.replies().map(\.code) == [0])
        #expect(!bench.channel.isActive)
        #expect(bench.worker.statistics.closed(.malformed) == 1)
    }

    @Test("a batch is answered although what follows it is no frame, and what follows that is thrown away")
    func junkBehindBatch() throws {
        let bench = try Bench()
        let batch = try RawPeer.frame(Self.calculator, "EvaluateBatch", id: 1, payload: try Samples.batch(count: 500))
        try bench.receive(batch + [0x51])
        try bench.receive(try RawPeer.frame("Health", "Check", id: 2))
        #expect(bench.channel.isActive)
        bench.runTurns()
        bench.compute()
        bench.runTurns()
        #expect(try bench.replies().map(\.id) == [1])
        bench.tick(afterSeconds: 1)
        #expect(!bench.channel.isActive)
        #expect(bench.worker.statistics.calls.calls == 1)
        #expect(bench.worker.memory.unfinishedBytes == 0)
    }

    @Test(
        "where tokens are asked for, a large frame without one ends the connection: with another, with none, with no meta"
    )
    func strangersBodies() throws {
        let tokens = try TokenSet.parse(Array("a-token-that-is-long-enough-to-be-one\n".utf8))
        let size = 1 << 20
        let metas = try [
            [], [0xFF, 0xFF], Array(RawPeer.frame("Health", "Check").dropFirst(12)),
        ]
        for meta in metas {
            let bench = try Bench(tokens: tokens)
            try bench.receive(RawPeer.header(body: size, meta: meta.count) + meta + [UInt8](repeating: 0, count: 1000))
            #expect(try bench.replies().map(\.code) == [1004])
            #expect(bench.worker.memory.unfinishedBytes == 0)
            #expect(!bench.channel.isActive)
            #expect(bench.worker.statistics.closed(.unauthorised) == 1)
            _ = try bench.channel.finish(acceptAlreadyClosed: true)
        }
    }

    @Test("who only asks whether the daemon is well stays a stranger; a call with a token makes the connection known")
    func healthOfStrangers() throws {
        let bench = try Bench(tokens: try TokenSet.parse(Array("desk [agency]: one\n".utf8)))
        let handler = try bench.channel.pipeline.syncOperations.handler(type: ConnectionHandler.self)
        try bench.receive(try RawPeer.frame("Health", "Check"))
        #expect(try bench.replies().map(\.code) == [0])
        #expect(handler.inputPriority.isStranger)
        #expect(bench.worker.statistics.calls.calls == 1)
        let known = try RawPeer.frame("Health", "Check") { $0.authenticationData.append(contentsOf: Array("one".utf8)) }
        try bench.receive(known)
        #expect(try bench.replies().map(\.code) == [0])
        #expect(!handler.inputPriority.isStranger)
        #expect(bench.worker.statistics.calls.calls(of: Caller.Number(rawValue: 1)) == 1)
    }

    @Test("calls of one read are counted each by its own method, at whatever place they fail")
    func mixed() throws {
        let bench = try Bench()
        var bytes: [UInt8] = []
        for method in ["ListDocuments", "ListDocuments", "Guess", "ListMeasures", "ListDocuments"] {
            bytes += try RawPeer.frame("Catalogue", method)
        }
        try bench.receive(bytes)
        #expect(try bench.replies().map(\.code) == [0, 0, 1002, 0, 0])
        let tallies = bench.worker.statistics.calls.tallies
        #expect(tallies.map(\.method) == [.listMeasures, .listDocuments, nil])
        #expect(tallies.map(\.calls) == [1, 3, 1])
        #expect(tallies.map { $0.errors.map(\.code) } == [[], [], [1002]])
    }

    @Test("where the input is too much, strangers go first, then the one whose frame has been unfinished for longest")
    func claims() {
        func claim(_ isStranger: Bool, _ seconds: Int64?) -> InputPriority {
            InputPriority(isStranger: isStranger, unfinishedSince: seconds.map { MonotonicTime(nanoseconds: $0) })
        }
        let sorted = [
            claim(true, 1), claim(true, 2), claim(true, nil), claim(false, 1), claim(false, 2), claim(false, nil),
        ]
        for (index, left) in sorted.enumerated() {
            for (other, right) in sorted.enumerated() { #expect((left < right) == (index < other)) }
        }
    }

    @Test("unfinished frames beyond the memory there is for them end the connection")
    func unfinishedMemory() throws {
        let bench = try Bench { $0.unfinishedBytes = 10_000 }
        try bench.receive(RawPeer.header(body: 1 << 20, meta: 10) + Array(repeating: 0, count: 20_000))
        #expect(!bench.channel.isActive)
        #expect(bench.worker.statistics.closed(.memory) == 1)
        #expect(bench.worker.memory.unfinishedBytes == 0)
    }
}
