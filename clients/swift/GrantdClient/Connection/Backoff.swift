//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// The pauses between attempts to connect: doubled by each failure in a row, bounded, shortened by chance.
struct Backoff: Equatable {
    private let initial: Int64
    private let maximum: Int64
    private let jitterPercent: Int64
    private var failures = 0

    init(_ retry: GrantdClientConfiguration.Retry) {
        self.initial = max(0, TimeAmount(clamping: retry.initialBackoff).nanoseconds)
        self.maximum = max(self.initial, TimeAmount(clamping: retry.maximumBackoff).nanoseconds)
        self.jitterPercent = Int64(min(max(retry.jitterPercent, 0), 100))
    }

    /// The peer answers: the next failure is a first one again.
    mutating func succeeded() { self.failures = 0 }

    /// Notes a failure.
    ///
    /// - Parameter random: Any number; decides how much of the jitter is taken.
    /// - Returns: How long to wait before the next attempt.
    mutating func failed(random: UInt64) -> TimeAmount {
        let doublings = min(self.failures, 30)
        self.failures = min(self.failures + 1, 31)
        let (grown, overflow) = self.initial.multipliedReportingOverflow(by: 1 << Int64(doublings))
        let pause = overflow ? self.maximum : min(grown, self.maximum)
        // At most a day in nanoseconds, so the product with 100 fits.
        let spread = pause * self.jitterPercent / 100
        let taken = spread == 0 ? 0 : Int64(random % UInt64(spread + 1))
        return .nanoseconds(pause - taken)
    }
}

extension TimeAmount {
    /// A duration as NIO measures it, at least 0 and at most one day: longer waits mean "no limit" to a caller.
    init(clamping duration: Duration) {
        let (seconds, attoseconds) = duration.components
        if seconds >= 86_400 {
            self = .hours(24)
        } else if seconds < 0 || attoseconds < 0 {
            self = .zero
        } else {
            self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        }
    }
}
