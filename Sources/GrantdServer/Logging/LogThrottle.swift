//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// Lets so many log lines of one kind through in a second and counts the rest, so that bad peers cannot fill the log.
struct LogThrottle {
    private let linesPerSecond: Int
    private var windowStart: MonotonicTime?
    private var used = 0
    private var suppressed = 0

    init(linesPerSecond: Int) {
        self.linesPerSecond = linesPerSecond
    }

    /// Whether a line may be written now: nil when not, else how many were left out since the last one.
    mutating func admit(now: MonotonicTime) -> Int? {
        if let start = self.windowStart, now.nanoseconds(since: start) < 1_000_000_000 {
            guard self.used < self.linesPerSecond else {
                self.suppressed &+= 1
                return nil
            }
        } else {
            self.windowStart = now
            self.used = 0
        }
        self.used &+= 1
        defer { self.suppressed = 0 }
        return self.suppressed
    }
}
