//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// `ListAwards`: a page of awards.
final class ListAwardsTask: LedgerTask {
    let target: LedgerTarget
    let writes = false
    let reply: ByteWriter
    /// What is asked for.
    let query: AwardQuery
    /// What came of that, before the task's turn.
    var page = AwardPage(awards: [], next: nil)

    private static let pageSizes: ClosedRange<Int32> = 1...1_000
    private static let usualPageSize: Int32 = 100

    /// Begins a `ListAwardsRequest`.
    init(_ request: ListAwardsOrder, limits: Limits) throws(CallError) {
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
        self.query = AwardQuery(
            creditCode: request.creditCode,
            measure: request.measure,
            subjectID: request.subjectID.map { SubjectID($0) },
            runID: runID,
            state: request.state.flatMap(BookedAward.State.init(rawValue:)),
            pageSize: Int(size),
            after: after
        )
        self.reply = ByteWriter(limit: limits.replyBytes)
    }

    func prepare(_ needs: LedgerNeeds) { needs.needs.wantsEnvelopes = true }

    func work(in step: LedgerStep, until isOver: () -> Bool) throws(CallError) -> Bool {
        for award in self.page.awards {
            self.reply.write(
                field: AwardField.ListAwardsResponse.awards,
                award,
                isWhole: true,
                envelopes: step.envelopes(measure: award.measure, programme: award.programme, day: award.awardedOn)
            )
        }
        if let next = self.page.next { self.reply.write(field: AwardField.ListAwardsResponse.nextPageToken, "\(next)") }
        if self.reply.isOverLimit { throw Refusal.replyTooLarge }
        return true
    }
}
