//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Connections whose replies wait for those of the connections that the event loop serves next.
///
/// A peer that has nothing to do sleeps, and waking it is the dearest part of a write. Where many connections are ready in
/// one round of the loop, their replies are sent a few together: the first write wakes the peer, the others find it awake.
final class FlushCoalescer {
    /// How many connections wait at most.
    static let most = 4

    /// What is to be done after an ``add(_:)``.
    enum OnAdd {
        /// Call ``flushLast()`` when the loop has served all that is ready.
        case callAtEndOfRound
        /// Nothing.
        case wait
    }

    private var connections: [ConnectionHandler] = []
    private var isCallExpected = false

    init() {
        self.connections.reserveCapacity(Self.most)
    }

    /// Takes a connection, and sends the replies of all when that are enough.
    func add(_ connection: ConnectionHandler) -> OnAdd {
        self.connections.append(connection)
        if self.connections.count >= Self.most { self.flush() }
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
