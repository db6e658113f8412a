//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdProto

/// Every measure made ready, in the order of the policy set.
final class Plans {
    let policies: PolicySet
    /// By index of the policy set's measures.
    let versions: [MeasurePlan]
    /// The same.
    let checks: [FactsCheck]
    /// By index of the policy set's entries: the struct of facts of which nothing is known.
    let emptyFacts: [UnsafeRawPointer]
    let index: MeasureIndex
    private let dates: [(from: Int64, until: Int64)]
    private let ranges: [Range<Int>]
    let mostDefinitions: Int
    let mostFacts: Int

    init(_ policies: PolicySet, _ layout: RequestLayout) {
        let contract = PolicyContract.shared
        let applicantFields = contract.applicant.record.fields.map(\.name)
        var versions: [MeasurePlan] = []
        var checks: [FactsCheck] = []
        var emptyFacts: [UnsafeRawPointer] = []
        for entry in policies.entries {
            let factsFields = contract.member(entry.factsField)?.message.record.fields.map(\.name) ?? []
            // The loader lets no measure pass whose facts are not in the contract.
            let kind = layout.application.field(named: entry.factsField)?.kind
            let type = if case .message(let type)? = kind { type } else { layout.applicantType }
            emptyFacts.append(type.emptyInstance.address)
            for version in entry.versions {
                let measure = policies.measures[version]
                versions.append(
                    MeasurePlan(
                        measure,
                        of: policies.programmes[entry.programme],
                        version: version,
                        factsFields: factsFields,
                        applicantFields: applicantFields
                    )
                )
                checks.append(FactsCheck(type, path: entry.factsField, facts: measure.facts))
            }
        }
        self.policies = policies
        self.versions = versions
        self.checks = checks
        self.emptyFacts = emptyFacts
        self.index = MeasureIndex(policies)
        self.dates = policies.measures.map { ($0.inForce.from, $0.inForce.until ?? .max) }
        self.ranges = policies.entries.map(\.versions)
        self.mostDefinitions = versions.map(\.definitionCount).max() ?? 0
        self.mostFacts = versions.map(\.missing.count).max() ?? 0
    }

    /// The version of an entry that `day` asks for: the one in force, else the nearest: the last that began before, else the first.
    func version(of entry: Int, on day: Int64) -> (index: Int, isInForce: Bool) {
        var nearest = self.ranges[entry].lowerBound
        for index in self.ranges[entry] {
            let (from, until) = self.dates[index]
            guard from <= day else { break }
            nearest = index
            if day <= until { return (index, true) }
        }
        return (nearest, false)
    }
}
