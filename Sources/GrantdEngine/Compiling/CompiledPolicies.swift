//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
package import GrantdPolicy

/// Policies made ready to answer by: made once, off the event loops, and shared by all of them.
package final class CompiledPolicies: @unchecked Sendable {
    // Unchecked: what the plans point at is written while they are made, and never after; explanations are behind a lock.

    package let policies: PolicySet
    package let auctions: AuctionAnswer
    let reading: ReadingPlan
    let plans: Plans
    let decoding: DecodingPlans
    let catalogue: CatalogueReplies
    let documents: DocumentReplies
    let screening: ScreeningPlan
    let explanations: ExplanationPlans

    package init(_ policies: PolicySet) {
        self.policies = policies
        self.reading = ReadingPlan(policies)
        self.plans = Plans(policies)
        self.decoding = DecodingPlans(policies.types, and: CatalogueRequests.types)
        self.catalogue = CatalogueReplies(policies)
        self.documents = DocumentReplies(policies.references.documents)
        self.auctions = AuctionAnswer(policies)
        self.screening = ScreeningPlan(policies)
        self.explanations = ExplanationPlans(self.plans.details)
    }
}
