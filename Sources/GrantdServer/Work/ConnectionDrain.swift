//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import NIOCore

/// How an event loop's connections end when the server stops: what is in flight is answered, further calls are refused, and
/// connections are closed. Used on that loop alone.
final class ConnectionDrain {
    private let eventLoop: any EventLoop
    private let clock: ServerClock
    private let connections: ConnectionTable
    private let costly: CostlyCalls
    private let delivery: ReplyDelivery
    private let sweep: LimitSweep
    private var hasBegun = false
    private var promises: [EventLoopPromise<Void>] = []

    init(
        of connections: ConnectionTable,
        costly: CostlyCalls,
        delivery: ReplyDelivery,
        sweep: LimitSweep,
        clock: ServerClock,
        on eventLoop: any EventLoop
    ) {
        self.eventLoop = eventLoop
        self.clock = clock
        self.connections = connections
        self.costly = costly
        self.delivery = delivery
        self.sweep = sweep
    }

    /// Begins: what is in flight is answered, further calls are refused.
    ///
    /// - Returns: done when the last connection is closed.
    func begin() -> EventLoopFuture<Void> {
        let promise = self.eventLoop.makePromise(of: Void.self)
        self.promises.append(promise)
        if !self.hasBegun {
            self.hasBegun = true
            let now = self.clock.now()
            for connection in self.connections.open { connection.quiesce(now: now) }
            self.sweep.start(every: .milliseconds(10))
        }
        self.finishIfEmpty()
        return promise.futureResult
    }

    /// A connection came: one that comes behind the beginning is told at once.
    func connectionAdded(_ connection: ConnectionHandler) {
        if self.hasBegun { connection.quiesce(now: self.clock.now()) }
    }

    /// A connection went: it may have been the last.
    func connectionRemoved() { self.finishIfEmpty() }

    /// The grace is nearly over: refuses the calls that are not answered and closes our side of every connection.
    func cutOff() {
        for client in self.connections.ids { self.costly.end(client, Refusal.stopping) }
        self.delivery.deliver()
        let now = self.clock.now()
        for connection in self.connections.open { connection.cutOff(now: now) }
    }

    /// The grace is over.
    func closeAll() {
        for connection in self.connections.open { connection.close(.stopping) }
    }

    private func finishIfEmpty() {
        guard self.hasBegun, self.connections.isEmpty else { return }
        self.sweep.stop()
        let promises = self.promises
        self.promises = []
        for promise in promises { promise.succeed() }
    }
}
