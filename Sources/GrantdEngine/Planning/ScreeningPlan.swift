//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// What screenings say of measures and programmes whoever the applicant is. Immutable.
final class ScreeningPlan {
    /// By entry of the policy set.
    let measures: UnsafeBufferPointer<Measure>
    /// By programme, the beginning of its `ScreenedProgramme`.
    let programmeHeads: UnsafeBufferPointer<Segment>
    /// By version, whether it is screened only when asked for.
    let isOnRequest: UnsafeBufferPointer<Bool>
    private let store = SegmentStore()

    /// What a measure is called, and where that stands.
    struct Measure: BitwiseCopyable {
        let id: Segment
        /// Its place among all measures in the order of their ids.
        let rank: Int
        let programme: Int
    }

    init(_ policies: PolicySet) {
        let store = self.store
        let entries = policies.entries
        var ranks = [Int](repeating: 0, count: entries.count)
        let inOrder = entries.indices.sorted { entries[$0].id.utf8.lexicographicallyPrecedes(entries[$1].id.utf8) }
        for (rank, entry) in inOrder.enumerated() { ranks[entry] = rank }
        self.measures = store.keep(
            entries.indices.map {
                Measure(id: store.keep(entries[$0].id), rank: ranks[$0], programme: entries[$0].programme)
            }
        )
        self.programmeHeads = store.keep(
            policies.programmes.map { programme in
                var head = MessageBytes()
                head.add(programme.id, field: ReplyField.ScreenedProgramme.programme)
                head.add(programme.title, field: ReplyField.ScreenedProgramme.title)
                return store.keep(head.bytes)
            }
        )
        self.isOnRequest = store.keep(policies.measures.map(\.isScreenedOnRequest))
    }
}
