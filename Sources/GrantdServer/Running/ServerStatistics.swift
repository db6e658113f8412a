//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService

/// What the daemon has done since it began: counted on each event loop without locks, added up when somebody asks.
package struct ServerStatistics: Sendable {
    /// What calls have come to.
    package var calls = CallStatistics()
    /// Connections that are open.
    package var connectionsOpen = 0
    /// Connections that were ever accepted and served.
    package var connectionsAccepted: UInt64 = 0
    /// Connections that were closed at once because there was no place for them.
    package var connectionsRefused: UInt64 = 0
    /// Connections that the daemon closed on account of the peer, by reason.
    private var closedCounts: [UInt64]
    /// Connections that were closed because others wanted their places.
    package var connectionsDisplaced: UInt64 = 0
    /// Bytes that came in.
    package var bytesIn: UInt64 = 0
    /// Bytes of replies.
    package var bytesOut: UInt64 = 0

    /// Memory of replies that peers have not taken yet, in bytes, at the moment.
    package var unsentBytes = 0
    /// Memory of frames that are not whole yet or wait for their turn, in bytes, at the moment.
    package var unfinishedBytes = 0
    /// Costly calls that wait for their turn or are worked on, at the moment.
    package var callsWaiting = 0

    private static let closeReasons = ConnectionStateMachine.CloseReason.allCases

    package init() {
        self.closedCounts = Array(repeating: 0, count: Self.closeReasons.count)
    }

    mutating func connectionClosed(_ reason: ConnectionStateMachine.CloseReason) {
        guard let index = Self.closeReasons.firstIndex(of: reason) else { return }
        self.closedCounts[index] &+= 1
    }

    /// Adds what another event loop, or another server, has done.
    package mutating func add(_ other: ServerStatistics) {
        self.calls.add(other.calls)
        for index in self.closedCounts.indices { self.closedCounts[index] &+= other.closedCounts[index] }
        self.connectionsOpen &+= other.connectionsOpen
        self.connectionsAccepted &+= other.connectionsAccepted
        self.connectionsRefused &+= other.connectionsRefused
        self.connectionsDisplaced &+= other.connectionsDisplaced
        self.bytesIn &+= other.bytesIn
        self.bytesOut &+= other.bytesOut
        self.unsentBytes &+= other.unsentBytes
        self.unfinishedBytes &+= other.unfinishedBytes
        self.callsWaiting &+= other.callsWaiting
    }

    /// How many connections were closed for that reason.
    func closed(_ reason: ConnectionStateMachine.CloseReason) -> UInt64 {
        Self.closeReasons.firstIndex(of: reason).map { self.closedCounts[$0] } ?? 0
    }

    /// Every reason that the daemon closes a connection for, with its count.
    package var closes: [(reason: String, count: UInt64)] {
        zip(Self.closeReasons, self.closedCounts).map { (reason: $0.rawValue, count: $1) }
    }

    /// Every error number and reason of a close that occurred, with its count, for a log line.
    package var details: [(name: String, count: UInt64)] {
        self.calls.details + self.closes.filter { $0.count > 0 }.map { (name: "closed-\($0.reason)", count: $0.count) }
    }
}
