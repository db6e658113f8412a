//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// Field numbers of the replies of `grantd.v1.Awards`; a test holds them against the contract's descriptors.
enum AwardField {
    enum Award {
        static let awardID: UInt32 = 1
        static let state: UInt32 = 2
        static let amountFen: UInt32 = 3
        static let expiresAt: UInt32 = 4
        static let envelopes: UInt32 = 5
        static let creditCode: UInt32 = 6
        static let measure: UInt32 = 7
        static let subjectID: UInt32 = 8
        static let awardedOn: UInt32 = 9
        static let runID: UInt32 = 10
        static let applicationID: UInt32 = 11
        static let policyDigest: UInt32 = 12
        static let bookedAt: UInt32 = 13
        static let caller: UInt32 = 14
        static let entries: UInt32 = 15
    }
    enum AwardEntry {
        static let state: UInt32 = 1
        static let amountFen: UInt32 = 2
        static let bookedAt: UInt32 = 3
        static let action: UInt32 = 4
        static let reason: UInt32 = 5
        static let caller: UInt32 = 6
    }
    enum AwardSum {
        static let measure: UInt32 = 1
        static let state: UInt32 = 2
        static let amountFen: UInt32 = 3
        static let awards: UInt32 = 4
    }
    enum AwardResponse {
        static let assessment: UInt32 = 1
        static let award: UInt32 = 2
        static let replayed: UInt32 = 3
    }
    enum AwardBatchResponse {
        static let results: UInt32 = 1
    }
    enum AwardBatchResult {
        static let award: UInt32 = 1
        static let error: UInt32 = 2
    }
    enum SettleResponse {
        static let award: UInt32 = 1
        static let replayed: UInt32 = 2
    }
    enum ListAwardsResponse {
        static let awards: UInt32 = 1
        static let nextPageToken: UInt32 = 2
        static let sums: UInt32 = 3
    }
    enum Envelope {
        static let envelopeID: UInt32 = 1
        static let title: UInt32 = 2
        static let limitFen: UInt32 = 3
        static let measures: UInt32 = 4
        static let programmes: UInt32 = 5
        static let fromOn: UInt32 = 6
        static let untilOn: UInt32 = 7
        static let usedFen: UInt32 = 8
        static let reservedFen: UInt32 = 9
        static let remainingFen: UInt32 = 10
    }
    enum Text {
        static let zh: UInt32 = 1
        static let en: UInt32 = 2
    }
    enum ListEnvelopesResponse {
        static let envelopes: UInt32 = 1
    }
}

extension ByteWriter {
    /// Writes an award.
    ///
    /// - Parameters:
    ///   - isWhole: whether with what its application said.
    ///   - envelopes: those that it draws on.
    ///   - entries: what became of it, where that is asked for.
    func write(
        field: UInt32,
        _ award: BookedAward,
        isWhole: Bool,
        envelopes: [EnvelopeState],
        entries: [AwardEntry] = []
    ) {
        let start = self.beginMessage(field: field, lengthWidth: isWhole ? 2 : 1)
        self.write(field: AwardField.Award.awardID, award.awardID)
        self.write(field: AwardField.Award.state, varint: award.state.rawValue)
        if let amount = award.amountFen { self.write(field: AwardField.Award.amountFen, varint: amount) }
        if let end = award.expiresAt { self.write(field: AwardField.Award.expiresAt, LedgerTime.text(ofMoment: end)) }
        for state in envelopes { self.write(field: AwardField.Award.envelopes, state.envelope.envelopeID) }
        if isWhole { self.writeRest(of: award) }
        for entry in entries { self.write(field: AwardField.Award.entries, entry) }
        self.endMessage(start, lengthWidth: isWhole ? 2 : 1)
    }

    private func writeRest(of award: BookedAward) {
        self.write(field: AwardField.Award.creditCode, award.creditCode)
        self.write(field: AwardField.Award.measure, award.measure)
        if let subject = award.subjectID { self.write(field: AwardField.Award.subjectID, subject.text) }
        self.write(field: AwardField.Award.awardedOn, LedgerTime.text(ofDay: award.awardedOn))
        if let run = award.runID { self.write(field: AwardField.Award.runID, run) }
        if let id = award.applicationID { self.write(field: AwardField.Award.applicationID, id) }
        self.write(field: AwardField.Award.policyDigest, award.policyDigest)
        self.write(field: AwardField.Award.bookedAt, LedgerTime.text(ofMoment: award.bookedAt))
        if let caller = award.caller { self.write(field: AwardField.Award.caller, caller) }
    }

    private func write(field: UInt32, _ entry: AwardEntry) {
        let start = self.beginMessage(field: field, lengthWidth: 1)
        self.write(field: AwardField.AwardEntry.state, varint: entry.state.rawValue)
        if let amount = entry.amountFen { self.write(field: AwardField.AwardEntry.amountFen, varint: amount) }
        self.write(field: AwardField.AwardEntry.bookedAt, LedgerTime.text(ofMoment: entry.bookedAt))
        if let action = entry.action { self.write(field: AwardField.AwardEntry.action, varint: action.rawValue) }
        if let reason = entry.reason { self.write(field: AwardField.AwardEntry.reason, reason) }
        if let caller = entry.caller { self.write(field: AwardField.AwardEntry.caller, caller) }
        self.endMessage(start, lengthWidth: 1)
    }

    /// Writes what awards come to.
    func write(field: UInt32, _ sum: AwardSum) {
        let start = self.beginMessage(field: field, lengthWidth: 1)
        self.write(field: AwardField.AwardSum.measure, sum.measure)
        self.write(field: AwardField.AwardSum.state, varint: sum.state.rawValue)
        self.write(field: AwardField.AwardSum.amountFen, varint: sum.amountFen)
        if let count = sum.count { self.write(field: AwardField.AwardSum.awards, varint: count) }
        self.endMessage(start, lengthWidth: 1)
    }

    /// Writes an envelope's own fields, and what is drawn from it.
    func write(_ state: EnvelopeState) {
        let envelope = state.envelope
        self.write(field: AwardField.Envelope.envelopeID, envelope.envelopeID)
        if envelope.titleZH != nil || envelope.titleEN != nil {
            let title = self.beginMessage(field: AwardField.Envelope.title, lengthWidth: 1)
            if let zh = envelope.titleZH { self.write(field: AwardField.Text.zh, zh) }
            if let en = envelope.titleEN { self.write(field: AwardField.Text.en, en) }
            self.endMessage(title, lengthWidth: 1)
        }
        self.write(field: AwardField.Envelope.limitFen, varint: envelope.limitFen)
        for measure in envelope.measures { self.write(field: AwardField.Envelope.measures, measure) }
        for programme in envelope.programmes { self.write(field: AwardField.Envelope.programmes, programme) }
        if let from = envelope.fromOn { self.write(field: AwardField.Envelope.fromOn, LedgerTime.text(ofDay: from)) }
        if let until = envelope.untilOn {
            self.write(field: AwardField.Envelope.untilOn, LedgerTime.text(ofDay: until))
        }
        self.write(field: AwardField.Envelope.usedFen, varint: state.use.usedFen)
        self.write(field: AwardField.Envelope.reservedFen, varint: state.use.reservedFen)
        self.write(field: AwardField.Envelope.remainingFen, varint: state.remainingFen)
    }
}

extension EnvelopeState {
    /// What is left, in fen, 0 or more.
    var remainingFen: Int64 {
        let drawn = self.use.usedFen.addingSaturated(self.use.reservedFen)
        return drawn >= self.envelope.limitFen ? 0 : self.envelope.limitFen - drawn
    }
}
