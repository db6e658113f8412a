//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// What reading applications needs of the policies, made once and shared by all readers. Immutable.
final class ReadingPlan {
    let layout: RequestLayout
    let index: MeasureIndex
    let checks: FactsChecks
    /// By entry of the policy set, the member of `Application.facts`.
    let members: [String]
    /// The struct of an applicant of whom nothing is known.
    let emptyApplicant: UnsafeRawPointer
    /// By entry of the policy set, the struct of facts of which nothing is known.
    let emptyFacts: UnsafeBufferPointer<UnsafeRawPointer>
    private let store = SegmentStore()
    /// What ``emptyFacts`` lies in.
    private let types: [MessageType]

    init(_ policies: PolicySet) {
        // The loader lets no measure pass that declares no facts message.
        let types = policies.entries.map {
            policies.programmes[$0.programme].contract.member($0.factsField)?.type ?? .applicant
        }
        self.layout = RequestLayout(policies.types)
        self.index = MeasureIndex(policies, self.store)
        self.checks = FactsChecks(
            zip(policies.entries, types).flatMap { entry, type in
                entry.versions.map { (type, entry.factsField, policies.measures[$0].facts) }
            }
        )
        self.members = policies.entries.map(\.factsField)
        self.emptyApplicant = MessageType.applicant.emptyInstance.address
        self.emptyFacts = self.store.keep(types.map(\.emptyInstance.address))
        self.types = types
    }
}
