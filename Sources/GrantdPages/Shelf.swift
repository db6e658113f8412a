//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdJSON
internal import GrantdPolicy

/// Everything about the measures that the pages are made of, put in order once, when policies are loaded.
final class Shelf: Sendable {
    /// One version of a measure with what it promises in words.
    struct Version: Sendable {
        let measure: Measure
        /// nil where the basis has no figure.
        let summary: Text?
    }

    /// A measure with what it is searched by.
    struct Entry: Sendable {
        let id: String
        let programme: Programme
        /// By date; never empty.
        let versions: [Version]
        /// All words of it, folded, in both languages.
        let words: [UInt8]

        /// The version in force on a day, `YYYY-MM-DD`.
        func version(on day: String) -> Version? { self.versions.first { $0.measure.inForce.contains(day: day) } }

        /// The version in force on a day, else the next that comes into force, else the newest.
        func shown(on day: String) -> Version? {
            self.version(on: day) ?? self.versions.first { $0.measure.inForce.fromText > day } ?? self.versions.last
        }
    }

    let policies: PolicySet
    /// By programme, then in the file's order.
    let entries: [Entry]
    let requests: RequestPlans
    /// The applicant's own facts that any measure reads, as the first one of them words each.
    let applicantFacts: [Fact]
    private let indices: [String: Int]

    init(_ policies: PolicySet, json: JSONPlan?) {
        self.policies = policies
        self.requests = RequestPlans(policies.types, json)
        self.entries = policies.entries.map { entry in
            let programme = policies.programmes[entry.programme]
            let versions = policies.measures[entry.versions].map {
                Version(measure: $0, summary: AwardWords($0)?.summary)
            }
            return Entry(
                id: entry.id,
                programme: programme,
                versions: versions,
                words: Self.words(of: versions, programme)
            )
        }
        self.indices = Dictionary(
            self.entries.enumerated().map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        var facts: [String: Fact] = [:]
        for measure in policies.measures {
            for fact in measure.facts where fact.holder == .applicant && facts[fact.wirePath] == nil {
                facts[fact.wirePath] = fact
            }
        }
        let first = ["kind", "registered_in_beijing", "is_small_or_medium", "independent_legal_liability"]
        self.applicantFacts =
            first.compactMap { facts.removeValue(forKey: "applicant.\($0)") }
            + facts.values.sorted { $0.wirePath < $1.wirePath }
    }

    func entry(_ id: String) -> Entry? { self.indices[id].map { self.entries[$0] } }

    func programme(_ id: String) -> Programme? { self.policies.programmes.first { $0.id == id } }

    private static func words(of versions: [Version], _ programme: Programme) -> [UInt8] {
        var words = [programme.title.zh, programme.title.en, programme.documentNumber, programme.issuer.zh]
        for version in versions {
            let measure = version.measure
            words += [measure.id, measure.title.zh, measure.title.en, measure.clause]
            if let summary = version.summary { words += [summary.zh, summary.en] }
            for rule in measure.rules where !rule.isBar { words += [rule.label.zh, rule.label.en] }
        }
        return Array(SearchWords.folded(words.joined(separator: "\n")).utf8)
    }
}
