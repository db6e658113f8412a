//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdService
import Synchronization

/// A book in memory that cannot be written when a test says so.
final class FailingBook: AwardStore {
    /// Says when.
    final class Switch: Sendable {
        private let state = Mutex((commits: 0, failures: 0))

        /// Lets so many commits through, and refuses as many after them.
        func failAfter(commits: Int, times: Int) { self.state.withLock { $0 = (commits, times) } }

        fileprivate func fails() -> Bool {
            self.state.withLock { state in
                guard state.failures > 0 else { return false }
                if state.commits > 0 {
                    state.commits -= 1
                    return false
                }
                state.failures -= 1
                return true
            }
        }
    }

    private let inner = MemoryAwardStore(clock: LedgerRunner.wallMilliseconds)
    private let control: Switch

    init(_ control: Switch) { self.control = control }

    func begin(_ needs: StepNeeds) -> StepView { self.inner.begin(needs) }

    func commit(_ entries: [LedgerEntry]) throws(LedgerFault) {
        if self.control.fails() { throw LedgerFault(isTransient: true, message: "the disk is full") }
        self.inner.commit(entries)
    }

    func abandon() {}

    func read(_ needs: StepNeeds) -> StepView { self.inner.read(needs) }

    func list(_ query: AwardQuery) -> AwardPage { self.inner.list(query) }

    func close() {}
}
