//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import NIOCore
internal import NIOEmbedded
internal import SwiftProtobuf
internal import Synchronization
internal import Testing

@testable internal import GrantdClient

/// The connection's actor on a loop whose time the test moves.
struct ConnectionTests {
    private struct Rig {
        let loop = NIOAsyncTestingEventLoop()
        let connection: Connection
        let channels: AsyncStream<NIOAsyncTestingChannel>

        /// - Parameters:
        ///   - failures: How many attempts to connect fail before one succeeds.
        ///   - holdsBytes: What is sent is taken only as far as ``HeldBytes`` is told to.
        init(failures: Int = 0, holdsBytes: Bool = false, configuration: GrantdClientConfiguration = .forTests) {
            let loop = self.loop
            let (channels, continuation) = AsyncStream.makeStream(of: NIOAsyncTestingChannel.self)
            let attempts = Counter()
            self.channels = channels
            let connector = Connector { _, initializer in
                guard attempts.next() >= failures else {
                    return loop.makeFailedFuture(ChannelError.connectTimeout(.zero))
                }
                let channel = NIOAsyncTestingChannel(loop: loop)
                return initializer(channel)
                    .flatMapThrowing {
                        if holdsBytes { try channel.pipeline.syncOperations.addHandler(HeldBytes()) }
                    }
                    .flatMapThrowing { try SocketAddress(unixDomainSocketPath: "/grantd") }
                    .flatMap { channel.connect(to: $0) }
                    .map {
                        continuation.yield(channel)
                        return channel
                    }
            }
            self.connection = Connection(eventLoop: loop, connector: connector, configuration: configuration)
        }

        var load: Int { self.connection.load.load(ordering: .relaxed) }

        func channel() async throws -> NIOAsyncTestingChannel {
            for await channel in self.channels { return channel }
            throw ChannelError.eof
        }

        /// The payload of the answer.
        func call(within time: TimeAmount = .seconds(10)) async -> Result<ByteBuffer, GrantdClientError> {
            let result = await self.connection.call(
                Request(method: .checkHealth, payload: ByteBuffer()),
                deadline: self.loop.now + time
            )
            return result.map { $0.payload }
        }
    }

    private func read(_ channel: NIOAsyncTestingChannel) async throws -> BrpcRpcMeta {
        var frame = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
        frame.moveReaderIndex(forwardBy: 8)
        let length = Int(frame.readInteger(as: UInt32.self) ?? 0)
        return try BrpcRpcMeta(serializedBytes: MessageBytes(frame.readSlice(length: length) ?? ByteBuffer()))
    }

    private func reply(to meta: BrpcRpcMeta, _ payload: [UInt8] = []) -> ByteBuffer {
        let answer = BrpcRpcMeta.with {
            $0.response = .init()
            $0.correlationID = meta.correlationID
        }
        return frame(meta: answer, payload: payload)
    }

    private func code(_ result: Result<ByteBuffer, GrantdClientError>) -> GrantdClientError.Code? {
        guard case .failure(let error) = result else { return nil }
        return error.code
    }

    @Test("a reply dripping in byte by byte answers its call")
    func drip() async throws {
        let rig = Rig()
        async let answer = rig.call()
        let channel = try await rig.channel()
        let meta = try await self.read(channel)
        #expect(meta.request.timeoutMs == 10_000)
        for byte in self.reply(to: meta, [1, 2, 3]).readableBytesView {
            try await channel.writeInbound(ByteBuffer(bytes: [byte]))
        }
        #expect(try await answer.get() == ByteBuffer(bytes: [1, 2, 3]))
        #expect(rig.load == 0)
        await rig.connection.shutdown()
    }

    @Test("two replies in one read answer two calls")
    func twoInOne() async throws {
        let rig = Rig()
        async let first = rig.call()
        async let second = rig.call()
        let channel = try await rig.channel()
        let one = try await self.read(channel)
        let two = try await self.read(channel)
        var both = self.reply(to: two, [2])
        both.writeImmutableBuffer(self.reply(to: one, [1]))
        try await channel.writeInbound(both)
        #expect(
            Set([try await first.get(), try await second.get()]) == [ByteBuffer(bytes: [1]), ByteBuffer(bytes: [2])]
        )
        await rig.connection.shutdown()
    }

    @Test("one timer serves all deadlines, a nearer one that comes later included")
    func deadlines() async throws {
        var configuration = GrantdClientConfiguration.forTests
        configuration.silenceTimeout = .zero
        let rig = Rig(configuration: configuration)
        async let long = rig.call(within: .seconds(9))
        let channel = try await rig.channel()
        _ = try await self.read(channel)
        async let short = rig.call(within: .seconds(2))
        let meta = try await self.read(channel)
        #expect(meta.request.timeoutMs == 2_000)
        await rig.loop.advanceTime(by: .seconds(2))
        #expect(self.code(await short) == .deadlineExceeded)
        #expect(rig.load == 1)
        await rig.loop.advanceTime(by: .seconds(7))
        #expect(self.code(await long) == .deadlineExceeded)
        try await channel.writeInbound(self.reply(to: meta))
        #expect(await rig.connection.counters.lateReplies == 1)
        await rig.connection.shutdown()
    }

    @Test("a call made during the pause waits it out and goes out on the new channel")
    func backoff() async throws {
        var configuration = GrantdClientConfiguration.forTests
        configuration.retry = .init(
            attempts: 3,
            initialBackoff: .seconds(1),
            maximumBackoff: .seconds(9),
            jitterPercent: 0
        )
        let rig = Rig(failures: 1, configuration: configuration)
        #expect(self.code(await rig.call()) == .connectionFailed)
        #expect(rig.load >= 1_000_000, "others of the pool go first")
        async let answer = rig.call()
        while rig.load == 1_000_000 { await Task.yield() }
        await rig.loop.advanceTime(by: .seconds(1))
        let channel = try await rig.channel()
        let meta = try await self.read(channel)
        #expect(meta.request.timeoutMs == 9_000, "the daemon is told what is left, not what was allowed")
        try await channel.writeInbound(self.reply(to: meta))
        #expect(try await answer.get() == ByteBuffer())
        await rig.connection.shutdown()
    }

    @Test("a call that is given up during the pause is never sent")
    func deadlineDuringBackoff() async throws {
        var configuration = GrantdClientConfiguration.forTests
        configuration.retry = .init(
            attempts: 3,
            initialBackoff: .seconds(5),
            maximumBackoff: .seconds(9),
            jitterPercent: 0
        )
        let rig = Rig(failures: 1, configuration: configuration)
        _ = await rig.call()
        async let answer = rig.call(within: .seconds(2))
        while rig.load == 1_000_000 { await Task.yield() }
        await rig.loop.advanceTime(by: .seconds(2))
        #expect(self.code(await answer) == .deadlineExceeded)
        await rig.loop.advanceTime(by: .seconds(4))
        #expect(await rig.connection.counters.connects == 0)
        await rig.connection.shutdown()
    }

    @Test("a channel that owes an answer and is silent is left; what waits goes to the next one")
    func silence() async throws {
        let rig = Rig(configuration: .defaults)
        async let answer = rig.call(within: .seconds(60))
        let first = try await rig.channel()
        _ = try await self.read(first)
        await rig.loop.advanceTime(by: .seconds(4))
        #expect(first.isActive)
        await rig.loop.advanceTime(by: .seconds(1))
        #expect(self.code(await answer) == .connectionLost)
        try await first.closeFuture.get()
        await rig.connection.shutdown()
    }

    @Test("an answer that is owed to nobody any more is still owed")
    func silenceAfterDeadlines() async throws {
        let rig = Rig(configuration: .defaults)
        async let answer = rig.call(within: .seconds(1))
        let first = try await rig.channel()
        _ = try await self.read(first)
        await rig.loop.advanceTime(by: .seconds(1))
        #expect(self.code(await answer) == .deadlineExceeded)
        #expect(first.isActive)
        await rig.loop.advanceTime(by: .seconds(4))
        try await first.closeFuture.get()
        await rig.connection.shutdown()
    }

    @Test("a channel that owes nothing may be silent")
    func idle() async throws {
        let rig = Rig()
        async let answer = rig.call()
        let channel = try await rig.channel()
        let meta = try await self.read(channel)
        try await channel.writeInbound(self.reply(to: meta))
        _ = try await answer.get()
        await rig.loop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
        await rig.connection.shutdown()
    }

    @Test(
        "a reply that grows by a kilobyte at a time is waited for, one that grows by less is not",
        arguments: [1_024, 1_023]
    )
    func growing(step: Int) async throws {
        let rig = Rig(configuration: .defaults)
        async let answer = rig.call(within: .seconds(60))
        let channel = try await rig.channel()
        let meta = try await self.read(channel)
        var reply = self.reply(to: meta, Array(repeating: 0, count: 5_000))
        for _ in 0..<3 {
            guard channel.isActive else { break }
            try await channel.writeInbound(try #require(reply.readSlice(length: step)))
            await rig.loop.advanceTime(by: .seconds(4))
        }
        #expect(channel.isActive == (step == 1_024))
        if step == 1_024 { try await channel.writeInbound(reply) }
        #expect(self.code(await answer) == (step == 1_024 ? nil : .connectionLost))
        await rig.connection.shutdown()
    }

    @Test("a request that the peer takes byte by byte is waited for, and no longer when it takes no more")
    func taking() async throws {
        let rig = Rig(holdsBytes: true, configuration: .defaults)
        async let answer = rig.call(within: .seconds(60))
        let channel = try await rig.channel()
        for _ in 0..<4 {
            while try await !self.take(1, of: channel) { await Task.yield() }
            await rig.loop.advanceTime(by: .seconds(4))
            try #require(channel.isActive)
        }
        await rig.loop.advanceTime(by: .seconds(4))
        #expect(self.code(await answer) == .connectionLost)
        try await channel.closeFuture.get()
        await rig.connection.shutdown()
    }

    private func take(_ count: Int, of channel: NIOAsyncTestingChannel) async throws -> Bool {
        try await channel.testingEventLoop.submit {
            let held = try channel.pipeline.syncOperations.handler(type: HeldBytes.self)
            return held.take(count)
        }
        .get()
    }

    @Test("a channel that ends fails its calls once")
    func channelEnds() async throws {
        let rig = Rig()
        async let answer = rig.call()
        let channel = try await rig.channel()
        _ = try await self.read(channel)
        try await channel.close()
        #expect(self.code(await answer) == .connectionLost)
        await rig.connection.shutdown()
        #expect(self.code(await rig.call()) == .shutDown)
    }

    @Test("a connection that is let go of closes its channel")
    func released() async throws {
        var rig: Rig? = Rig()
        let channel: NIOAsyncTestingChannel
        do {
            let held = try #require(rig)
            async let answer = held.call()
            channel = try await held.channel()
            let meta = try await self.read(channel)
            try await channel.writeInbound(self.reply(to: meta))
            _ = await answer
        }
        rig = nil
        try await channel.closeFuture.get()
    }
}

/// A socket that takes no byte of itself.
private final class HeldBytes: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    private var count = 0
    private var isFlushed = false

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.count += self.unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) { self.isFlushed = true }

    /// Takes some bytes of what was flushed.
    ///
    /// - Returns: Whether anything was.
    func take(_ count: Int) -> Bool {
        guard self.isFlushed, let context = self.context else { return false }
        self.count -= count
        // The channel knows only whole buffers: a smaller one takes the place of those that were there.
        context.flush()
        context.write(self.wrapOutboundOut(ByteBuffer(repeating: 0, count: self.count)), promise: nil)
        return true
    }
}
