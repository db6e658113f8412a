//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdClient
internal import NIOCore
internal import NIOPosix

/// Puts a load on a daemon from one event loop and adds up what came back.
///
/// Closed loop: a lane sends its next call when the reply to the last one is in, so the daemon is never asked for
/// more than `connections` times the frames' lanes at a time.
struct LoadGenerator: Sendable {
    var host: String
    var port: Int
    /// What the connections are secured with; nil leaves them plain.
    var tls: GrantdTLS?
    var connections: Int
    var frames: LoadFrames
    var warmUp: Duration
    var duration: Duration
    /// The peer is an echo server, which sends the calls back: there are no answers to look for.
    var acceptsEchoes: Bool

    /// How long replies to the last calls are waited for.
    private static let drainTime = TimeAmount.seconds(10)

    /// How long the handshake of TLS may take.
    private static let handshakeTime = TimeAmount.seconds(10)

    /// Runs the load.
    ///
    /// - Returns: What all connections saw, and the seconds for which they were measured.
    /// - Throws: Where a connection cannot be made.
    func run() async throws -> (tally: LoadTally, seconds: Double) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let result = try await self.run(on: group.next())
            try await group.shutdownGracefully()
            return result
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    private func run(on loop: any EventLoop) async throws -> (tally: LoadTally, seconds: Double) {
        var running: [(handler: NIOLoopBound<LoadHandler>, done: EventLoopFuture<LoadTally>)] = []
        for _ in 0..<self.connections { running.append(try await self.connect(on: loop)) }
        let handlers = running.map(\.handler)
        try await Task.sleep(for: self.warmUp)
        let started = NIODeadline.now()
        try await loop.submit { for handler in handlers { handler.value.startMeasuring() } }.get()
        try await Task.sleep(for: self.duration)
        try await loop.submit { for handler in handlers { handler.value.stop(within: Self.drainTime) } }.get()
        let seconds = Double((NIODeadline.now() - started).nanoseconds) / 1e9
        var tally = LoadTally()
        for connection in running { tally.add(try await connection.done.get()) }
        return (tally, seconds)
    }

    private func connect(
        on loop: any EventLoop
    ) async throws -> (handler: NIOLoopBound<LoadHandler>, done: EventLoopFuture<LoadTally>) {
        let frames = self.frames
        let acceptsEchoes = self.acceptsEchoes
        let (host, tls) = (self.host, self.tls)
        let done = loop.makePromise(of: LoadTally.self)
        let made = loop.makePromise(of: NIOLoopBound<LoadHandler>.self)
        let connected = ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try tls?.secure(channel, host: host)
                    let handler = LoadHandler(frames: frames, acceptsEchoes: acceptsEchoes, done: done)
                    made.succeed(NIOLoopBound(handler, eventLoop: channel.eventLoop))
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(host: host, port: self.port)
            .flatMap { channel in
                guard tls != nil else { return channel.eventLoop.makeSucceededFuture(channel) }
                return GrantdTLS.handshake(of: channel, deadline: .now() + Self.handshakeTime)
            }
        connected.whenFailure { error in
            // The initializer may not have run; a promise that is done already ignores this.
            made.fail(error)
            done.fail(error)
        }
        _ = try await connected.get()
        return (try await made.futureResult.get(), done.futureResult)
    }
}
