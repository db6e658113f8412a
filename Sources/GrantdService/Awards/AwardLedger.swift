//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Synchronization

/// The book of awards and its thread. All servers of a daemon share one.
package final class AwardLedger: Sendable {
    /// Where the calls go that read or write the book.
    package let lane: ComputeLane
    /// Whether there is a book, and not only dry runs.
    package let keepsBook: Bool
    private let store: StoreHandover
    private let counters = LedgerCounters()

    /// What the book has done so far; `nil` where there is none.
    package var statistics: LedgerStatistics? { self.keepsBook ? self.counters.statistics : nil }

    /// Makes a ledger. ``close()`` must be called at the end.
    ///
    /// - Parameters:
    ///   - store: where awards are kept, for the ledger's thread alone from now on; nil: only dry runs are served.
    ///   - onFault: told, on the ledger's thread, of what is wrong with the book, each time.
    ///   - isManual: whether no thread is started: the calls are worked on by whoever has ``makeRunner()``.
    package init(
        store: sending (any AwardStore)? = nil,
        limits: Limits = .defaults,
        clock: ServerClock = .system,
        onFault: @escaping @Sendable (LedgerFault) -> Void = { _ in },
        isManual: Bool = false
    ) {
        self.keepsBook = store != nil
        let handover = StoreHandover(store)
        let counters = self.counters
        self.store = handover
        var bounds = CallQueue.Bounds(
            waitingBytes: limits.waitingCallBytes,
            callsOfClient: limits.callsWaiting,
            growingBytes: limits.growingReplyBytes,
            untakenBytes: max(limits.replyBytes, 1),
            untakenBytesOfClient: max(limits.unsentBytes, 1)
        )
        bounds.runningOfClient = limits.callsWaiting
        self.lane = ComputeLane(bounds: bounds, isManual: isManual) {
            LedgerRunner(store: handover.take(), limits: limits, clock: clock, onFault: onFault, counters: counters)
        }
    }

    /// Refuses calls from now on, waits for the step that is under way, and closes the store.
    package func close() {
        if !self.lane.closeAndWait() { self.store.take()?.close() }
    }
}

/// Hands a store to the thread that is to have it.
private final class StoreHandover: Sendable {
    // It is taken once: by the lane's thread, or by who closes a lane that never had one.
    private let store: Mutex<(any AwardStore)?>

    init(_ store: sending (any AwardStore)?) {
        self.store = Mutex(store)
    }

    func take() -> sending (any AwardStore)? {
        self.store.withLock { store in
            let taken = store
            store = nil
            return taken
        }
    }
}
