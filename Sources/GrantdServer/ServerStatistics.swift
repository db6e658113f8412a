//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Histogram

/// What the daemon has done: counted on each event loop without locks, added up when somebody asks.
package struct ServerStatistics: Sendable {
    /// Calls answered, errors among them.
    package private(set) var calls: UInt64 = 0
    /// Errors by their number, in the order of `errorCodes`.
    private var errorCounts: [UInt64]
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
    /// Nanoseconds from a call's arrival to its reply, since the last time somebody asked.
    private var latency: Histogram<UInt64>

    /// The numbers that a reply may carry. Any other counts as 2001.
    private static let errorCodes: [Int32] = [1001, 1002, 1003, 1004, 1008, 2001, 2003, 2004]
    private static let closeReasons = ConnectionStateMachine.CloseReason.allCases
    /// 60 s: a longer call counts as this.
    private static let longestLatency: UInt64 = 60_000_000_000

    init() {
        self.errorCounts = Array(repeating: 0, count: Self.errorCodes.count)
        self.closedCounts = Array(repeating: 0, count: Self.closeReasons.count)
        self.latency = Histogram(
            lowestDiscernibleValue: 64,
            highestTrackableValue: Self.longestLatency,
            numberOfSignificantValueDigits: .two
        )
    }

    /// Counts calls that were answered together.
    mutating func callsAnswered(_ count: Int, afterNanoseconds nanoseconds: Int64) {
        self.calls &+= UInt64(count)
        let value = min(UInt64(max(0, nanoseconds)), Self.longestLatency)
        _ = self.latency.record(value, count: UInt64(count))
    }

    mutating func callFailed(code: Int32) {
        let index = Self.errorCodes.firstIndex(of: code) ?? Self.errorCodes.firstIndex(of: 2001) ?? 0
        self.errorCounts[index] &+= 1
    }

    mutating func connectionClosed(_ reason: ConnectionStateMachine.CloseReason) {
        guard let index = Self.closeReasons.firstIndex(of: reason) else { return }
        self.closedCounts[index] &+= 1
    }

    /// A copy; the latencies begin anew.
    mutating func takeSnapshot() -> ServerStatistics {
        let snapshot = self
        self.latency.reset()
        return snapshot
    }

    /// Adds what another event loop, or another server, has done.
    package mutating func add(_ other: ServerStatistics) {
        self.calls &+= other.calls
        for index in self.errorCounts.indices { self.errorCounts[index] &+= other.errorCounts[index] }
        for index in self.closedCounts.indices { self.closedCounts[index] &+= other.closedCounts[index] }
        self.connectionsOpen &+= other.connectionsOpen
        self.connectionsAccepted &+= other.connectionsAccepted
        self.connectionsRefused &+= other.connectionsRefused
        self.connectionsDisplaced &+= other.connectionsDisplaced
        self.bytesIn &+= other.bytesIn
        self.bytesOut &+= other.bytesOut
        self.latency.add(other.latency)
    }

    /// How many calls ended with this number.
    package func errors(code: Int32) -> UInt64 {
        Self.errorCodes.firstIndex(of: code).map { self.errorCounts[$0] } ?? 0
    }

    /// How many connections were closed for that reason.
    func closed(_ reason: ConnectionStateMachine.CloseReason) -> UInt64 {
        Self.closeReasons.firstIndex(of: reason).map { self.closedCounts[$0] } ?? 0
    }

    /// Nanoseconds below which `percentile` of a hundred calls were answered; nil when none was since the last time.
    package func latency(percentile: Double) -> UInt64? {
        self.latency.totalCount == 0 ? nil : self.latency.valueAtPercentile(percentile)
    }

    /// Every error number and reason of a close that occurred, with its count, for a log line.
    package var details: [(name: String, count: UInt64)] {
        let errors = zip(Self.errorCodes, self.errorCounts).map { (name: "error-\($0)", count: $1) }
        let closes = zip(Self.closeReasons, self.closedCounts).map { (name: "closed-\($0.rawValue)", count: $1) }
        return (errors + closes).filter { $0.count > 0 }
    }
}
