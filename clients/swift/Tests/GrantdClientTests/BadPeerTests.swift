//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import Glibc
internal import GrantdMessages
internal import GrantdWire
internal import NIOCore
internal import NIOPosix
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdClient

/// The table of bad peers that the clients of every language are tested with.
@Suite("A bad peer", .timeLimit(.minutes(2)))
struct BadPeerTests {
    private func application(_ id: String) -> GrantdApplication {
        .with {
            $0.applicationID = id
            $0.asOf = "2026-05-20"
        }
    }

    private static func impatient() -> GrantdClientConfiguration {
        var configuration = GrantdClientConfiguration.forTests
        configuration.silenceTimeout = .milliseconds(400)
        return configuration
    }

    private func code(_ call: () async throws(GrantdClientError) -> Void) async -> GrantdClientError.Code? {
        do throws(GrantdClientError) {
            try await call()
            return nil
        } catch {
            return error.code
        }
    }

    private static let mute: @Sendable (FakeCall) -> [FakeAction] = { _ in [] }
    private static let slow: @Sendable (FakeCall) -> [FakeAction] = { call in
        guard case .send(let reply) = call.assess() else { return [] }
        return [.trickle(reply, step: 1)]
    }

    /// Calls that outlive the silence, and calls that do not, of a server whose first connection is dead.
    private func leave(_ first: @escaping @Sendable (FakeCall) -> [FakeAction]) async throws {
        let script: FakeServer.Script = { call in call.connection == 0 ? first(call) : [call.assess()] }
        try await withFakeServer(configuration: Self.impatient(), script: script) { client async throws in
            #expect(try await client.evaluate(self.application("a")).applicationID == "a")
            #expect(await client.statistics().connectionsMade == 2)
        }
        try await withFakeServer(configuration: Self.impatient(), script: script) { client async throws in
            var answered = 0
            for index in 0..<25 {
                let failed = await self.code { () async throws(GrantdClientError) in
                    _ = try await client.evaluate(self.application("\(index)"), deadline: .milliseconds(60))
                }
                if failed == nil { answered += 1 } else { #expect(failed == .deadlineExceeded) }
            }
            #expect(answered > 0)
        }
    }

    @Test("silent: takes bytes and answers nothing; left after the silence timeout, calls with short deadlines too")
    func silent() async throws { try await self.leave(Self.mute) }

    @Test("trickle: a few bytes of a reply now and then are no progress")
    func trickle() async throws { try await self.leave(Self.slow) }

    @Test("trickle: a large reply that comes in kilobytes is progress")
    func growing() async throws {
        try await withFakeServer(configuration: Self.impatient()) { call in
            var assessment = GrantdAssessment.whole("a")
            assessment.bindingCap = String(repeating: "x", count: 16_000)
            guard case .send(let reply) = call.reply(assessment) else { return [] }
            return [.trickle(reply, step: 2_048)]
        } _: { client async throws in
            #expect(try await client.evaluate(self.application("a")).applicationID == "a")
            #expect(await client.statistics().connectionsMade == 1)
        }
    }

    /// More than the buffers of both ends hold.
    private func large() -> GrantdApplication { self.application(String(repeating: "x", count: 24_000_000)) }

    @Test("slow link: a large request that goes out for longer than the silence timeout is progress")
    func slowUpload() async throws {
        var configuration = Self.impatient()
        configuration.silenceTimeout = .seconds(1)
        configuration.maximumRequestBytes = 32_000_000
        // It takes 2.1 s at least: 256 KiB are read after each pause at most.
        let reading = FakeReading.slowly(pauses: 70, of: .milliseconds(30))
        try await withFakeServer(configuration: configuration, reading: [reading]) { call in
            [call.reply(GrantdAssessment.whole("\(call.payload.readableBytes)"))]
        } _: { client async throws in
            let started = ContinuousClock.now
            let answer = try await client.evaluate(self.large())
            #expect(Int(answer.applicationID) ?? 0 > 24_000_000)
            #expect(ContinuousClock.now - started > .seconds(2))
            #expect(await client.statistics().connectionsMade == 1)
        }
    }

    @Test("silent: takes no byte of a large request; left after the silence timeout")
    func readsNothing() async throws {
        var configuration = Self.impatient()
        configuration.maximumRequestBytes = 32_000_000
        try await withFakeServer(configuration: configuration, reading: [.never]) { call in
            [call.reply(GrantdAssessment.whole("a"))]
        } _: { client async throws in
            #expect(try await client.evaluate(self.large()).applicationID == "a")
            #expect(await client.statistics().connectionsMade == 2)
        }
    }

    @Test("cut: closes in the middle of a reply; tried again, and an error when it goes on", arguments: [1, 1_000])
    func cut(times: Int) async throws {
        try await withFakeServer { call in
            guard call.connection < times, case .send(var reply) = call.assess() else { return [call.assess()] }
            return [.send(reply.readSlice(length: 20) ?? reply), .close]
        } _: { client async throws in
            let code = await self.code { () async throws(GrantdClientError) in
                _ = try await client.evaluate(self.application("a"))
            }
            #expect(code == (times == 1 ? nil : .connectionLost))
            #expect(await client.statistics().connectionsMade == (times == 1 ? 2 : 5))
        }
    }

    @Test("strange ids: replies to calls that nobody made are dropped, and the right one is taken")
    func strangeIDs() async throws {
        try await withFakeServer { call in
            [call.reply(GrantdAssessment.whole("?"), id: 99), call.reply(GrantdAssessment(), id: -1), call.assess()]
        } _: { client async throws in
            #expect(try await client.evaluate(self.application("a")).applicationID == "a")
            #expect(await client.statistics().unknownReplies == 2)
        }
    }

    @Test("strange ids: they are no progress, however many come and however long they are")
    func strangeIDsOnly() async throws {
        try await self.leave { call in
            var assessment = GrantdAssessment.whole("?")
            assessment.bindingCap = String(repeating: "x", count: 3_000)
            guard case .send(let reply) = call.reply(assessment, id: 99) else { return [] }
            var replies = ByteBuffer()
            for _ in 0..<100 { replies.writeImmutableBuffer(reply) }
            return [.trickle(replies, step: reply.readableBytes)]
        }
    }

    @Test("no response: a meta part without one is an error, never a result, and is not tried again")
    func noResponse() async throws {
        let calls = Counter()
        try await withFakeServer { call in
            _ = calls.next()
            return [.send(frame(meta: .with { $0.correlationID = call.meta.correlationID }, payload: []))]
        } _: { client async throws in
            let code = await self.code { () async throws(GrantdClientError) in
                _ = try await client.evaluate(self.application("a"))
            }
            #expect(code == .invalidReply)
            #expect(calls.value == 1)
        }
    }

    @Test("incomplete: an assessment that lacks what is always set", arguments: 0..<8)
    func incompleteAssessment(lacking: Int) async throws {
        var assessment = GrantdAssessment.whole("a")
        switch lacking {
        case 0: assessment.clearMeasure()
        case 1: assessment.clearAsOf()
        case 2: assessment.clearOutcome()
        case 3: assessment.clearBasis()
        case 4: assessment.clearPolicy()
        case 5: assessment.policy.clearProgramme()
        case 6: assessment.policy.clearDocumentNumber()
        default: assessment.policy.clearDigest()
        }
        let answer = assessment
        try await withFakeServer { call in
            switch call.meta.request.methodName {
            case "EvaluateBatch":
                [call.reply(GrantdEvaluateBatchResponse.with { $0.results = [.with { $0.assessment = answer }] })]
            case "Screen": [call.reply(GrantdScreenResponse.with { $0.assessments = [.whole("b"), answer] })]
            default: [call.reply(answer)]
            }
        } _: { client async throws in
            let evaluated = await self.code { () async throws(GrantdClientError) in
                _ = try await client.evaluate(self.application("a"))
            }
            let screened = await self.code { () async throws(GrantdClientError) in _ = try await client.screen(.init())
            }
            let batched = await self.code { () async throws(GrantdClientError) in
                _ = try await client.evaluateBatch(.with { $0.applications = [self.application("a")] })
            }
            #expect([evaluated, screened, batched] == Array(repeating: .invalidReply, count: 3))
            let stream = AsyncStream<GrantdApplication> {
                $0.yield(self.application("a"))
                $0.finish()
            }
            await #expect(throws: GrantdClientError(code: .invalidReply, message: "")) {
                for try await _ in client.score(stream) {}
            }
        }
    }

    private static let answers: [(method: String, answer: any Message)] = [
        ("EvaluateBatch", GrantdEvaluateBatchResponse()),
        ("EvaluateBatch", GrantdEvaluateBatchResponse.with { $0.results = [.init()] }),
        ("EvaluateBatch", GrantdEvaluateBatchResponse.with { $0.results = [.with { $0.error.message = "?" }] }),
        (
            "EvaluateBatch",
            GrantdEvaluateBatchResponse.with {
                $0.results = [.with { $0.assessment = .whole("a") }, .with { $0.assessment = .whole("b") }]
            }
        ),
        ("ListMeasures", GrantdListMeasuresResponse.with { $0.measures = [.with { $0.measure = "a.b" }] }),
        ("DescribeMeasure", GrantdMeasureDescription.with { $0.measure = "a.b" }),
        ("ListDocuments", GrantdListDocumentsResponse.with { $0.documents = [.init()] }),
        ("GetSchema", GrantdSchema()),
        ("ClearAuction", GrantdClearAuctionResponse()),
        (
            "ClearAuction",
            GrantdClearAuctionResponse.with {
                $0.outcome = .cleared
                $0.clearingPriceE4YuanPerKwh = 1
            }
        ),
        ("ClearAuction", GrantdClearAuctionResponse.with { $0.outcome = .nothingSelected }),
        ("Check", HealthHealthCheckResponse()),
    ]

    @Test("incomplete: every other answer, one with too few or too many results included", arguments: answers.indices)
    func incomplete(index: Int) async throws {
        let (method, answer) = Self.answers[index]
        let bytes: [UInt8] = try answer.serializedBytes()
        try await withFakeServer {
            [.send(frame(meta: $0.answerMeta, payload: bytes))]
        } _: { client async throws in
            let code = await self.code { () async throws(GrantdClientError) in
                switch method {
                case "EvaluateBatch":
                    _ = try await client.evaluateBatch(.with { $0.applications = [self.application("a")] })
                case "ListMeasures": _ = try await client.listMeasures()
                case "DescribeMeasure": _ = try await client.describeMeasure("a.b")
                case "ListDocuments": _ = try await client.listDocuments()
                case "GetSchema": _ = try await client.schema(knownDigest: "0")
                case "ClearAuction": _ = try await client.clearAuction(.with { $0.bids = [.init()] })
                default: _ = try await client.health()
                }
            }
            #expect(code == .invalidReply)
        }
    }

    @Test("an answer of more entries than are decoded is an error, and one within the bound is an answer")
    func manyEntries() async throws {
        let empty = Array(repeating: [UInt8(9 << 3 | 2), 0], count: 1_000).flatMap(\.self)
        let head: [UInt8] = try GrantdAssessment.whole("a").serializedBytes()
        try await withFakeServer { call in
            // 8,000,000 empty findings in 16 MB; then a hundred thousand.
            let blocks = call.number == 0 ? 8_000 : 100
            return [.send(frame(meta: call.answerMeta, payload: head + (0..<blocks).flatMap { _ in empty }))]
        } _: { client async throws in
            let code = await self.code { () async throws(GrantdClientError) in
                _ = try await client.evaluate(self.application("a"))
            }
            #expect(code == .replyTooLarge)
            #expect(try await client.evaluate(self.application("a")).findings.count == 100_000)
        }
    }

    @Test("huge meta: a header that declares 4 GiB ends the connection at once", arguments: [UInt32(16), .max])
    func hugeMeta(body: UInt32) async throws {
        try await withFakeServer { call in
            guard call.connection == 0 else { return [call.assess()] }
            var header = ByteBuffer(string: "PRPC")
            header.writeInteger(body)
            header.writeInteger(UInt32.max)
            return [.send(header)]
        } _: { client async throws in
            let code = await self.code { () async throws(GrantdClientError) in
                _ = try await client.evaluate(self.application("a"))
            }
            // What is no frame at all is tried again; a reply that is too large is so each time.
            #expect(code == (body == .max ? .replyTooLarge : nil))
            #expect(try await client.evaluate(self.application("b")).applicationID == "b")
            #expect(await client.statistics().connectionsMade == 2)
        }
    }

    @Test("dead first address: the second one is reached within the time to connect")
    func deadFirstAddress() async throws {
        let dead = try DeadListener()
        let server = try await FakeServer.start { [$0.assess()] }
        let addresses = [
            try SocketAddress(ipAddress: "127.0.0.1", port: dead.port),
            try SocketAddress(ipAddress: "127.0.0.1", port: server.address.port),
        ]
        let address = GrantdAddress(host: "grants.example")
        let client = GrantdClient(
            address: address,
            configuration: .forTests,
            eventLoopGroup: .singletonMultiThreadedEventLoopGroup,
            connector: .sockets(to: address, timeout: .seconds(5)) { FixedResolver($0, addresses) }
        )
        let started = ContinuousClock.now
        #expect(try await client.evaluate(self.application("a")).applicationID == "a")
        #expect(ContinuousClock.now - started < .seconds(3))
        await client.shutdown()
        try await server.stop()
        dead.close()
    }

    @Test("dead first address: where none can be reached the error names the last failure")
    func noAddress() async throws {
        let address = GrantdAddress(host: "grants.example")
        let nobody = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
        var configuration = GrantdClientConfiguration.forTests
        configuration.retry.attempts = 1
        let client = GrantdClient(
            address: address,
            configuration: configuration,
            eventLoopGroup: .singletonMultiThreadedEventLoopGroup,
            connector: .sockets(to: address, timeout: .seconds(5)) { FixedResolver($0, [nobody]) }
        )
        do throws(GrantdClientError) {
            _ = try await client.health()
            Issue.record("somebody answered")
        } catch {
            #expect(error.code == .connectionFailed)
            #expect(error.message.contains("(127.0.0.1:") && error.message.contains(": Connection refused);"))
        }
        await client.shutdown()
    }

    @Test("stopping: says 2003; tried again elsewhere, as often as attempts are allowed", arguments: [4, 5])
    func stopping(times: Int) async throws {
        let calls = Counter()
        try await withFakeServer { call in
            calls.next() < times ? [call.refuse(2003, "stopping")] : [call.assess()]
        } _: { client async throws in
            let code = await self.code { () async throws(GrantdClientError) in
                _ = try await client.evaluate(self.application("a"))
            }
            #expect(code == (times == 4 ? nil : .unavailable))
            #expect(calls.value == 5)
        }
    }

    @Test("killed: a daemon that dies in the middle of a scoring and is started anew; nothing is lost or doubled")
    func killed() async throws {
        let first = try DaemonProcess(port: 0)
        let client = GrantdClient(host: "127.0.0.1", port: first.port, configuration: .defaults)
        let count = 6_000
        let source = AsyncStream<GrantdApplication> { continuation in
            for index in 0..<count {
                continuation.yield(
                    .with {
                        $0.applicationID = "\(index)"
                        $0.asOf = "2026-05-20"
                        $0.digitalSpaceLaunchEvent = .init()
                    }
                )
            }
            continuation.finish()
        }
        var second: DaemonProcess?
        var next = 0
        for try await score in client.score(source, batchSize: 50) {
            #expect(score.index == next)
            #expect(score.assessment?.applicationID == "\(next)")
            next += 1
            if next == 1_000 {
                first.kill()
                second = try DaemonProcess(port: first.port)
            }
        }
        #expect(next == count)
        await client.shutdown()
        second?.kill()
    }
}

/// A listener whose queue is full: what is sent to it to connect is dropped, as by a host that is gone.
private final class DeadListener {
    let port: Int
    private var descriptors: [Int32] = []

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptors.append(listener)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 0) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        try #require(isBound)
        self.port = Int(UInt16(bigEndian: address.sin_port))
        // Two fill a queue of length 0; a few more do no harm.
        for _ in 0..<4 {
            let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            self.descriptors.append(filler)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(filler, $0, length) }
            }
        }
    }

    func close() { for descriptor in self.descriptors { Glibc.close(descriptor) } }
}

/// Has the same addresses for every name.
private final class FixedResolver: Resolver, Sendable {
    private let loop: any EventLoop
    private let addresses: [SocketAddress]

    init(_ loop: any EventLoop, _ addresses: [SocketAddress]) {
        self.loop = loop
        self.addresses = addresses
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        self.loop.makeSucceededFuture(self.addresses)
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        self.loop.makeSucceededFuture([])
    }

    func cancelQueries() {}
}

/// A daemon as a process of its own.
private final class DaemonProcess {
    let port: Int
    private let process = Process()

    init(port: Int) throws {
        let output = Pipe()
        // The daemon is built beside the tests.
        self.process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "grantd")
        self.process.arguments = ["serve", "--port", "\(port)", "--threads", "1"]
        self.process.standardOutput = output
        self.process.standardError = FileHandle.nullDevice
        try self.process.run()
        var line = ""
        while !line.hasSuffix("\n"), let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            line += String(decoding: byte, as: UTF8.self)
        }
        self.port = try #require(line.split(separator: ":").last.flatMap { Int($0.dropLast()) })
    }

    func kill() {
        Glibc.kill(self.process.processIdentifier, SIGKILL)
        self.process.waitUntilExit()
    }
}
