//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Synchronization

/// What the book of awards has done since the daemon started; dry runs are not counted.
package struct LedgerStatistics: Sendable, Hashable {
    /// What was added to the book.
    package enum Entry: String, Sendable, CaseIterable {
        /// Awarded at once.
        case award
        /// Awarded to be settled.
        case reservation
        case commit, cancel, correct
        case envelope
        /// Answered to a key without an award.
        case answer
    }

    /// By kind.
    package fileprivate(set) var entries: [Entry: UInt64] = [:]
    /// Applications and settlements that were answered as before, since their key was known.
    package fileprivate(set) var replays: UInt64 = 0
    /// Steps that were written, each with one sync.
    package fileprivate(set) var commits: UInt64 = 0
    /// How many of them had as many entries as the bound of the same place in ``sizeBounds``, or fewer, but more than the one
    /// before it; the last place has those beyond.
    package fileprivate(set) var sizes: [UInt64]
    /// Time that was spent on committing, in nanoseconds.
    package fileprivate(set) var commitNanoseconds: UInt64 = 0
    /// Failures of the book that may pass by themselves: a lock, a full disk, a server that does not answer.
    package fileprivate(set) var transientFailures: UInt64 = 0
    /// Other failures.
    package fileprivate(set) var failures: UInt64 = 0
    /// Whether the book could be written when that was last tried, and read when that was.
    package var isUp: Bool { !self.doesNotWrite && !self.doesNotRead }
    /// A read says nothing of whether the disk still takes what is written; what is written was read before.
    fileprivate var doesNotWrite = false
    fileprivate var doesNotRead = false

    /// Entries of a step.
    package static let sizeBounds: [UInt64] = [1, 4, 16, 64, 256, 1_024, 4_096]

    init() { self.sizes = Array(repeating: 0, count: Self.sizeBounds.count + 1) }
}

/// Counts what the book does: on the ledger's thread, read by others.
package final class LedgerCounters: Sendable {
    private let values = Mutex(LedgerStatistics())

    package init() {}

    package var statistics: LedgerStatistics { self.values.withLock { $0 } }

    /// A step was committed, with one entry or more.
    func committed(_ entries: [LedgerEntry], nanoseconds: Int64) {
        self.values.withLock { values in
            (values.doesNotWrite, values.doesNotRead) = (false, false)
            for entry in entries { values.entries[.init(entry), default: 0] += 1 }
            values.commits += 1
            values.commitNanoseconds &+= UInt64(max(0, nanoseconds))
            let count = UInt64(entries.count)
            let place = LedgerStatistics.sizeBounds.firstIndex { count <= $0 }
            values.sizes[place ?? LedgerStatistics.sizeBounds.count] += 1
        }
    }

    /// So many calls and entries were answered as before.
    func replayed(_ count: Int) {
        guard count > 0 else { return }
        self.values.withLock { $0.replays += UInt64(count) }
    }

    /// The book was read.
    func read() { self.values.withLock { $0.doesNotRead = false } }

    /// The book could not be read, or not be written.
    func failed(_ fault: LedgerFault, writing: Bool) {
        self.values.withLock { values in
            if writing { values.doesNotWrite = true } else { values.doesNotRead = true }
            if fault.isTransient { values.transientFailures += 1 } else { values.failures += 1 }
        }
    }
}

extension LedgerStatistics.Entry {
    init(_ entry: LedgerEntry) {
        switch entry {
        case .awarded(let award, _): self = award.state == .reserved ? .reservation : .award
        case .settled(let settlement, _):
            switch settlement.action {
            case .commit: self = .commit
            case .cancel: self = .cancel
            case .correct: self = .correct
            }
        case .envelopePut: self = .envelope
        case .answered: self = .answer
        }
    }
}
