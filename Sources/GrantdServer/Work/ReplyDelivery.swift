//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// Hands replies that came back from the compute threads to their connections. Used on one event loop alone.
final class ReplyDelivery {
    private let costly: CostlyCalls
    private let connections: ConnectionTable
    private let calls: CallAccount
    private let clock: ServerClock

    init(of costly: CostlyCalls, to connections: ConnectionTable, calls: CallAccount, clock: ServerClock) {
        self.costly = costly
        self.connections = connections
        self.calls = calls
        self.clock = clock
    }

    /// Hands out what has come back.
    ///
    /// - Parameter end: when others are to have their turn; the rest is left for the next.
    func deliver(until end: MonotonicTime? = nil) {
        var now = self.clock.now()
        while let reply = self.costly.nextReply() {
            // A connection that is closed has nobody to tell.
            if let connection = self.connections[reply.client] {
                if let subject = reply.subject {
                    self.calls.ended(
                        subject,
                        reply.error,
                        arrival: reply.arrival,
                        now: now,
                        reply.id,
                        of: connection
                    )
                }
                connection.answerPendingCall(reply.frame, now: now)
            }
            now = self.clock.now()
            if let end, now >= end { return }
        }
    }
}
