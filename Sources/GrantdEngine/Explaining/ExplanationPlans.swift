//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import Synchronization

/// What explanations are put together from, by version of a measure; made when they are first asked for.
final class ExplanationPlans: @unchecked Sendable {
    // Unchecked: the details are never written to, and the plans are behind the lock.

    let details: [MeasureDetails]
    private let plans: Mutex<[ExplanationPlan?]>

    init(_ details: [MeasureDetails]) {
        self.details = details
        self.plans = Mutex(Array(repeating: nil, count: details.count))
    }

    /// What explanations of a version are put together from.
    func plan(of version: Int) -> ExplanationPlan {
        self.plans.withLock { plans in
            if let plan = plans[version] { return Unchecked(plan) }
            let plan = ExplanationPlan(self.details[version])
            plans[version] = plan
            return Unchecked(plan)
        }.value
    }
}

/// A value that is never written to, and so may cross threads.
private struct Unchecked<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
