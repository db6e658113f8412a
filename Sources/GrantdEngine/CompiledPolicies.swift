//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
package import GrantdPolicy
internal import Synchronization

/// Policies made ready to answer by: made once, off the event loops, and shared by all of them.
package final class CompiledPolicies: @unchecked Sendable {
    // Unchecked: what the plans point at is written while they are made, and never after; explanations are behind a lock.

    package let policies: PolicySet
    package let auctions: AuctionAnswer
    let layout: RequestLayout
    let plans: Plans
    let decoding: DecodingPlans
    let catalogue: CatalogueReplies
    let documents: DocumentReplies
    /// By version; made when they are first asked for.
    private let explanations: Mutex<[ExplanationPlan?]>

    package init(_ policies: PolicySet) {
        let layout = RequestLayout(policies.types)
        self.policies = policies
        self.layout = layout
        self.plans = Plans(policies, layout)
        self.decoding = DecodingPlans(policies.types)
        self.catalogue = CatalogueReplies(policies)
        self.documents = DocumentReplies(policies.references.documents)
        self.auctions = AuctionAnswer(policies)
        self.explanations = Mutex(Array(repeating: nil, count: self.plans.details.count))
    }

    /// What explanations of a version are put together from.
    func explanation(of version: Int) -> ExplanationPlan {
        self.explanations.withLock { explanations in
            if let plan = explanations[version] { return Unchecked(plan) }
            let plan = ExplanationPlan(self.plans.details[version])
            explanations[version] = plan
            return Unchecked(plan)
        }.value
    }
}

/// A value that is never written to, and so may cross threads.
private struct Unchecked<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
