//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Memory {
    /// How many steps lie between two looks at whether anyone still wants the result, unless it is told: some 0.3 ms of work.
    static let checkpoint: Int64 = 65_536

    /// Begins a budget of so many steps.
    func begin(budget: Int64) {
        let first = min(max(budget, 0), self.state.pointee.checkpoint)
        self.state.pointee.budget = first
        self.state.pointee.reserve = max(budget, 0) - first
    }

    /// Takes steps off the budget; false when it is used up, or when nobody wants the result any more.
    @inline(__always)
    func spend(_ steps: Int64) -> Bool {
        let (rest, isOver) = self.state.pointee.budget.subtractingReportingOverflow(steps)
        guard !isOver, rest >= 0 else { return self.passCheckpoint(steps) }
        self.state.pointee.budget = rest
        return true
    }

    /// What was not spent is gone with the result: all that follows is refused as well.
    @inline(never)
    private func passCheckpoint(_ steps: Int64) -> Bool {
        let owner = self.state.pointee.owner
        let isCancelled = owner?._withUnsafeGuaranteedRef { $0.isCancelled?() ?? false } ?? false
        let wanted = steps - self.state.pointee.budget
        guard !isCancelled, wanted <= self.state.pointee.reserve else {
            self.state.pointee.budget = 0
            self.state.pointee.reserve = 0
            self.state.pointee.exhausted = isCancelled ? .cancelled : .costExceeded
            return false
        }
        let next = min(max(wanted, self.state.pointee.checkpoint), self.state.pointee.reserve)
        self.state.pointee.reserve -= next
        self.state.pointee.budget = next - wanted
        return true
    }
}
