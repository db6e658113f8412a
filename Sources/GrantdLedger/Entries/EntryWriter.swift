//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

private import GrantdSchema
private import GrantdService

/// Writes the canonical bytes of entries.
struct EntryWriter {
    private var message = MessageBytes(capacity: 512)

    static func bytes(of record: EntryRecord) -> [UInt8] {
        var writer = EntryWriter()
        writer.write(record)
        return writer.message.bytes
    }

    private mutating func write(_ record: EntryRecord) {
        self.put(.seq, record.seq)
        self.put(.recordedAt, record.recordedAt)
        self.put(.kind, record.content.kind.rawValue)
        if let receipt = record.content.receipt {
            self.put(.key, receipt.key)
            self.put(.contentDigest, receipt.contentHash)
            self.put(.replyDigest, record.replyDigest)
        }
        switch record.content {
        case .entry(.awarded(let award, _)): self.write(award)
        case .entry(.settled(let settlement, _)): self.write(settlement)
        case .entry(.envelopePut(let envelope, let at, let caller)): self.write(envelope, at, caller)
        case .entry(.answered): break
        case .expired(let awardID): self.put(.awardID, awardID)
        }
    }

    private mutating func write(_ award: BookedAward) {
        self.put(.awardID, award.awardID)
        self.put(.creditCode, award.creditCode)
        self.put(.measure, award.measure)
        self.put(.programme, award.programme)
        self.put(.subjectID, award.subjectID?.utf8)
        self.put(.awardedOn, award.awardedOn)
        self.put(.amountFen, award.amountFen)
        self.put(.state, award.state.rawValue)
        self.put(.expiresAt, award.expiresAt)
        self.put(.runID, award.runID)
        self.put(.policyDigest, award.policyDigest)
        self.put(.applicationID, award.applicationID)
        self.put(.bookedAt, award.bookedAt)
        self.put(.caller, award.caller)
    }

    private mutating func write(_ settlement: Settlement) {
        self.put(.awardID, settlement.awardID)
        self.put(.amountFen, settlement.amountFen)
        self.put(.state, settlement.state.rawValue)
        self.put(.caller, settlement.caller)
        self.put(.action, settlement.action.rawValue)
        self.put(.reason, settlement.reason)
        self.put(.settledAt, settlement.settledAt)
    }

    private mutating func write(_ envelope: Envelope, _ at: Int64, _ caller: String?) {
        self.put(.caller, caller)
        self.put(.envelopeID, envelope.envelopeID)
        self.put(.titleZH, envelope.titleZH)
        self.put(.titleEN, envelope.titleEN)
        self.put(.limitFen, envelope.limitFen)
        for measure in envelope.measures { self.put(.measures, measure) }
        for programme in envelope.programmes { self.put(.programmes, programme) }
        self.put(.fromOn, envelope.fromOn)
        self.put(.untilOn, envelope.untilOn)
        self.put(.putAt, at)
    }

    // MARK: - Fields

    private mutating func put(_ field: EntryField, _ value: Int64?) {
        guard let value else { return }
        self.message.add(varint: UInt64(bitPattern: value), field: field.rawValue)
    }

    private mutating func put(_ field: EntryField, _ value: String?) {
        guard let value else { return }
        self.message.add(value, field: field.rawValue)
    }

    private mutating func put(_ field: EntryField, _ value: [UInt8]?) {
        guard let value else { return }
        self.message.add(value, field: field.rawValue)
    }
}
