//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import FuzzSupport
internal import GrantdHTTP
internal import GrantdService
internal import Logging
internal import NIOCore
internal import NIOEmbedded

@testable internal import GrantdServer

/// An event loop without sockets, and what serves its connections.
final class ServedLoop {
    private let loop = EmbeddedEventLoop()
    private let clock = SteppingClock()
    private let lanes: ManualLanes
    private let worker: Worker
    private let isStrict: Bool

    /// - Parameter isStrict: whether time goes by, tokens are asked for and bounds are small.
    init(_ contract: HTTPContract, isStrict: Bool = false) {
        var configuration = ServerConfiguration.defaults
        configuration.clock = self.clock.clock
        if isStrict {
            self.clock.stepNanoseconds = 300_000
            Self.restrict(&configuration)
        }
        self.isStrict = isStrict
        self.lanes = ManualLanes(limits: configuration.limits, clock: self.clock.clock)
        self.worker = Worker(
            eventLoop: self.loop,
            configuration: configuration,
            contract: contract,
            lanes: self.lanes.lanes,
            waker: nil,
            logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static func restrict(_ configuration: inout ServerConfiguration) {
        configuration.tokens = TokenSet([
            TokenSet.Entry(token: Array("t".utf8), name: "agency", roles: .all),
            TokenSet.Entry(token: Array("u".utf8)),
        ])
        configuration.http.limits.headBytes = 512
        configuration.http.limits.headers = 10
        configuration.http.limits.formBytes = 256
        configuration.http.limits.ignoredBytes = 64
        configuration.http.limits.immediateBytes = 128
        configuration.http.allowedOrigins = ["https://a.example"]
        configuration.limits.requestBytes = 2048
        configuration.limits.largeRequestBytes = 4096
        configuration.limits.replyBytes = 16 << 10
        configuration.limits.unsentBytes = 4096
        configuration.limits.unfinishedBytes = 4096
    }

    /// Sends bytes on a connection of their own, which is closed behind them.
    ///
    /// - Parameter worksBetween: whether what is costly is worked on between the pieces, or only behind the last.
    /// - Returns: all that was answered.
    func answer(_ bytes: [UInt8], in pieces: Pieces, worksBetween: Bool) -> [UInt8] {
        self.lanes.forgetAwards(keepsBook: false)
        let channel = EmbeddedChannel(handler: ConnectionHandler(worker: self.worker), loop: self.loop)
        var answers: [UInt8] = []
        do {
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            var pieces = pieces
            var rest = bytes[...]
            while !rest.isEmpty, channel.isActive {
                let count = pieces.next(left: rest.count)
                try channel.writeInbound(ByteBuffer(bytes: rest.prefix(count)))
                rest = rest.dropFirst(count)
                if worksBetween { try self.work(channel, &answers) }
            }
            try self.work(channel, &answers)
            if self.isStrict { try self.letTimePass(channel, &answers) }
            _ = try channel.finish(acceptAlreadyClosed: true)
        } catch {
            preconditionFailure("a loop without sockets fails: \(error)")
        }
        self.checkNothingIsHeld()
        return answers
    }

    /// Works until nothing happens any more.
    private func work(_ channel: EmbeddedChannel, _ answers: inout [UInt8]) throws {
        var isBusy = true
        while isBusy {
            isBusy = self.lanes.work()
            // Turns that were called for, those that they call for, and so on.
            self.loop.advanceTime(by: .milliseconds(1))
            while let output = try channel.readOutbound(as: ByteBuffer.self) {
                answers += output.readableBytesView
                isBusy = true
            }
        }
    }

    /// The peer says that it sends no more, and then nothing.
    private func letTimePass(_ channel: EmbeddedChannel, _ answers: inout [UInt8]) throws {
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        for _ in 0..<2 {
            self.clock.advance(nanoseconds: 20_000_000_000)
            self.worker.sweep.tick()
            try self.work(channel, &answers)
        }
    }

    /// A connection that is closed leaves nothing behind.
    private func checkNothingIsHeld() {
        while self.lanes.work() {}
        self.loop.advanceTime(by: .milliseconds(1))
        let statistics = self.worker.currentStatistics()
        precondition(statistics.connectionsOpen == 0, "a connection is held that was closed")
        precondition(statistics.unfinishedBytes == 0, "input is counted that nobody holds")
        precondition(statistics.unsentBytes == 0, "output is counted that nobody holds")
        precondition(statistics.callsWaiting == 0, "calls are counted that nobody works on")
    }
}
