//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Histogram

/// What calls have come to: counted on each thread without locks, added up when somebody asks.
package struct CallStatistics: Sendable {
    /// Calls answered, errors among them.
    package private(set) var calls: UInt64 = 0
    /// Errors by their number, in the order of `errorCodes`.
    private var errorCounts: [UInt64]
    /// Nanoseconds from a call's arrival to its reply, since the last time somebody asked.
    private var latency: Histogram<UInt64>

    /// The numbers that a reply may carry. Any other counts as 2001.
    private static let errorCodes: [Int32] = [1001, 1002, 1003, 1004, 1008, 2001, 2003, 2004]
    /// 60 s: a longer call counts as this.
    private static let longestLatency: UInt64 = 60_000_000_000

    package init() {
        self.errorCounts = Array(repeating: 0, count: Self.errorCodes.count)
        self.latency = Histogram(
            lowestDiscernibleValue: 64,
            highestTrackableValue: Self.longestLatency,
            numberOfSignificantValueDigits: .two
        )
    }

    /// Counts calls that were answered together.
    package mutating func callsAnswered(_ count: Int, afterNanoseconds nanoseconds: Int64) {
        self.calls &+= UInt64(count)
        let value = min(UInt64(max(0, nanoseconds)), Self.longestLatency)
        _ = self.latency.record(value, count: UInt64(count))
    }

    /// Counts an error among them.
    package mutating func callFailed(code: Int32) {
        let index = Self.errorCodes.firstIndex(of: code) ?? Self.errorCodes.firstIndex(of: 2001) ?? 0
        self.errorCounts[index] &+= 1
    }

    /// A copy; the latencies begin anew.
    package mutating func takeSnapshot() -> CallStatistics {
        let snapshot = self
        self.latency.reset()
        return snapshot
    }

    /// Adds what another thread, or another server, has done.
    package mutating func add(_ other: CallStatistics) {
        self.calls &+= other.calls
        for index in self.errorCounts.indices { self.errorCounts[index] &+= other.errorCounts[index] }
        self.latency.add(other.latency)
    }

    /// How many calls ended with this number.
    package func errors(code: Int32) -> UInt64 {
        Self.errorCodes.firstIndex(of: code).map { self.errorCounts[$0] } ?? 0
    }

    /// Nanoseconds below which `percentile` of a hundred calls were answered; nil when none was since the last time.
    package func latency(percentile: Double) -> UInt64? {
        self.latency.totalCount == 0 ? nil : self.latency.valueAtPercentile(percentile)
    }

    /// Every error number that occurred, with its count, for a log line.
    package var details: [(name: String, count: UInt64)] {
        zip(Self.errorCodes, self.errorCounts).map { (name: "error-\($0)", count: $1) }.filter { $0.count > 0 }
    }
}
