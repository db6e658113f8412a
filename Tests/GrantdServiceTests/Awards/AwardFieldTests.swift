//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema
internal import Testing

@testable internal import GrantdService

/// The numbers that replies are written with are the contract's.
@Suite
struct AwardFieldTests {
    private func expect(_ type: MessageType, _ fields: [String: UInt32]) {
        let numbers = Dictionary(uniqueKeysWithValues: type.fields.map { ($0.name, $0.number) })
        #expect(numbers == fields, "\(type.name)")
    }

    /// The type of the messages in a field.
    private func entry(_ type: MessageType, _ name: String) throws -> MessageType {
        let entry: MessageType? = if case .message(let entry)? = type.field(named: name)?.kind { entry } else { nil }
        return try #require(entry)
    }

    @Test("every field has its number")
    func numbers() throws {
        self.expect(
            .award,
            [
                "award_id": AwardField.Award.awardID, "state": AwardField.Award.state,
                "amount_fen": AwardField.Award.amountFen, "expires_at": AwardField.Award.expiresAt,
                "envelopes": AwardField.Award.envelopes, "unified_social_credit_code": AwardField.Award.creditCode,
                "measure": AwardField.Award.measure, "subject_id": AwardField.Award.subjectID,
                "awarded_on": AwardField.Award.awardedOn, "run_id": AwardField.Award.runID,
                "application_id": AwardField.Award.applicationID, "policy_digest": AwardField.Award.policyDigest,
                "booked_at": AwardField.Award.bookedAt, "caller": AwardField.Award.caller,
                "entries": AwardField.Award.entries,
            ]
        )
        try self.expect(
            self.entry(.award, "entries"),
            [
                "state": AwardField.AwardEntry.state, "amount_fen": AwardField.AwardEntry.amountFen,
                "booked_at": AwardField.AwardEntry.bookedAt, "action": AwardField.AwardEntry.action,
                "reason": AwardField.AwardEntry.reason, "caller": AwardField.AwardEntry.caller,
            ]
        )
        try self.expect(
            self.entry(.listAwardsResponse, "sums"),
            [
                "measure": AwardField.AwardSum.measure, "state": AwardField.AwardSum.state,
                "amount_fen": AwardField.AwardSum.amountFen, "awards": AwardField.AwardSum.awards,
            ]
        )
        self.expect(
            .awardResponse,
            [
                "assessment": AwardField.AwardResponse.assessment, "award": AwardField.AwardResponse.award,
                "replayed": AwardField.AwardResponse.replayed,
            ]
        )
        self.expect(.awardBatchResponse, ["results": AwardField.AwardBatchResponse.results])
        try self.expect(
            self.entry(.awardBatchResponse, "results"),
            ["award": AwardField.AwardBatchResult.award, "error": AwardField.AwardBatchResult.error]
        )
        self.expect(
            .settleResponse,
            ["award": AwardField.SettleResponse.award, "replayed": AwardField.SettleResponse.replayed]
        )
        self.expect(
            .listAwardsResponse,
            [
                "awards": AwardField.ListAwardsResponse.awards,
                "next_page_token": AwardField.ListAwardsResponse.nextPageToken,
                "sums": AwardField.ListAwardsResponse.sums,
            ]
        )
        self.expect(
            .envelope,
            [
                "envelope_id": AwardField.Envelope.envelopeID, "title": AwardField.Envelope.title,
                "limit_fen": AwardField.Envelope.limitFen, "measures": AwardField.Envelope.measures,
                "programmes": AwardField.Envelope.programmes, "from_on": AwardField.Envelope.fromOn,
                "until_on": AwardField.Envelope.untilOn, "used_fen": AwardField.Envelope.usedFen,
                "reserved_fen": AwardField.Envelope.reservedFen, "remaining_fen": AwardField.Envelope.remainingFen,
            ]
        )
        self.expect(.text, ["zh": AwardField.Text.zh, "en": AwardField.Text.en])
        self.expect(.listEnvelopesResponse, ["envelopes": AwardField.ListEnvelopesResponse.envelopes])
    }
}
