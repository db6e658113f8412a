//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDigest
internal import GrantdEngine
internal import GrantdSchema

/// What a `SettleRequest` says.
struct SettleRequest {
    var awardID: String?
    /// A number of `grantd.v1.SettleAction.Value`.
    var action: Int64?
    var amountFen: Int64?
    var reason: String?
    var key: [UInt8]?
    var runID: [UInt8]?
    var isDryRun = false

    /// The SHA-256 of what was sent in grantd's own encoding: ascending numbers, and what has a default written out.
    var contentHash: [UInt8] {
        let writer = ByteWriter(limit: 16 << 20)
        if let id = self.awardID { writer.write(field: 1, id) }
        if let action = self.action { writer.write(field: 2, varint: action) }
        if let amount = self.amountFen { writer.write(field: 3, varint: amount) }
        if let reason = self.reason { writer.write(field: 4, reason) }
        self.key?.withUnsafeBytes { writer.write(field: 5, $0) }
        self.runID?.withUnsafeBytes { writer.write(field: 6, $0) }
        writer.write(field: 7, varint: self.isDryRun ? 1 : 0)
        return withExtendedLifetime(writer) { SHA256.of(writer.bytes).bytes }
    }
}

/// What a `ListAwardsRequest` says.
struct ListAwardsRequest {
    var creditCode: String?
    var measure: String?
    var subjectID: String?
    var runID: [UInt8]?
    /// A number of `grantd.v1.AwardState.Value`.
    var state: Int64?
    var pageSize: Int32?
    var pageToken: String?
    var isDryRun = false
    var awardID: String?
    var envelopeID: String?
    /// A number of `grantd.v1.AwardOrder.Value`.
    var order: Int64?
    var wantsSums = false
}

/// What a `PutEnvelopeRequest` says.
struct PutEnvelopeRequest {
    /// An `Envelope` as it was sent.
    struct Sent {
        var envelopeID: String?
        var titleZH: String?
        var titleEN: String?
        var limitFen: Int64?
        var measures: [String] = []
        var programmes: [String] = []
        var fromOn: String?
        var untilOn: String?
        /// The first of the fields that only a reply has.
        var replyField: String?
    }

    var envelope: Sent?
    var runID: [UInt8]?
    var isDryRun = false
}

/// Decodes the requests of `grantd.v1.Awards` that hold no applications. Belongs to one thread.
final class LedgerRequests {
    private let arena = Arena(limit: 16 << 20, retained: 64 << 10)
    private let settleDecoder = MessageDecoder(.settleRequest)
    private let listDecoder = MessageDecoder(.listAwardsRequest)
    private let putDecoder = MessageDecoder(.putEnvelopeRequest, maximumEntries: 1_000)
    private let envelopesDecoder = MessageDecoder(.listEnvelopesRequest)

    /// A decoded message and its type.
    private struct Message {
        let type: MessageType
        let view: MessageView

        func text(_ name: String) -> String? {
            self.bytes(name).map { String(decoding: $0, as: UTF8.self) }
        }

        /// A text of the arena, as the engine checks them.
        func arenaText(_ name: String) -> UnsafePointer<CChar>? {
            self.type.field(named: name).flatMap { self.view.cString($0) }
        }

        func bytes(_ name: String) -> [UInt8]? {
            self.type.field(named: name).flatMap { self.view.string($0) }.map { [UInt8]($0) }
        }

        func int64(_ name: String) -> Int64? { self.type.field(named: name).flatMap { self.view.int64($0) } }

        func int32(_ name: String) -> Int32? { self.type.field(named: name).flatMap { self.view.int32($0) } }

        func flag(_ name: String) -> Bool { self.type.field(named: name).flatMap { self.view.bool($0) } ?? false }

        func message(_ name: String, _ type: MessageType) -> Message? {
            self.type.field(named: name).flatMap { self.view.message($0) }.map { Message(type: type, view: $0) }
        }

        func has(_ name: String) -> Bool { self.type.field(named: name).map { self.view.has($0) } ?? false }

        func texts(_ name: String) -> [String] {
            guard let list = self.type.field(named: name)?.list else { return [] }
            return list.elements(self.view.address, as: UnsafePointer<CChar>?.self).map {
                $0.map { String(cString: $0) } ?? ""
            }
        }
    }

    private func decode(
        _ bytes: UnsafeRawBufferPointer,
        _ type: MessageType,
        _ decoder: MessageDecoder
    ) throws(CallError) -> Message {
        self.arena.reset()
        do throws(MessageDecoder.Failure) {
            return Message(type: type, view: try decoder.decode(bytes, into: self.arena))
        } catch {
            guard case .fault(let fault) = error else {
                throw .overLimit("the request needs more memory than a call may take")
            }
            throw CallError(code: fault.code, message: fault.message, field: fault.field)
        }
    }

    func settle(_ bytes: UnsafeRawBufferPointer) throws(CallError) -> SettleRequest {
        let message = try self.decode(bytes, .settleRequest, self.settleDecoder)
        return SettleRequest(
            awardID: message.text("award_id"),
            action: message.int32("action").map { Int64($0) },
            amountFen: message.int64("amount_fen"),
            reason: message.text("reason"),
            key: message.bytes("idempotency_key"),
            runID: message.bytes("run_id"),
            isDryRun: message.flag("dry_run")
        )
    }

    func listAwards(_ bytes: UnsafeRawBufferPointer) throws(CallError) -> ListAwardsRequest {
        let message = try self.decode(bytes, .listAwardsRequest, self.listDecoder)
        // The book holds no award for a code or an id that applications may not have: an empty list would hide the slip.
        if let code = message.arenaText("unified_social_credit_code") {
            try CreditCode.check(code, field: "unified_social_credit_code")
        }
        if let subject = message.arenaText("subject_id") { try PlainID.check(subject, field: "subject_id") }
        return ListAwardsRequest(
            creditCode: message.text("unified_social_credit_code"),
            measure: message.text("measure"),
            subjectID: message.text("subject_id"),
            runID: message.bytes("run_id"),
            state: message.int32("state").map { Int64($0) },
            pageSize: message.int32("page_size"),
            pageToken: message.text("page_token"),
            isDryRun: message.flag("dry_run"),
            awardID: message.text("award_id"),
            envelopeID: message.text("envelope_id"),
            order: message.int32("order").map { Int64($0) },
            wantsSums: message.flag("with_sums")
        )
    }

    func putEnvelope(_ bytes: UnsafeRawBufferPointer) throws(CallError) -> PutEnvelopeRequest {
        let message = try self.decode(bytes, .putEnvelopeRequest, self.putDecoder)
        let envelope = message.message("envelope", .envelope).map { envelope in
            let title = envelope.message("title", .text)
            return PutEnvelopeRequest.Sent(
                envelopeID: envelope.text("envelope_id"),
                titleZH: title?.text("zh"),
                titleEN: title?.text("en"),
                limitFen: envelope.int64("limit_fen"),
                measures: envelope.texts("measures"),
                programmes: envelope.texts("programmes"),
                fromOn: envelope.text("from_on"),
                untilOn: envelope.text("until_on"),
                replyField: ["used_fen", "reserved_fen", "remaining_fen"].first { envelope.has($0) }
            )
        }
        return PutEnvelopeRequest(
            envelope: envelope,
            runID: message.bytes("run_id"),
            isDryRun: message.flag("dry_run")
        )
    }

    func listEnvelopes(_ bytes: UnsafeRawBufferPointer) throws(CallError) -> (runID: [UInt8]?, isDryRun: Bool) {
        let message = try self.decode(bytes, .listEnvelopesRequest, self.envelopesDecoder)
        return (message.bytes("run_id"), message.flag("dry_run"))
    }
}
