//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import GrantdSchema

/// Every measure made ready, in the order of the policy set.
final class Plans {
    let policies: PolicySet
    /// By index of the policy set's measures.
    let details: [MeasureDetails]
    /// The same.
    let versions: UnsafePointer<MeasurePlan>
    /// The same.
    let checks: [FactsCheck]
    /// By index of the policy set's entries: the struct of facts of which nothing is known.
    let emptyFacts: [UnsafeRawPointer]
    /// By entry.
    let names: UnsafeBufferPointer<Name>
    /// By programme, the beginning of its `ScreenedProgramme`: all that hangs on no applicant.
    let programmeHeads: [Segment]
    let index: MeasureIndex
    private let store = SegmentStore()
    private let dates: UnsafeBufferPointer<Dates>
    /// By entry.
    private let ranges: UnsafeBufferPointer<Versions>

    /// What a measure is called, and where that stands.
    struct Name: BitwiseCopyable {
        let id: Segment
        /// Its place among all measures in the order of their ids.
        let rank: Int
        let programme: Int
    }

    /// The days of one version, both in.
    private struct Dates: BitwiseCopyable {
        let from: Int64
        let until: Int64
    }

    /// The versions of an entry, by date.
    private struct Versions: BitwiseCopyable {
        let first: Int
        let end: Int
    }

    init(_ policies: PolicySet, _ layout: RequestLayout) {
        var details: [MeasureDetails] = []
        var checks: [FactsCheck] = []
        var emptyFacts: [UnsafeRawPointer] = []
        for entry in policies.entries {
            let programme = policies.programmes[entry.programme]
            // The loader lets no measure pass that declares no facts message.
            let type = programme.contract.member(entry.factsField)?.type ?? layout.applicantType
            emptyFacts.append(type.emptyInstance.address)
            for version in entry.versions {
                let measure = policies.measures[version]
                details.append(
                    MeasureDetails(measure, of: programme, version: version)
                )
                checks.append(FactsCheck(type, path: entry.factsField, facts: measure.facts))
            }
        }
        self.policies = policies
        self.details = details
        let versions = UnsafeMutablePointer<MeasurePlan>.allocate(capacity: max(details.count, 1))
        versions.initialize(from: details.map(\.plan), count: details.count)
        self.versions = UnsafePointer(versions)
        self.checks = checks
        self.emptyFacts = emptyFacts
        let store = self.store
        self.programmeHeads = policies.programmes.map { programme in
            var head = MessageBytes()
            head.add(programme.id, field: AnswerField.ScreenedProgramme.programme)
            head.add(programme.title, field: AnswerField.ScreenedProgramme.title)
            return store.keep(head.bytes)
        }
        let entries = policies.entries
        var ranks = [Int](repeating: 0, count: entries.count)
        let inOrder = entries.indices.sorted { entries[$0].id.utf8.lexicographicallyPrecedes(entries[$1].id.utf8) }
        for (rank, entry) in inOrder.enumerated() { ranks[entry] = rank }
        self.names = store.keep(
            entries.indices.map {
                Name(id: store.keep(entries[$0].id), rank: ranks[$0], programme: entries[$0].programme)
            }
        )
        self.index = MeasureIndex(policies)
        self.dates = self.store.keep(
            policies.measures.map { Dates(from: $0.inForce.from, until: $0.inForce.until ?? .max) }
        )
        self.ranges = self.store.keep(
            policies.entries.map { Versions(first: $0.versions.lowerBound, end: $0.versions.upperBound) }
        )
    }

    deinit {
        self.versions.deallocate()
    }

    /// The version of an entry that `day` asks for: the one in force, else the nearest: the last that began before,
    /// else the first.
    func version(of entry: Int, on day: Int64) -> (index: Int, isInForce: Bool) {
        let range = self.ranges[entry]
        var nearest = range.first
        for index in range.first..<range.end {
            guard self.dates[index].from <= day else { break }
            nearest = index
            if day <= self.dates[index].until { return (index, true) }
        }
        return (nearest, false)
    }
}
