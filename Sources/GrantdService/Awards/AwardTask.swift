//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// `Award` and `AwardBatch`: applications in order, each assessed with all before it.
final class AwardTask: LedgerTask {
    let target: LedgerTarget
    let writes = true
    let reply: ByteWriter
    private let assessor: AwardAssessor
    private let sources: [AwardAssessor.Source]
    private let isBatch: Bool
    private let runID: String?
    private let reserveMilliseconds: Int64?
    private let caller: String?
    private let limits: Limits
    /// The next to be decided, and those of its turn.
    private var next = 0
    private var prepared: [Result<AwardOrder, CallError>] = []
    /// Where the turn began.
    private var turn = (first: 0, replyBytes: 0)
    private let response: ByteWriter
    /// Whether the reply has no room for another answer: nothing is awarded from here on.
    private var isFull = false

    /// The most entries of a turn.
    static let entriesOfTurn = 512
    /// 366 days.
    private static let longestReservation: Int32 = 31_622_400
    /// Bytes of a batch's reply that are kept for each entry behind an answer, so that there is room to tell what came of it.
    private static let bytesOfError = 512
    /// What stands around an answer or an error in a batch's reply, at the most.
    private static let bytesAround = 16
    /// What a reply has room for so that it can be given again, with `replayed`.
    private static let bytesOfReplayed = 2

    /// Begins an `AwardRequest` or an `AwardBatchRequest`.
    ///
    /// - Parameters:
    ///   - request: outlives the task.
    init(
        _ request: UnsafeRawBufferPointer,
        isBatch: Bool,
        _ assessor: AwardAssessor,
        caller: String?,
        limits: Limits
    ) throws(CallError) {
        let terms: AwardTerms
        if isBatch {
            let (common, entries) = try assessor.open(batch: request)
            let most = common.explains ? limits.engine.explainedBatch : limits.engine.batch
            guard entries.count <= most else {
                throw .badRequest(
                    "a batch has at most \(limits.engine.batch) entries, \(limits.engine.explainedBatch) with "
                        + "explanations; this one has \(entries.count)",
                    field: "entries"
                )
            }
            terms = common
            self.sources = entries.map { .entry($0, common) }
        } else {
            terms = try assessor.terms(ofRequest: request)
            self.sources = [.request(request)]
        }
        self.runID = try LedgerText.name(terms.runID, field: "run_id")
        self.reserveMilliseconds = try Self.reservation(terms)
        self.target = LedgerTarget(isDryRun: terms.isDryRun, runID: self.runID)
        self.assessor = assessor
        self.isBatch = isBatch
        self.caller = caller
        self.limits = limits
        self.reply = ByteWriter(limit: limits.replyBytes)
        self.response = ByteWriter(limit: limits.replyBytes)
    }

    private static func reservation(_ terms: AwardTerms) throws(CallError) -> Int64? {
        guard terms.reserves else {
            guard terms.reserveSeconds == nil else {
                throw .badRequest("it goes with hold RESERVE only; leave it out", field: "reserve_seconds")
            }
            return nil
        }
        guard let seconds = terms.reserveSeconds, (1...Self.longestReservation).contains(seconds) else {
            throw .badRequest(
                "1 to \(Self.longestReservation) seconds are wanted with hold RESERVE",
                field: "reserve_seconds"
            )
        }
        return Int64(seconds) * 1000
    }

    var weight: Int { min(self.sources.count - self.next, Self.entriesOfTurn) }

    func prepare(_ needs: LedgerNeeds) {
        self.turn = (self.next, self.reply.count)
        // So that they do not grow, and hash what they have anew, over and over.
        needs.needs.awards.reserveCapacity(needs.needs.awards.count + self.weight)
        needs.needs.keys.reserveCapacity(needs.needs.keys.count + self.weight)
        self.prepared = self.sources[self.next...].prefix(Self.entriesOfTurn).map { source in
            do throws(CallError) {
                let order = try self.assessor.read(source, needs: needs)
                if let key = try LedgerText.name(order.key, field: "idempotency_key") { needs.needs.keys.insert(key) }
                return .success(order)
            } catch {
                return .failure(error)
            }
        }
    }

    func work(in step: LedgerStep, until isOver: () -> Bool) throws(CallError) -> Bool {
        for (offset, order) in self.prepared.enumerated() {
            if offset > 0, isOver() { break }
            do throws(CallError) {
                if self.isFull { throw .replyIsFull }
                try self.decide(order, self.sources[self.next], step)
                self.writeResponse()
            } catch {
                guard self.isBatch else { throw error }
                self.write(error)
            }
            self.next += 1
        }
        try self.checkReply()
        return self.next >= self.sources.count
    }

    /// Throws where not even the errors of a batch have room in a reply. Nothing was awarded then: an award leaves them room.
    private func checkReply() throws(CallError) {
        if self.reply.isOverLimit { throw Refusal.replyTooLarge }
    }

    func undo(_ error: CallError) throws(CallError) -> Bool {
        guard self.isBatch else { throw error }
        // None is awarded before another that stands before it: behind what failed nothing is tried.
        self.reply.truncate(to: self.turn.replyBytes)
        self.next = self.turn.first
        while self.next < self.sources.count {
            self.write(error)
            self.next += 1
        }
        try self.checkReply()
        return true
    }

    private func writeResponse() {
        guard self.isBatch else { return self.reply.write(self.response.bytes) }
        let result = self.reply.beginMessage(field: AwardField.AwardBatchResponse.results, lengthWidth: 2)
        self.reply.write(field: AwardField.AwardBatchResult.award, self.response.bytes)
        self.reply.endMessage(result, lengthWidth: 2)
    }

    /// Writes what is wrong with the next entry, shorter where it would take the room of those behind it.
    private func write(_ error: CallError) {
        let mark = self.reply.count
        self.writeWhole(error)
        let isLong = self.reply.count - mark > Self.bytesOfError
        let takesRoom = self.reply.count + self.bytesBehind > self.limits.replyBytes
        guard self.reply.isOverLimit || (isLong && takesRoom) else { return }
        self.reply.truncate(to: mark)
        self.writeWhole(error.shortened(to: Self.bytesOfError - Self.bytesAround))
    }

    private func writeWhole(_ error: CallError) {
        let result = self.reply.beginMessage(field: AwardField.AwardBatchResponse.results, lengthWidth: 2)
        error.write(field: AwardField.AwardBatchResult.error, into: self.reply)
        self.reply.endMessage(result, lengthWidth: 2)
    }

    /// What is kept for the entries behind the next.
    private var bytesBehind: Int { (self.sources.count - self.next - 1) * Self.bytesOfError }

    /// Throws where the reply has no room for the response: what is added to the book is told in any case.
    private func checkRoom() throws(CallError) {
        let size = self.response.count + Self.bytesOfReplayed
        guard self.isBatch else {
            guard !self.response.isOverLimit, size <= self.limits.replyBytes else { throw Refusal.replyTooLarge }
            return
        }
        let wanted = self.reply.count + size + Self.bytesAround + self.bytesBehind
        guard self.response.isOverLimit || wanted > self.limits.replyBytes else { return }
        self.isFull = true
        throw .replyIsFull
    }

    // MARK: - One application

    /// Assesses and awards; the response stands in ``response``.
    private func decide(
        _ prepared: Result<AwardOrder, CallError>,
        _ source: AwardAssessor.Source,
        _ step: LedgerStep
    ) throws(CallError) {
        let order = try prepared.get()
        self.response.reset()
        let key = order.key.map { String(decoding: $0, as: UTF8.self) }
        if let key, let receipt = step.view.receipts[key] {
            try self.replay(receipt, order.contentHash)
            if self.isBatch { try self.checkRoom() }
            step.replays += 1
            return
        }
        let identity = try order.identity.get()
        let assessment = self.response.beginMessage(field: AwardField.AwardResponse.assessment, lengthWidth: 2)
        let ruling = try self.assessor.assess(source, with: step, into: self.response)
        self.response.endMessage(assessment, lengthWidth: 2)
        guard ruling.isEligible else {
            try self.checkRoom()
            if let key { step.add(self.receipt(key, order.contentHash)) }
            return
        }
        let award = self.award(identity, try Self.sum(order.amountFen, ruling), step)
        self.response.write(
            field: AwardField.AwardResponse.award,
            award,
            isWhole: false,
            envelopes: step.envelopes(measure: award.measure, programme: award.programme, day: award.awardedOn)
        )
        try self.checkRoom()
        step.add(award, key.map { self.receipt($0, order.contentHash) })
    }

    private func replay(_ receipt: Receipt, _ contentHash: [UInt8]) throws(CallError) {
        guard receipt.contentHash == contentHash else { throw .keyWithOtherContent }
        receipt.reply.withUnsafeBytes { self.response.write($0) }
        self.response.write(field: AwardField.AwardResponse.replayed, varint: 1)
    }

    private func receipt(_ key: String, _ contentHash: [UInt8]) -> Receipt {
        Receipt(key: key, contentHash: contentHash, reply: [UInt8](self.response.bytes))
    }

    private func award(_ identity: ApplicationIdentity, _ amount: Int64?, _ step: LedgerStep) -> BookedAward {
        let now = step.view.now
        return BookedAward(
            awardID: step.newAwardID(),
            creditCode: identity.creditCode,
            measure: identity.measure,
            programme: identity.programme,
            subjectID: identity.subject.map { SubjectID(utf8: $0) },
            awardedOn: identity.day,
            amountFen: amount,
            state: self.reserveMilliseconds == nil ? .committed : .reserved,
            expiresAt: self.reserveMilliseconds.map { now.addingSaturated($0) },
            runID: self.runID,
            policyDigest: identity.policyDigest,
            applicationID: identity.applicationID.map { String(decoding: $0, as: UTF8.self) },
            bookedAt: now,
            caller: self.caller
        )
    }

    /// What is awarded, in fen; nil where the measure has no sum.
    private static func sum(_ wanted: Int64?, _ ruling: AwardRuling) throws(CallError) -> Int64? {
        let amount = ruling.amount ?? 0
        switch ruling.figure {
        case .none:
            guard wanted == nil else {
                throw .badRequest("the measure has no sum; leave the amount out", field: "amount_fen")
            }
            return nil
        case .exact:
            guard let wanted else { return amount }
            return try self.checked(wanted, least: 1, most: amount)
        case .most:
            guard let wanted else {
                throw .badRequest(
                    "what the measure gives is a most: the sum that is awarded must be set, at most "
                        + LedgerText.fen(amount),
                    field: "amount_fen"
                )
            }
            return try self.checked(wanted, least: 1, most: amount)
        case .least:
            guard let wanted else {
                throw .badRequest(
                    "what the measure gives is a least amount: the sum that is awarded must be set, at least "
                        + LedgerText.fen(amount),
                    field: "amount_fen"
                )
            }
            return try self.checked(wanted, least: max(1, amount), most: ruling.most ?? .max)
        }
    }

    private static func checked(_ wanted: Int64, least: Int64, most: Int64) throws(CallError) -> Int64 {
        guard wanted <= most else {
            throw .badRequest(
                "at most \(LedgerText.fen(most)) is left to be awarded after caps and envelopes",
                field: "amount_fen"
            )
        }
        guard wanted >= least else {
            throw .badRequest("at least \(LedgerText.fen(least)) is wanted", field: "amount_fen")
        }
        return wanted
    }
}

extension CallError {
    static let replyIsFull = CallError.overLimit(
        "nothing is awarded: the reply is at its limit; send the entry again in another batch"
    )

    /// The same in so many bytes on the wire.
    fileprivate func shortened(to bytes: Int) -> CallError {
        // Its number, its status, and what stands around its texts.
        let room = bytes - 64
        let field = self.field.utf8.count > room / 2 ? "" : self.field
        let end = "…"
        guard self.message.utf8.count > room - field.utf8.count else {
            return CallError(code: self.code, message: self.message, field: field, status: self.status)
        }
        var message = ""
        for character in self.message {
            guard message.utf8.count + character.utf8.count + end.utf8.count <= room - field.utf8.count else { break }
            message.append(character)
        }
        return CallError(code: self.code, message: message + end, field: field, status: self.status)
    }

    static let keyWithOtherContent = CallError.badRequest(
        "the key was used for a request with other content; a request of its own wants a key of its own",
        field: "idempotency_key"
    )
}
