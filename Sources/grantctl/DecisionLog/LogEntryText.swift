//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages
internal import GrantdPolicy
internal import GrantdService
internal import SwiftProtobuf

/// A method as the log has it; `Method` alone is the tool's own in places.
typealias LoggedMethod = GrantdService.Method

/// What a logged call was about and came to, in few lines.
struct LogEntryText {
    let method: LoggedMethod
    let request: [UInt8]
    let reply: [UInt8]
    let language: Language
    /// Whose titles are shown; nil: ids are.
    var policies: PolicySet?

    /// So many results of a batch or a screening are shown.
    private static let mostResults = 5

    /// The lines.
    var summary: [String] {
        do {
            return try self.lines()
        } catch {
            return [self.language("答复无法读取", "the reply cannot be read")]
        }
    }

    /// The ids of the measures that the reply is about.
    static func measures(_ method: LoggedMethod, _ reply: [UInt8]) -> Set<String> {
        let assessments = (try? self.assessments(method, reply)) ?? []
        return Set(assessments.compactMap { $0.map(\.measure) })
    }

    /// The assessments of a reply; nil where an application has an error instead.
    static func assessments(_ method: LoggedMethod, _ reply: [UInt8]) throws -> [GrantdAssessment?] {
        switch method {
        case .evaluate: [try GrantdAssessment(serializedBytes: reply)]
        case .evaluateBatch:
            try GrantdEvaluateBatchResponse(serializedBytes: reply).results.map { result in
                if case .assessment(let assessment)? = result.result { assessment } else { nil }
            }
        case .screen: try GrantdScreenResponse(serializedBytes: reply).assessments
        case .award: [try GrantdAwardResponse(serializedBytes: reply).assessment]
        case .awardBatch:
            try GrantdAwardBatchResponse(serializedBytes: reply).results.map { result in
                if case .award(let award)? = result.result { award.assessment } else { nil }
            }
        default: []
        }
    }

    private func lines() throws -> [String] {
        switch self.method {
        case .evaluate, .evaluateBatch, .screen:
            return self.results(try Self.assessments(self.method, self.reply).map { $0.map(self.text) })
        case .award: return [self.text(try GrantdAwardResponse(serializedBytes: self.reply))]
        case .awardBatch:
            return self.results(
                try GrantdAwardBatchResponse(serializedBytes: self.reply).results.map { result in
                    if case .award(let award)? = result.result { self.text(award) } else { nil }
                }
            )
        case .settle: return [self.text(try GrantdSettleResponse(serializedBytes: self.reply).award)]
        case .putEnvelope:
            let envelope = try GrantdEnvelope(serializedBytes: self.reply)
            return [
                self.language("预算 ", "envelope ") + envelope.envelopeID.printable + " · "
                    + Money.text(fen: envelope.limitFen, self.language)
            ]
        case .evaluateColumns:
            let response = try GrantdEvaluateColumnsResponse(serializedBytes: self.reply)
            let count = Money.grouped(response.rows)
            return [response.policy.programme.printable + " · " + self.language("\(count) 行", "\(count) rows")]
        case .clearAuction:
            let response = try GrantdClearAuctionResponse(serializedBytes: self.reply)
            let count = Money.grouped(response.results.count)
            return [response.auctionID.printable + " · " + self.language("\(count) 份申报", "\(count) bids")]
        default: return []
        }
    }

    /// Some of the results, and how many more there are; nil is an error.
    private func results(_ texts: [String?]) -> [String] {
        let failed = self.language("有误，未评估", "an error instead of an assessment")
        var lines = texts.prefix(Self.mostResults).map { $0 ?? failed }
        if texts.count > Self.mostResults {
            let more = Money.grouped(texts.count - Self.mostResults)
            lines.append(self.language("另有 \(more) 项", "\(more) more"))
        }
        return lines
    }

    private func text(_ assessment: GrantdAssessment) -> String {
        var parts = [self.title(of: assessment.measure), self.language.outcomeInShort(assessment.outcome).text]
        if assessment.hasAmountFen {
            parts.append(self.language.money(fen: assessment.amountFen, assessment.basis))
        }
        if !assessment.missing.isEmpty {
            let count = Money.grouped(assessment.missing.count + Int(assessment.missingOmitted))
            parts.append(self.language("尚缺 \(count) 项", "\(count) missing"))
        }
        if assessment.hasApplicationID { parts.insert(assessment.applicationID.printable, at: 0) }
        return parts.joined(separator: " · ")
    }

    private func text(_ response: GrantdAwardResponse) -> String {
        let assessment = self.text(response.assessment)
        guard response.hasAward else { return assessment }
        return assessment + " → " + self.text(response.award)
    }

    private func text(_ award: GrantdAward) -> String {
        var parts = [award.awardID.printable, self.state(award.state)]
        if award.hasAmountFen { parts.append(Money.text(fen: award.amountFen, self.language)) }
        return parts.joined(separator: " · ")
    }

    private func state(_ state: GrantdAwardState.Value) -> String {
        switch state {
        case .reserved: self.language("预留", "reserved")
        case .committed: self.language("已拨付", "committed")
        case .cancelled: self.language("已撤销", "cancelled")
        case .expired: self.language("已到期", "expired")
        }
    }

    private func title(of id: String) -> String {
        guard let policies = self.policies, let place = policies.entry(forID: id),
            let last = policies.entries[place].versions.last
        else { return id.printable }
        return self.language(policies.measures[last].title)
    }
}
