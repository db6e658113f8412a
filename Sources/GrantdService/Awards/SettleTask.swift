//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// `Settle`: commits, gives back or corrects an award.
final class SettleTask: LedgerTask {
    let target: LedgerTarget
    let writes = true
    let reply: ByteWriter
    private let awardID: String
    private let action: Settlement.Action
    private let amountFen: Int64?
    private let reason: String?
    private let key: String?
    private let contentHash: [UInt8]
    private let caller: String?

    private static let longestReason = 1024

    /// Begins a `SettleRequest`.
    init(_ request: SettleRequest, caller: String?, limits: Limits) throws(CallError) {
        guard let id = request.awardID else { throw .badRequest("the award must be named", field: "award_id") }
        guard AwardID.isOne(id) else {
            throw .badRequest("the id of an award has 26 digits and capital letters", field: "award_id")
        }
        guard let action = request.action.flatMap(Settlement.Action.init(rawValue:)) else {
            throw .badRequest("one of COMMIT, CANCEL and CORRECT is wanted", field: "action")
        }
        if let reason = request.reason, reason.utf8.count > Self.longestReason {
            throw .badRequest("a reason has at most \(Self.longestReason) bytes", field: "reason")
        }
        let runID = try LedgerText.name(request.runID, field: "run_id")
        guard !request.isDryRun || runID != nil else {
            throw .badRequest("the dry run whose award it is must be named", field: "run_id")
        }
        self.awardID = id
        self.action = action
        self.amountFen = request.amountFen
        self.reason = request.reason.flatMap { $0.isEmpty ? nil : $0 }
        self.key = try LedgerText.name(request.key, field: "idempotency_key")
        self.contentHash = request.contentHash
        self.caller = caller
        self.target = LedgerTarget(isDryRun: request.isDryRun, runID: runID)
        self.reply = ByteWriter(limit: limits.replyBytes)
    }

    func prepare(_ needs: LedgerNeeds) {
        needs.needs.awardIDs.insert(self.awardID)
        needs.needs.wantsEnvelopes = true
        if let key = self.key { needs.needs.keys.insert(key) }
    }

    func work(in step: LedgerStep, until isOver: () -> Bool) throws(CallError) -> Bool {
        if let key = self.key, let receipt = step.view.receipts[key] {
            guard receipt.contentHash == self.contentHash else { throw .keyWithOtherContent }
            receipt.reply.withUnsafeBytes { self.reply.write($0) }
            self.reply.write(field: AwardField.SettleResponse.replayed, varint: 1)
            step.replays += 1
            return true
        }
        guard let award = step.view.awards[self.awardID] else {
            throw .badRequest("the book has no such award", field: "award_id")
        }
        guard !step.view.awardsBelow.contains(self.awardID) else {
            throw .badRequest(
                "the award stands in the book, and a dry run settles none but its own",
                field: "award_id"
            )
        }
        let (state, amount) = try self.outcome(of: award)
        let settlement = Settlement(
            awardID: award.awardID,
            action: self.action,
            amountFen: amount,
            state: state,
            reason: self.reason,
            settledAt: step.view.now,
            caller: self.caller
        )
        _ = step.settle(award, settlement) { settled in
            self.reply.write(
                field: AwardField.SettleResponse.award,
                settled,
                isWhole: true,
                envelopes: step.envelopes(
                    measure: settled.measure,
                    programme: settled.programme,
                    day: settled.awardedOn
                )
            )
            return self.key.map {
                Receipt(key: $0, contentHash: self.contentHash, reply: [UInt8](self.reply.bytes))
            }
        }
        return true
    }

    /// What becomes of the award.
    private func outcome(of award: BookedAward) throws(CallError) -> (BookedAward.State, Int64?) {
        switch (self.action, award.state) {
        case (.commit, .reserved):
            return (.committed, try self.sum(of: award, least: 1))
        case (.cancel, .reserved), (.cancel, .committed):
            guard self.amountFen == nil else {
                throw .badRequest("what is given back is given back whole; leave the amount out", field: "amount_fen")
            }
            if award.state == .committed { try self.checkReason() }
            return (.cancelled, award.amountFen)
        case (.correct, .committed):
            guard self.amountFen != nil || award.amountFen == nil else {
                throw .badRequest("the sum that the award is put down to must be set", field: "amount_fen")
            }
            let amount = try self.sum(of: award, least: 0)
            guard amount != nil else {
                throw .failedPrecondition(
                    "the award was recorded without a sum: there is none to correct",
                    field: "action"
                )
            }
            try self.checkReason()
            return (.committed, amount)
        case (.commit, _), (.cancel, _), (.correct, _):
            throw .failedPrecondition(self.refusal(award), field: "action")
        }
    }

    /// The sum that the request names, or all.
    private func sum(of award: BookedAward, least: Int64) throws(CallError) -> Int64? {
        guard let wanted = self.amountFen else { return award.amountFen }
        guard let most = award.amountFen else {
            throw .badRequest("the award was recorded without a sum; leave the amount out", field: "amount_fen")
        }
        guard wanted <= most else {
            let more = "more is an award of its own, which has to be assessed"
            throw .badRequest("at most \(LedgerText.fen(most)) is there; \(more)", field: "amount_fen")
        }
        guard wanted >= least else {
            throw .badRequest("at least \(LedgerText.fen(least)) is wanted", field: "amount_fen")
        }
        return wanted
    }

    private func checkReason() throws(CallError) {
        guard self.reason != nil else {
            throw .badRequest("a reason must be given where a committed award is changed", field: "reason")
        }
    }

    private func refusal(_ award: BookedAward) -> String {
        let state =
            switch award.state {
            case .reserved: "is held, and not committed"
            case .committed: "is committed already"
            case .cancelled: "was given back"
            case .expired: "was held until \(LedgerTime.text(ofMoment: award.expiresAt ?? 0)), and is given back"
            }
        switch self.action {
        case .commit: return "the award \(state); only what is held can be committed"
        case .cancel: return "the award \(state); only what is held or committed can be given back"
        case .correct: return "the award \(state); only what is committed can be corrected"
        }
    }
}
