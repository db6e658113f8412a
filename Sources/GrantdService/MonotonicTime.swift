//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc

/// A point on the machine's monotonic clock, in nanoseconds.
///
/// It has no relation to the calendar: the daemon reads no calendar for an answer, only for the stamp of a log line.
package struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since a point that is fixed while the machine runs.
    package var nanoseconds: Int64

    @inlinable
    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// What the clock shows now.
    package static func now() -> MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }

    @inlinable
    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Nanoseconds from `earlier` to this point; never below 0.
    @inlinable
    package func nanoseconds(since earlier: MonotonicTime) -> Int64 {
        max(0, self.nanoseconds &- earlier.nanoseconds)
    }

    /// This point and `nanoseconds` more, held at the last point that can be told.
    @inlinable
    package func advanced(byNanoseconds nanoseconds: Int64) -> MonotonicTime {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return MonotonicTime(nanoseconds: overflow ? .max : sum)
    }
}

extension Duration {
    /// Whole nanoseconds, held at the ends of what an `Int64` tells (292 years).
    package var nanosecondsClamped: Int64 {
        let (seconds, attoseconds) = self.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }
}

/// Where the daemon takes its time from: the machine, or a test.
package struct ServerClock: Sendable {
    private let read: (@Sendable () -> MonotonicTime)?

    /// The machine's monotonic clock.
    package static let system = ServerClock(read: nil)

    /// A clock that shows what `read` gives, for tests.
    package static func manual(_ read: @escaping @Sendable () -> MonotonicTime) -> ServerClock {
        ServerClock(read: read)
    }

    /// What the clock shows now.
    package func now() -> MonotonicTime {
        // The machine's clock is read without going through a closure: this stands on the path of every call.
        if let read = self.read { return read() }
        return MonotonicTime.now()
    }
}
