//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// The book, as its pages read it: the daemon's own, or that of a dry run above it.
struct AwardBook {
    let calls: AwardCalls
    /// The dry run that is meant; nil: the daemon's book.
    let dryRun: String?

    /// The most awards of a page.
    static let pageSize = 50
    /// How often a page goes on where few of a large book's awards fit.
    private static let mostCalls = 8

    /// A list of awards with what it tells beside them; where a page of the book is short, with those of the next ones.
    func awards(_ request: AwardListRequest) async throws(CallError) -> AwardList {
        var request = request
        if let dryRun = self.dryRun {
            request.runID = dryRun
            request.isDryRun = true
        }
        var list = try await self.page(request)
        var calls = 1
        while let next = list.next, list.awards.count < request.pageSize, calls < Self.mostCalls {
            calls += 1
            request.pageToken = next
            request.pageSize -= list.awards.count
            request.wantsSums = false
            let more = try await self.page(request)
            list.awards += more.awards
            list.next = more.next
            request.pageSize += list.awards.count - more.awards.count
        }
        return list
    }

    private func page(_ request: AwardListRequest) async throws(CallError) -> AwardList {
        let reply = try await self.calls.listAwards(request.bytes).get()
        guard let list = AwardList(reply) else { throw .fault("the reply is too large for a page") }
        return list
    }

    /// Every envelope with what is drawn from it.
    func envelopes() async throws(CallError) -> [EnvelopeReply] {
        var writer = RequestFields(.listEnvelopesRequest)
        writer.set("run_id", self.dryRun)
        writer.set("dry_run", self.dryRun == nil ? nil : 1)
        let reply = try await self.calls.listEnvelopes(writer.bytes).get()
        guard let envelopes = EnvelopeReply.list(reply) else { throw .fault("the reply is too large for a page") }
        return envelopes
    }
}

/// What a page asks of `ListAwards`.
struct AwardListRequest {
    /// The numbers are the contract's.
    enum Order: Int64 {
        case booked = 0
        case newest = 1
        case largest = 2
    }

    var creditCode: String?
    var runID: String?
    var awardID: String?
    var envelopeID: String?
    var order = Order.booked
    var wantsSums = false
    var pageSize = AwardBook.pageSize
    var pageToken: String?
    var isDryRun = false

    var bytes: [UInt8] {
        var fields = RequestFields(.listAwardsRequest)
        fields.set("unified_social_credit_code", self.creditCode)
        fields.set("run_id", self.runID)
        fields.set("page_size", Int64(self.pageSize))
        fields.set("page_token", self.pageToken)
        fields.set("dry_run", self.isDryRun ? 1 : nil)
        fields.set("award_id", self.awardID)
        fields.set("envelope_id", self.envelopeID)
        fields.set("order", self.order.rawValue)
        fields.set("with_sums", self.wantsSums ? 1 : nil)
        return fields.bytes
    }
}

/// A request, written field by field by the names of the contract.
private struct RequestFields {
    private let type: MessageType
    private let writer = ByteWriter(limit: 1 << 20)

    init(_ type: MessageType) { self.type = type }

    /// - Parameter value: nil leaves the field unset.
    mutating func set(_ name: String, _ value: String?) {
        guard let value, let field = self.type.field(named: name) else { return }
        self.writer.write(field: field.number, value)
    }

    mutating func set(_ name: String, _ value: Int64?) {
        guard let value, let field = self.type.field(named: name) else { return }
        self.writer.write(field: field.number, varint: value)
    }

    var bytes: [UInt8] { withExtendedLifetime(self.writer) { [UInt8](self.writer.bytes) } }
}
