//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService

/// The lanes that costly calls go to, without their threads: whoever has them works on the calls, slice by slice.
package final class ManualLanes {
    package let lanes: ComputeLanes
    private let limits: Limits
    private let clock: ServerClock
    private let sliced: CallRunner
    private let offloaded: CallRunner
    private var ledger: LedgerRunner

    package init(limits: Limits, clock: ServerClock) {
        let ledger = AwardLedger(limits: limits, clock: clock, isManual: true).lane
        self.lanes = ComputeLanes(
            sliced: ComputeLanes.makeSliced(limits: limits, clock: clock, ledger: ledger, isManual: true),
            offloaded: ComputeLanes.makeOffloaded(limits: limits, clock: clock, isManual: true),
            ledger: ledger
        )
        self.limits = limits
        self.clock = clock
        self.sliced = CallRunner(limits: limits, clock: clock, ledger: ledger)
        self.offloaded = CallRunner(limits: limits, clock: clock)
        self.ledger = Self.runner(keepsBook: false, limits, clock)
    }

    private static func runner(keepsBook: Bool, _ limits: Limits, _ clock: ServerClock) -> LedgerRunner {
        // 2026-06-01, at midnight in Beijing.
        let today: @Sendable () -> Int64 = { 1_780_243_200_000 }
        return LedgerRunner(
            store: keepsBook ? MemoryAwardStore(clock: today) : nil,
            limits: limits,
            clock: clock,
            wallClock: today
        )
    }

    /// Forgets what was awarded, and all dry runs.
    ///
    /// - Parameter keepsBook: whether there is a book from now on, an empty one.
    package func forgetAwards(keepsBook: Bool) {
        self.ledger = Self.runner(keepsBook: keepsBook, self.limits, self.clock)
    }

    /// Works for a slice in each lane.
    ///
    /// - Returns: whether there was anything to be worked on.
    package func work() -> Bool {
        self.lanes.endOverdue(now: self.clock.now())
        let isSliced = Self.isWork(self.sliced.runNext(of: self.lanes.sliced.queue))
        let isOffloaded = Self.isWork(self.offloaded.runNext(of: self.lanes.offloaded.queue))
        let isLedger = Self.isWork(self.ledger.runNext(of: self.lanes.ledger.queue))
        return isSliced || isOffloaded || isLedger
    }

    private static func isWork(_ next: CallQueue.Next) -> Bool {
        if case .call = next { true } else { false }
    }
}
