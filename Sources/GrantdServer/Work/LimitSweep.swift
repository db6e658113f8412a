//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import NIOCore

/// Looks at the time limits of an event loop's connections and calls, again and again. Used on that loop alone.
final class LimitSweep {
    private let eventLoop: any EventLoop
    private let limits: Limits
    private let clock: ServerClock
    private let connections: ConnectionTable
    private let costly: CostlyCalls
    private let memory: PeerMemory
    private var task: RepeatedTask?

    init(
        of connections: ConnectionTable,
        costly: CostlyCalls,
        memory: PeerMemory,
        limits: Limits,
        clock: ServerClock,
        on eventLoop: any EventLoop
    ) {
        self.eventLoop = eventLoop
        self.limits = limits
        self.clock = clock
        self.connections = connections
        self.costly = costly
        self.memory = memory
    }

    /// Begins to look, as often as the shortest limit asks for.
    func start() {
        let shortest =
            [
                self.limits.unfinishedFrame, self.limits.stall, self.limits.idle,
            ].map(\.nanosecondsClamped).min() ?? 1_000_000_000
        self.start(every: .nanoseconds(min(max(shortest / 8, 5_000_000), 1_000_000_000)))
    }

    /// Looks as often as that from now on.
    func start(every interval: TimeAmount) {
        self.stop()
        let sweep = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.task = self.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            sweep.value.tick()
        }
    }

    /// Looks no more.
    func stop() {
        self.task?.cancel()
        self.task = nil
    }

    /// Looks at every time limit.
    func tick() {
        let now = self.clock.now()
        self.costly.endOverdue(now: now)
        for connection in self.connections.open { connection.tick(now: now) }
        self.memory.trimHeap()
    }
}
