//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService
internal import Synchronization

/// A clock that nothing moves but its own readings: what hangs on time happens at the same places each time.
package final class SteppingClock: Sendable {
    private let nanoseconds = Atomic<Int64>(1)
    private let step = Atomic<Int64>(0)

    package init() {}

    /// What is handed to those who read it.
    package var clock: ServerClock { .manual { self.read() } }

    /// How far a reading moves it, in nanoseconds; at first it stands still.
    package var stepNanoseconds: Int64 {
        get { self.step.load(ordering: .relaxed) }
        set { self.step.store(newValue, ordering: .relaxed) }
    }

    /// Lets time go by.
    package func advance(nanoseconds: Int64) { self.nanoseconds.wrappingAdd(nanoseconds, ordering: .relaxed) }

    private func read() -> MonotonicTime {
        MonotonicTime(
            nanoseconds: self.nanoseconds.wrappingAdd(self.stepNanoseconds, ordering: .relaxed).newValue
        )
    }
}
