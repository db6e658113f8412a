//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import Logging
internal import NIOCore
internal import Synchronization

/// The number of connections that are open or being opened.
final class ConnectionCount: Sendable {
    private let count = Atomic<Int>(0)
    private let refusedCount = Atomic<Int>(0)

    /// Takes a place, if there is one.
    func take(limit: Int) -> Bool {
        let (before, _) = self.count.add(1, ordering: .relaxed)
        if before < limit { return true }
        self.count.subtract(1, ordering: .relaxed)
        self.refusedCount.add(1, ordering: .relaxed)
        return false
    }

    func giveBack() {
        self.count.subtract(1, ordering: .relaxed)
    }

    /// Connections that found no place.
    var refused: UInt64 { UInt64(max(0, self.refusedCount.load(ordering: .relaxed))) }
}

/// Stands on the listener: closes a connection for which there is no place as soon as it is accepted.
final class ConnectionLimitHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    private let count: ConnectionCount
    private let limit: Int
    private let clock: ServerClock
    private let logger: Logger
    private var throttle: LogThrottle

    init(count: ConnectionCount, limits: Limits, clock: ServerClock, logger: Logger) {
        self.count = count
        self.limit = limits.connections
        self.clock = clock
        self.logger = logger
        self.throttle = LogThrottle(linesPerSecond: 1)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = self.unwrapInboundIn(data)
        guard self.count.take(limit: self.limit) else {
            channel.close(promise: nil)
            if let suppressed = self.throttle.admit(now: self.clock.now()) {
                self.logger.warning(
                    "connection refused: as many as may be are open",
                    metadata: ["limit": "\(self.limit)", "suppressed": "\(suppressed)"]
                )
            }
            return
        }
        let count = self.count
        channel.closeFuture.whenComplete { _ in count.giveBack() }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // No descriptor left, or a peer that was gone before it was accepted: the listener goes on.
        if let suppressed = self.throttle.admit(now: self.clock.now()) {
            self.logger.warning(
                "a connection could not be accepted",
                metadata: ["error": "\(error)", "suppressed": "\(suppressed)"]
            )
        }
    }
}
