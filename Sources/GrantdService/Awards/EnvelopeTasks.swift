//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// `PutEnvelope`: puts a budget in place of the one of its id.
final class PutEnvelopeTask: LedgerTask {
    let target: LedgerTarget
    let writes = true
    let putsEnvelopes = true
    let reply: ByteWriter
    private let envelope: Envelope
    private let caller: String?
    /// Among what the step covers.
    private var place = 0

    private static let longestTitle = 1024

    /// Begins a `PutEnvelopeRequest`.
    init(
        _ request: PutEnvelopeRequest,
        _ policies: CompiledPolicies,
        caller: String?,
        limits: Limits
    ) throws(CallError) {
        guard let sent = request.envelope else { throw .badRequest("the envelope must be set", field: "envelope") }
        do {
            self.envelope = try Self.envelope(sent, policies)
        } catch {
            throw CallError(
                code: error.code,
                message: error.message,
                field: "envelope." + error.field,
                status: error.status
            )
        }
        let runID = try LedgerText.name(request.runID, field: "run_id")
        self.target = LedgerTarget(isDryRun: request.isDryRun, runID: runID)
        guard self.target != .dryRun(nil) else {
            throw .badRequest("the dry run that it is put for must be named", field: "run_id")
        }
        self.caller = caller
        self.reply = ByteWriter(limit: limits.replyBytes)
    }

    private static func envelope(
        _ sent: PutEnvelopeRequest.Sent,
        _ policies: CompiledPolicies
    ) throws(CallError) -> Envelope {
        guard let id = sent.envelopeID, LedgerText.isEnvelopeID(id) else {
            throw .badRequest(
                "1 to 64 small letters, digits, dots, hyphens and underscores are wanted",
                field: "envelope_id"
            )
        }
        guard let limit = sent.limitFen, limit >= 0 else {
            throw .badRequest("the limit must be set, in fen, 0 or more", field: "limit_fen")
        }
        if let field = sent.replyField {
            throw .badRequest("only an answer has it; leave it out", field: field)
        }
        for (name, title) in [("title.zh", sent.titleZH), ("title.en", sent.titleEN)]
        where title?.utf8.count ?? 0 > Self.longestTitle {
            throw .badRequest("a title has at most \(Self.longestTitle) bytes", field: name)
        }
        for (index, measure) in sent.measures.enumerated() where !policies.hasMeasure(measure) {
            throw .badRequest(
                "no such measure; its full id is wanted, programme included: medical-device.product-approval",
                field: "measures[\(index)]"
            )
        }
        for (index, programme) in sent.programmes.enumerated() where !policies.hasProgramme(programme) {
            throw .badRequest("no such programme; its id is wanted: medical-device", field: "programmes[\(index)]")
        }
        // Twice is a slip, and a thousand times a book whose envelopes fit no reply.
        try Self.once(sent.measures, field: "measures")
        try Self.once(sent.programmes, field: "programmes")
        let from = try self.day(sent.fromOn, field: "from_on")
        let until = try self.day(sent.untilOn, field: "until_on")
        if let from, let until, until < from {
            throw .badRequest("the last day must not be before the first", field: "until_on")
        }
        return Envelope(
            envelopeID: id,
            titleZH: sent.titleZH,
            titleEN: sent.titleEN,
            limitFen: limit,
            measures: sent.measures,
            programmes: sent.programmes,
            fromOn: from,
            untilOn: until
        )
    }

    private static func once(_ names: [String], field: String) throws(CallError) {
        var places: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            guard let first = places.updateValue(index, forKey: name) else { continue }
            throw .badRequest("it is \(field)[\(first)] already; name it once", field: "\(field)[\(index)]")
        }
    }

    private static func day(_ text: String?, field: String) throws(CallError) -> Int64? {
        guard let text else { return nil }
        guard let day = LedgerTime.day(text) else {
            throw .badRequest("a civil date YYYY-MM-DD is wanted", field: field)
        }
        return day
    }

    func prepare(_ needs: LedgerNeeds) {
        needs.needs.wantsEnvelopes = true
        self.place = needs.needs.covered.count
        needs.needs.covered.append(self.envelope)
    }

    func work(in step: LedgerStep, until isOver: () -> Bool) throws(CallError) -> Bool {
        guard step.view.covered.indices.contains(self.place) else {
            throw .fault("the book has not told what the envelope's awards come to")
        }
        let use = step.view.covered[self.place]
        let drawn = use.usedFen.addingSaturated(use.reservedFen)
        guard drawn <= self.envelope.limitFen else {
            throw .failedPrecondition(
                "the awards that it binds come to \(LedgerText.fen(drawn)) already; a limit of that or more is wanted",
                field: "envelope.limit_fen"
            )
        }
        guard step.view.envelopes[self.envelope.envelopeID] != nil || step.view.envelopes.count < Envelope.most else {
            throw .overLimit("a book has at most \(Envelope.most) envelopes", field: "envelope.envelope_id")
        }
        step.put(self.envelope, use: use, caller: self.caller)
        self.reply.write(EnvelopeState(envelope: self.envelope, use: use))
        return true
    }
}

/// `ListEnvelopes`: every budget with what is drawn from it.
final class ListEnvelopesTask: LedgerTask {
    let target: LedgerTarget
    let writes = false
    let reply: ByteWriter

    /// Begins a `ListEnvelopesRequest`.
    init(_ request: (runID: [UInt8]?, isDryRun: Bool), limits: Limits) throws(CallError) {
        let runID = try LedgerText.name(request.runID, field: "run_id")
        self.target = LedgerTarget(isDryRun: request.isDryRun, runID: runID)
        self.reply = ByteWriter(limit: limits.replyBytes)
    }

    func prepare(_ needs: LedgerNeeds) { needs.needs.wantsEnvelopes = true }

    func work(in step: LedgerStep, until isOver: () -> Bool) throws(CallError) -> Bool {
        for (_, state) in step.view.envelopes.sorted(by: { $0.key < $1.key }) {
            let start = self.reply.beginMessage(field: AwardField.ListEnvelopesResponse.envelopes, lengthWidth: 2)
            self.reply.write(state)
            self.reply.endMessage(start, lengthWidth: 2)
        }
        if self.reply.isOverLimit { throw Refusal.replyTooLarge }
        return true
    }
}
