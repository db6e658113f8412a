//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What calls have come to, since the daemon began: counted on each thread without locks, added up when somebody asks.
///
/// Nothing in it ever goes down, so that whoever asks now and then sees what came in between by ``since(_:)``, however many ask.
package struct CallStatistics: Sendable {
    /// Where the row of a subject's cell begins in ``counts``; -1 where no call has come to it.
    private var rows: [Int32]
    /// A row for each cell: the sum of the latencies in nanoseconds, the errors by number, the latencies by bucket.
    private var counts: [UInt64] = []
    /// Calls by the caller's number, of those that have a name.
    private var callers: [UInt64] = []

    /// The numbers that a reply may carry. Any other counts as 2001.
    private static let errorCodes: [Int32] = [1001, 1002, 1003, 1004, 1008, 2001, 2003, 2004]
    private static let firstBucket = 1 + 8
    private static let rowLength = Self.firstBucket + LatencyBuckets.buckets

    package init() {
        self.rows = Array(repeating: -1, count: CallSubject.cells)
    }

    // MARK: - Counting

    /// Counts calls that were answered together.
    package mutating func callsAnswered(_ count: Int, of subject: CallSubject, afterNanoseconds nanoseconds: Int64) {
        let latency = UInt64(max(0, nanoseconds))
        let row = self.row(Int(subject.cell))
        self.counts[row &+ Self.firstBucket &+ LatencyBuckets.bucket(latency)] &+= UInt64(count)
        self.counts[row] &+= latency &* UInt64(count)
        if subject.caller != .unnamed { self.count(count, of: subject.caller) }
    }

    /// Counts an error among them.
    package mutating func callFailed(_ subject: CallSubject, code: Int32) {
        let index = Self.errorCodes.firstIndex(of: code) ?? Self.errorCodes.firstIndex(of: 2001) ?? 0
        self.counts[self.row(Int(subject.cell)) + 1 + index] &+= 1
    }

    private mutating func row(_ cell: Int) -> Int {
        let row = self.rows[cell]
        return row >= 0 ? Int(row) : self.makeRow(cell)
    }

    @inline(never)
    private mutating func makeRow(_ cell: Int) -> Int {
        let row = self.counts.count
        self.rows[cell] = Int32(row)
        self.counts.append(contentsOf: repeatElement(0, count: Self.rowLength))
        return row
    }

    private mutating func count(_ count: Int, of caller: Caller.Number) {
        guard caller.rawValue <= TokenSet.maximumNames else { return }
        let index = Int(caller.rawValue)
        if index >= self.callers.count {
            self.callers.append(contentsOf: repeatElement(0, count: index + 1 - self.callers.count))
        }
        self.callers[index] &+= UInt64(count)
    }

    /// Adds what another thread, or another server, has done.
    package mutating func add(_ other: CallStatistics) {
        for cell in other.rows.indices where other.rows[cell] >= 0 {
            let (target, source) = (self.row(cell), Int(other.rows[cell]))
            for index in 0..<Self.rowLength { self.counts[target + index] &+= other.counts[source + index] }
        }
        for index in other.callers.indices where other.callers[index] > 0 {
            self.count(Int(truncatingIfNeeded: other.callers[index]), of: Caller.Number(rawValue: UInt16(index)))
        }
    }

    /// What has come since an earlier look at the same threads.
    package func since(_ earlier: CallStatistics) -> CallStatistics {
        var difference = self
        for cell in earlier.rows.indices where earlier.rows[cell] >= 0 {
            let (target, source) = (difference.row(cell), Int(earlier.rows[cell]))
            for index in 0..<Self.rowLength { difference.counts[target + index] &-= earlier.counts[source + index] }
        }
        for index in earlier.callers.indices where index < difference.callers.count {
            difference.callers[index] &-= earlier.callers[index]
        }
        return difference
    }

    // MARK: - Reading

    /// Calls answered, errors among them.
    package var calls: UInt64 { self.rows.reduce(0) { $1 < 0 ? $0 : $0 &+ self.answered(row: Int($1)) } }

    private func answered(row: Int) -> UInt64 {
        self.counts[row + Self.firstBucket..<row + Self.rowLength].reduce(0, &+)
    }

    /// How many calls ended with this number.
    package func errors(code: Int32) -> UInt64 {
        guard let index = Self.errorCodes.firstIndex(of: code) else { return 0 }
        return self.rows.reduce(0) { $1 < 0 ? $0 : $0 &+ self.counts[Int($1) + 1 + index] }
    }

    /// Nanoseconds below which `percentile` of a hundred calls were answered; nil when none was.
    package func latency(percentile: Double) -> UInt64? {
        let calls = self.calls
        guard calls > 0 else { return nil }
        let rank = max(1, (percentile / 100 * Double(calls)).rounded(.up))
        var seen: UInt64 = 0
        for bucket in 0..<LatencyBuckets.buckets {
            for row in self.rows where row >= 0 { seen &+= self.counts[Int(row) + Self.firstBucket + bucket] }
            if Double(seen) >= rank { return LatencyBuckets.middle(of: bucket) }
        }
        return LatencyBuckets.longest
    }

    /// Every error number that occurred, with its count, for a log line.
    package var details: [(name: String, count: UInt64)] {
        Self.errorCodes.map { (name: "error-\($0)", count: self.errors(code: $0)) }.filter { $0.count > 0 }
    }

    /// How many calls came from whom; of those without a name there is nothing.
    package func calls(of caller: Caller.Number) -> UInt64 {
        let index = Int(caller.rawValue)
        return index < self.callers.count ? self.callers[index] : 0
    }

    /// What the calls to a method over a transport have come to.
    package struct Tally: Sendable {
        package let transport: CallTransport
        /// nil for calls that named no method that is served.
        package let method: Method?
        /// Calls answered, errors among them.
        package let calls: UInt64
        /// Errors by their number, of those that occurred.
        package let errors: [(code: Int32, count: UInt64)]
        /// The sum of all latencies, in nanoseconds.
        package let nanoseconds: UInt64
        fileprivate let buckets: ArraySlice<UInt64>

        /// Calls that were answered in less than 2 to this power nanoseconds, from the 5th to the 36th.
        package func calls(belowPower power: Int) -> UInt64 {
            self.buckets.prefix(LatencyBuckets.firstBucket(ofPower: power)).reduce(0, &+)
        }
    }

    /// By transport, and in that by method; without those that no call has come to.
    package var tallies: [Tally] {
        self.rows.indices.filter { self.rows[$0] >= 0 }.map { cell in
            let row = Int(self.rows[cell])
            let method = cell % (CallSubject.methods + 1)
            return Tally(
                transport: CallTransport(rawValue: cell / (CallSubject.methods + 1)) ?? .frames,
                method: Method(rawValue: UInt8(method)),
                calls: self.answered(row: row),
                errors: Self.errorCodes.indices.map { (Self.errorCodes[$0], self.counts[row + 1 + $0]) }.filter {
                    $0.1 > 0
                },
                nanoseconds: self.counts[row],
                buckets: self.counts[row + Self.firstBucket..<row + Self.rowLength]
            )
        }
    }
}
