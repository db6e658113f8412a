//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import Synchronization

/// What became of all attempts to read files anew.
package final class ReloadRecord: Sendable {
    /// What is read anew.
    package enum Subject: String, Sendable, CaseIterable {
        case policies
        case tokens
        case certificates
    }

    /// The attempts on one subject.
    package struct Entry: Sendable, Hashable {
        package var succeeded: UInt64 = 0
        package var failed: UInt64 = 0
        /// Whether the last attempt succeeded.
        package var isLastGood = true
        /// When what is served was read, in seconds since 1970.
        package var servedSince: Int
    }

    private let entries: Mutex<[Subject: Entry]>
    private let now: @Sendable () -> Int

    /// Makes a record of nothing.
    ///
    /// - Parameter now: tells the time in seconds since 1970; the machine's unless given.
    package init(now: @escaping @Sendable () -> Int = { time(nil) }) {
        self.entries = Mutex([:])
        self.now = now
    }

    /// The subject was read for the first time, when the daemon started.
    package func begin(_ subject: Subject) {
        let time = self.now()
        self.entries.withLock { $0[subject] = $0[subject] ?? Entry(servedSince: time) }
    }

    /// An attempt is over.
    package func record(_ subject: Subject, isGood: Bool) {
        let time = self.now()
        self.entries.withLock { entries in
            var entry = entries[subject] ?? Entry(servedSince: time)
            entry.isLastGood = isGood
            if isGood {
                entry.succeeded += 1
                entry.servedSince = time
            } else {
                entry.failed += 1
            }
            entries[subject] = entry
        }
    }

    /// What was read at all, in a fixed order.
    package var all: [(subject: Subject, entry: Entry)] {
        let entries = self.entries.withLock { $0 }
        return Subject.allCases.compactMap { subject in entries[subject].map { (subject, $0) } }
    }
}
