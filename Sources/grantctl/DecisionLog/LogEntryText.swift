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
    /// Of a batch only what is of this applicant is shown, by the credit code.
    var applicant: String?
    /// Of a batch or a screening only what is about this measure is shown.
    var measure: String?

    /// So many results of a batch or a screening are shown.
    private static let mostResults = 5

    /// The lines.
    var summary: [String] {
        do {
            let lines = try self.lines()
            guard self.isDryRun else { return lines }
            return [self.language("试算，未写入台账：", "what if, nothing of it in the book:")] + lines
        } catch {
            return [self.language("答复无法读取", "the reply cannot be read")]
        }
    }

    /// Whether nothing of it was written to the book.
    private var isDryRun: Bool {
        switch self.method {
        case .award: (try? GrantdAwardRequest(serializedBytes: self.request))?.dryRun ?? false
        case .awardBatch: (try? GrantdAwardBatchRequest(serializedBytes: self.request))?.dryRun ?? false
        case .settle: (try? GrantdSettleRequest(serializedBytes: self.request))?.dryRun ?? false
        case .putEnvelope: (try? GrantdPutEnvelopeRequest(serializedBytes: self.request))?.dryRun ?? false
        default: false
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
            return self.results(
                try Self.assessments(self.method, self.reply).map { ($0.map(self.text), $0?.measure) }
            )
        case .award: return [self.text(try GrantdAwardResponse(serializedBytes: self.reply))]
        case .awardBatch:
            return self.results(
                try GrantdAwardBatchResponse(serializedBytes: self.reply).results.map { result in
                    if case .award(let award)? = result.result {
                        (self.text(award), award.assessment.measure)
                    } else {
                        (nil, nil)
                    }
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

    /// Some of the results that are asked about, and how many more there are; no text is an error.
    private func results(_ results: [(text: String?, measure: String?)]) -> [String] {
        let failed = self.language("有误，未评估", "an error instead of an assessment")
        let codes = self.applicant == nil ? [] : self.codes()
        let wanted = results.indices.filter { index in
            if let applicant = self.applicant, codes.indices.contains(index), codes[index] != applicant { return false }
            if let measure = self.measure, results[index].measure != measure { return false }
            return true
        }
        // An entry is shown for what is in it anywhere: where no result is about that, the first ones are.
        let shown = (wanted.isEmpty ? Array(results.indices) : wanted).prefix(Self.mostResults)
        var lines = shown.map { results[$0].text ?? failed }
        if results.count > shown.count {
            let more = Money.grouped(results.count - shown.count)
            lines.append(self.language("另有 \(more) 项", "\(more) more"))
        }
        return lines
    }

    /// The credit codes of a batch's applications, in their order.
    private func codes() -> [String] {
        let applications: [GrantdApplication]? =
            switch self.method {
            case .evaluateBatch: try? GrantdEvaluateBatchRequest(serializedBytes: self.request).applications
            case .awardBatch: try? GrantdAwardBatchRequest(serializedBytes: self.request).entries.map(\.application)
            default: nil
            }
        return applications?.map(\.applicant.unifiedSocialCreditCode) ?? []
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
        case .committed: self.language("已核定", "committed")
        case .cancelled: self.language("已退回", "cancelled")
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
