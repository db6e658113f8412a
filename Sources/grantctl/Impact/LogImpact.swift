//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDecisionLog
internal import GrantdEngine
internal import GrantdInterview
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdService
internal import SwiftProtobuf

/// Assesses the applications of logs under another policy set: memory does not grow with the logs.
final class LogImpact {
    private let replayer: DecisionReplayer
    private(set) var comparison: ImpactComparison
    /// Entries that were not compared, by why; of the last kind those of other methods.
    private var leftOut: [DecisionReplayer.Obstacle: UInt64] = [:]
    private var others: UInt64 = 0

    init(_ new: PolicySet) {
        self.replayer = DecisionReplayer(CompiledPolicies(new))
        self.comparison = ImpactComparison(old: nil, new: new)
    }

    /// Takes all entries.
    ///
    /// - Parameter each: Takes each difference, in order.
    func run(_ walk: LogWalk, each: (ImpactDifference) throws -> Void) throws {
        try walk.run { entry, place in
            if let obstacle = DecisionReplayer.obstacle(to: entry) {
                self.leftOut[obstacle, default: 0] += 1
                return true
            }
            guard let method = entry.method, let decision = entry.decision,
                method == .evaluate || method == .evaluateBatch
            else {
                self.others += 1
                return true
            }
            let old = [UInt8](decision.reply)
            // A request that is refused as a whole is so for each of its applications.
            let new = (try? self.replayer.decide(method, decision.request)).map { [UInt8]($0) }
            let at = ImpactDifference.Place.entry(log: place.directory, number: entry.number)
            if method == .evaluate {
                try self.comparison.add(at, old: old, new: new, each)
            } else {
                try self.addBatch(at, old, new, each)
            }
            return true
        }
    }

    private func addBatch(
        _ place: ImpactDifference.Place,
        _ old: [UInt8],
        _ new: [UInt8]?,
        _ each: (ImpactDifference) throws -> Void
    ) throws {
        let before = try GrantdEvaluateBatchResponse(serializedBytes: old).results
        let after = try new.map { try GrantdEvaluateBatchResponse(serializedBytes: $0).results }
        for (index, result) in before.enumerated() {
            let other = after.flatMap { index < $0.count ? $0[index] : nil }
            let (old, new) = (Self.assessment(result), other.flatMap(Self.assessment))
            guard old != nil || new != nil else {
                self.comparison.addMalformed()
                continue
            }
            try self.comparison.add(place, old: old, new: new, each)
        }
    }

    private static func assessment(_ result: GrantdEvaluateBatchResult) -> GrantdAssessment? {
        if case .assessment(let assessment)? = result.result { assessment } else { nil }
    }

    /// Says what was not compared.
    func writeLeftOut(to page: inout Page) {
        let language = page.language
        let words: [(DecisionReplayer.Obstacle, String)] = [
            (.masked, language("有遮盖的字段", "masked")), (.erased, language("已擦除", "erased")),
            (.book, language("依台账作出", "decided by the book")),
            (.unknown, language("不能识别", "not known to this version")),
        ]
        var parts = words.compactMap { obstacle, word in self.leftOut[obstacle].map { "\(word) \(Money.grouped($0))" } }
        if self.others > 0 { parts.append(language("其他方法 ", "other methods ") + Money.grouped(self.others)) }
        guard !parts.isEmpty else { return }
        page.line()
        page.line(
            language("未比对的条目：", "Entries that were not compared: ")
                + parts.joined(separator: language("，", ", ")),
            .faint
        )
    }
}
