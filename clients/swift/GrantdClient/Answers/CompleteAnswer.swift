//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import SwiftProtobuf

/// An answer of which the contract always sets something.
///
/// A field that is not set reads as its default, an outcome as "eligible": an answer that lacks one is no answer.
protocol CompleteAnswer: Message {
    /// The first thing that the contract always sets and that is missing here, as a path; `nil` where nothing is.
    var lacking: String? { get }
}

extension CompleteAnswer {
    /// - Throws: ``GrantdClientError/Code/invalidReply`` where something is missing.
    func checkComplete() throws(GrantdClientError) {
        if let lacking = self.lacking { throw .incompleteReply("lacks \(lacking)") }
    }
}

extension GrantdClientError {
    static func incompleteReply(_ problem: String) -> Self {
        Self(
            code: .invalidReply,
            message: "an answer \(problem), which the contract always sets; the peer may not be grantd"
        )
    }
}

extension GrantdPolicyReference {
    fileprivate var lacking: String? {
        if !self.hasProgramme { return "policy.programme" }
        if !self.hasDocumentNumber { return "policy.document_number" }
        return self.hasDigest ? nil : "policy.digest"
    }
}

extension GrantdAssessment: CompleteAnswer {
    var lacking: String? {
        if !self.hasMeasure { return "measure" }
        if !self.hasAsOf { return "as_of" }
        if !self.hasOutcome { return "outcome" }
        if !self.hasBasis { return "basis" }
        return self.hasPolicy ? self.policy.lacking : "policy"
    }
}

extension GrantdEvaluateBatchResult: CompleteAnswer {
    var lacking: String? {
        switch self.result {
        case .assessment(let assessment): assessment.lacking.map { "assessment.\($0)" }
        case .error(let error): error.code == 0 ? "error.code" : nil
        case nil: "assessment and error"
        }
    }
}

extension GrantdEvaluateBatchResponse: CompleteAnswer {
    var lacking: String? { self.results.firstLacking("results", \.lacking) }
}

extension GrantdScreenResponse: CompleteAnswer {
    var lacking: String? { self.assessments.firstLacking("assessments", \.lacking) }
}

extension GrantdListMeasuresResponse: CompleteAnswer {
    var lacking: String? {
        self.measures.firstLacking("measures") { summary in
            if !summary.hasMeasure { return "measure" }
            if !summary.hasBasis { return "basis" }
            return summary.hasPolicy ? nil : "policy"
        }
    }
}

extension GrantdMeasureDescription: CompleteAnswer {
    var lacking: String? {
        if !self.hasMeasure { return "measure" }
        if !self.hasBasis { return "basis" }
        return self.hasPolicy ? nil : "policy"
    }
}

extension GrantdListDocumentsResponse: CompleteAnswer {
    var lacking: String? { self.documents.firstLacking("documents") { $0.hasNumber ? nil : "number" } }
}

extension GrantdSchema: CompleteAnswer {
    var lacking: String? { self.fileDescriptorSet.isEmpty && self.digest.isEmpty ? "file_descriptor_set" : nil }
}

extension GrantdClearAuctionResponse: CompleteAnswer {
    var lacking: String? {
        guard self.hasOutcome else { return "outcome" }
        return self.results.firstLacking("results") { $0.hasStatus ? nil : "status" }
    }
}

extension GrantdAward {
    fileprivate var lacking: String? {
        if !self.hasAwardID { return "award_id" }
        return self.hasState ? nil : "state"
    }
}

extension GrantdAwardResponse: CompleteAnswer {
    var lacking: String? {
        guard self.hasAssessment else { return "assessment" }
        if let lacking = self.assessment.lacking { return "assessment.\(lacking)" }
        return self.hasAward ? self.award.lacking.map { "award.\($0)" } : nil
    }
}

extension GrantdAwardBatchResponse: CompleteAnswer {
    var lacking: String? {
        self.results.firstLacking("results") { result in
            switch result.result {
            case .award(let award): award.lacking.map { "award.\($0)" }
            case .error(let error): error.code == 0 ? "error.code" : nil
            case nil: "award and error"
            }
        }
    }
}

extension GrantdSettleResponse: CompleteAnswer {
    var lacking: String? { self.hasAward ? self.award.lacking.map { "award.\($0)" } : "award" }
}

extension GrantdListAwardsResponse: CompleteAnswer {
    var lacking: String? { self.awards.firstLacking("awards", \.lacking) }
}

extension GrantdEnvelope: CompleteAnswer {
    var lacking: String? {
        if !self.hasEnvelopeID { return "envelope_id" }
        return self.hasLimitFen ? nil : "limit_fen"
    }
}

extension GrantdListEnvelopesResponse: CompleteAnswer {
    var lacking: String? { self.envelopes.firstLacking("envelopes", \.lacking) }
}

extension HealthHealthCheckResponse: CompleteAnswer {
    var lacking: String? { self.status == .unknown ? "status" : nil }
}

extension GrantdEvaluateBatchResponse {
    /// Checks that there is a result for each application, and that each is whole.
    ///
    /// - Throws: ``GrantdClientError/Code/invalidReply`` where it is not so.
    package func checkComplete(applications: Int) throws(GrantdClientError) {
        guard self.results.count == applications else {
            throw .incompleteReply("to a batch has \(self.results.count) results, not \(applications)")
        }
        try self.checkComplete()
    }
}

extension GrantdAwardBatchResponse {
    /// Checks that there is a result for each entry, and that each is whole.
    ///
    /// - Throws: ``GrantdClientError/Code/invalidReply`` where it is not so.
    func checkComplete(entries: Int) throws(GrantdClientError) {
        guard self.results.count == entries else {
            throw .incompleteReply("to a batch has \(self.results.count) results, not \(entries)")
        }
        try self.checkComplete()
    }
}

extension GrantdClearAuctionResponse {
    /// Checks that there is a result for each bid where the outcome has results.
    ///
    /// - Throws: ``GrantdClientError/Code/invalidReply`` where it is not so.
    func checkComplete(bids: Int) throws(GrantdClientError) {
        try self.checkComplete()
        let expected =
            switch self.outcome {
            case .cleared, .nothingSelected: bids
            case .undetermined, .invalid: 0
            }
        guard self.results.count == expected else {
            throw .incompleteReply("to an auction has \(self.results.count) results, not \(expected)")
        }
        if self.outcome == .cleared, !self.hasClearingPriceE4YuanPerKwh {
            throw .incompleteReply("lacks clearing_price_e4yuan_per_kwh")
        }
    }
}

extension Array {
    /// The first entry that lacks something, by its path.
    fileprivate func firstLacking(_ name: String, _ lacking: (Element) -> String?) -> String? {
        for (index, element) in self.enumerated() {
            if let path = lacking(element) { return "\(name)[\(index)].\(path)" }
        }
        return nil
    }
}
