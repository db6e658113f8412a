//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// Connections whose replies wait for those of the connections that the event loop serves next.
///
/// A peer that has nothing to do sleeps, and waking it is the dearest part of a write. Where many connections are ready in
/// one round of the loop, their replies are sent a few together: the first write wakes the peer, the others find it awake.
final class FlushCoalescer {
    /// How many connections wait at most.
    static let most = 16
    /// How long the first of them waits at most for a further one to come in, in nanoseconds.
    static let longest: Int64 = 100_000

    /// What is to be done after an ``add(_:)``.
    enum OnAdd {
        /// Call ``flushLast()`` when the loop has served all that is ready.
        case callAtEndOfRound
        /// Nothing.
        case wait
    }

    private var connections: [ConnectionHandler] = []
    /// When the bytes came that the first of them has answered.
    private var since = MonotonicTime(nanoseconds: 0)
    private var isCallExpected = false

    init() {
        self.connections.reserveCapacity(Self.most)
    }

    /// Takes a connection, and sends the replies of all when that are enough.
    func add(_ connection: ConnectionHandler) -> OnAdd {
        if self.connections.isEmpty { self.since = connection.arrival }
        self.connections.append(connection)
        // The clock was read when the bytes came, and is not read again.
        let waited = connection.arrival.nanoseconds(since: self.since)
        if self.connections.count >= Self.most || waited >= Self.longest { self.flush() }
        if self.isCallExpected { return .wait }
        self.isCallExpected = true
        return .callAtEndOfRound
    }

    /// Sends what is left at the end of a round.
    func flushLast() {
        self.isCallExpected = false
        self.flush()
    }

    private func flush() {
        // A write may close a connection, but never serves another one.
        for connection in self.connections { connection.send() }
        self.connections.removeAll(keepingCapacity: true)
    }
}
