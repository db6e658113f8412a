//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// `ListAwards`: a page of awards, and what they come to.
final class ListAwardsTask: LedgerTask {
    let target: LedgerTarget
    let writes = false
    let reply: ByteWriter
    /// What is asked for, as soon as it is known which envelope is meant.
    private var query: AwardQuery
    private let envelopeID: String?
    /// What came of that, before the task's turn.
    var page = AwardPage(awards: [], next: nil)

    private static let pageSizes: ClosedRange<Int32> = 1...1_000
    private static let usualPageSize: Int32 = 100

    /// Begins a `ListAwardsRequest`.
    init(_ request: ListAwardsRequest, limits: Limits) throws(CallError) {
        let size = request.pageSize ?? Self.usualPageSize
        guard Self.pageSizes.contains(size) else {
            throw .badRequest(
                "\(Self.pageSizes.lowerBound) to \(Self.pageSizes.upperBound) is wanted",
                field: "page_size"
            )
        }
        var after: Int64?
        if let token = request.pageToken {
            guard let number = Int64(token), number >= 0, "\(number)" == token else {
                throw .badRequest("the next_page_token of the page before is wanted", field: "page_token")
            }
            after = number
        }
        let runID = try LedgerText.name(request.runID, field: "run_id")
        self.target = LedgerTarget(isDryRun: request.isDryRun, runID: runID)
        guard self.target != .dryRun(nil) else {
            throw .badRequest("the dry run whose awards are wanted must be named", field: "run_id")
        }
        let state = request.state.flatMap(BookedAward.State.init(rawValue:))
        self.envelopeID = request.envelopeID
        if request.wantsSums {
            let isOfAll = request.runID == nil || request.envelopeID == nil
            let others: [Any?] = [request.creditCode, request.measure, request.subjectID, state, request.awardID]
            guard isOfAll, others.allSatisfy({ $0 == nil }) else {
                throw .badRequest(
                    "sums are told of a run (run_id), of an envelope (envelope_id) or of the book; leave out what else chooses awards",
                    field: "with_sums"
                )
            }
        }
        self.query = AwardQuery(
            creditCode: request.creditCode,
            measure: request.measure,
            subjectID: request.subjectID.map { SubjectID($0) },
            runID: runID,
            state: state,
            awardID: request.awardID,
            order: request.order.flatMap(AwardQuery.Order.init(rawValue:)) ?? .booked,
            wantsSums: request.wantsSums,
            pageSize: Int(size),
            after: after
        )
        self.reply = ByteWriter(limit: limits.replyBytes)
    }

    /// A page may look at ``AwardQuery/mostSeen`` awards.
    var weight: Int { AwardTask.entriesOfTurn }

    func prepare(_ needs: LedgerNeeds) { needs.needs.wantsEnvelopes = true }

    /// What the book is asked for.
    ///
    /// - Parameter envelopes: All that it has, by id.
    func query(_ envelopes: [String: EnvelopeState]) throws(CallError) -> AwardQuery {
        if let envelopeID = self.envelopeID {
            guard let state = envelopes[envelopeID] else {
                throw .badRequest(
                    "the book has no such envelope; ListEnvelopes tells which it has",
                    field: "envelope_id"
                )
            }
            self.query.envelope = state.envelope
        }
        return self.query
    }

    func work(in step: LedgerStep, until isOver: () -> Bool) throws(CallError) -> Bool {
        for award in self.page.awards {
            self.reply.write(
                field: AwardField.ListAwardsResponse.awards,
                award,
                isWhole: true,
                envelopes: step.envelopes(measure: award.measure, programme: award.programme, day: award.awardedOn),
                entries: self.page.entries
            )
        }
        if let next = self.page.next { self.reply.write(field: AwardField.ListAwardsResponse.nextPageToken, "\(next)") }
        for sum in self.page.sums { self.reply.write(field: AwardField.ListAwardsResponse.sums, sum) }
        if self.reply.isOverLimit { throw Refusal.replyTooLarge }
        return true
    }
}
