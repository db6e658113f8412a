//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdMessages
internal import SwiftProtobuf
internal import Testing

@testable internal import GrantdService

/// What is awarded, and what is refused.
@Suite
struct AwardTests {
    private let now = Clock()
    private let bench: LedgerBench

    /// A wall clock that stands until it is set.
    private final class Clock {
        var milliseconds: Int64 = 1_780_000_000_000
    }

    init() throws {
        let now = self.now
        self.bench = try LedgerBench(MemoryAwardStore { now.milliseconds })
    }

    private func award(_ request: GrantdAwardRequest) throws -> GrantdAwardResponse {
        try self.bench.answer(.award, request, as: GrantdAwardResponse.self)
    }

    private func batch(_ request: GrantdAwardBatchRequest) throws -> [GrantdAwardBatchResult] {
        try self.bench.answer(.awardBatch, request, as: GrantdAwardBatchResponse.self).results
    }

    @Test("three of one applicant and product in one batch come to one cap; seven products to the year's")
    func caps() throws {
        let three = try self.batch(
            .with {
                $0.entries = (0..<3).map { _ in
                    .with {
                        $0.application = AwardSamples.product("P-1")
                        $0.amountFen = 200_000_000
                    }
                }
            }
        )
        #expect(three.map(\.award.assessment.outcome) == [.eligible, .ineligible, .ineligible])
        #expect(three.reduce(0) { $0 + $1.award.award.amountFen } == 200_000_000)

        let seven = try self.batch(
            .with {
                $0.entries = (2...7).map { number in
                    .with {
                        $0.application = AwardSamples.product("P-\(number)")
                        $0.amountFen = 200_000_000
                    }
                }
            }
        )
        #expect(seven.prefix(4).allSatisfy { $0.award.award.amountFen == 200_000_000 })
        #expect(seven.suffix(2).allSatisfy { $0.award.assessment.outcome == .exhausted && !$0.award.hasAward })
        #expect(seven.suffix(2).allSatisfy { $0.award.assessment.bindingCap == "applicant-year" })
        #expect(try self.total() == 1_000_000_000)
    }

    private func total() throws -> Int64 {
        let list = try self.bench.answer(.listAwards, GrantdListAwardsRequest(), as: GrantdListAwardsResponse.self)
        return list.awards.reduce(0) { $0 + $1.amountFen }
    }

    @Test("an award of June counts for an application of May that comes later, and one of another year does not")
    func laterAwards() throws {
        let june = AwardSamples.platform("L", investmentFen: 10_000_000_000, on: "2026-06-01")
        #expect(try self.award(AwardSamples.award(june)).award.amountFen == 3_000_000_000)
        let may = AwardSamples.platform("L", investmentFen: 10_000_000_000, on: "2026-05-01")
        let second = try self.award(AwardSamples.award(may))
        // The cap of a platform is over all time: 50,000,000 yuan.
        #expect(second.award.amountFen == 2_000_000_000)
        #expect(second.assessment.bindingCap == "subject")
        #expect(second.assessment.ledgerAwards.count == 1)
    }

    @Test("consecutive years are counted from the first award, also where the later one was awarded first")
    func laterYears() throws {
        func laboratory(_ year: Int) -> GrantdAwardRequest {
            let application = GrantdApplication.with {
                $0.asOf = "\(year)-11-01"
                $0.subjectID = "K"
                $0.applicant.unifiedSocialCreditCode = AwardSamples.code(1)
                $0.digitalSpaceKeyLaboratory.inPilotZone = true
                $0.digitalSpaceKeyLaboratory.laboratoryLevel = .national
                $0.digitalSpaceKeyLaboratory.keyIndustryRelated = true
                $0.digitalSpaceKeyLaboratory.landed = true
                $0.digitalSpaceKeyLaboratory.supportYear = 1
                $0.digitalSpaceKeyLaboratory.operatingCostFen = 1_000
            }
            return AwardSamples.award(application, 1_000)
        }
        #expect(try self.award(laboratory(2028)).hasAward)
        #expect(try self.award(laboratory(2026)).hasAward)
        // With it the support would span four years.
        let first = try self.award(laboratory(2025))
        #expect(first.assessment.outcome == .ineligible && !first.hasAward)
        #expect(try self.award(laboratory(2027)).hasAward)
    }

    @Test("the rules of the sum: a bound wants one, an exact figure takes less, none takes more")
    func sums() throws {
        func field(_ request: GrantdAwardRequest) throws -> String? { try self.bench.error(.award, request)?.field }
        #expect(try field(AwardSamples.award(AwardSamples.product("P"))) == "amount_fen")
        #expect(try field(AwardSamples.award(AwardSamples.product("P"), 200_000_001)) == "amount_fen")
        #expect(try field(AwardSamples.award(AwardSamples.product("P"), 0)) == "amount_fen")
        let platform = AwardSamples.platform("L", investmentFen: 1_000)
        #expect(try field(AwardSamples.award(platform, 301)) == "amount_fen")
        let error = try self.bench.error(.award, AwardSamples.award(platform, 301))
        #expect(error?.message.contains("300 fen (3.00 yuan) is left") == true)
        #expect(try self.award(AwardSamples.award(platform, 299)).award.amountFen == 299)
        #expect(try self.total() == 299)
    }

    @Test("ids that the book would keep for good have a bound")
    func longIDs() throws {
        var application = AwardSamples.platform(String(repeating: "长", count: 341) + "L", investmentFen: 1_000)
        application.applicationID = String(repeating: "A", count: 1_024)
        #expect(try self.award(AwardSamples.award(application)).award.amountFen == 300)
        application.applicationID += "A"
        let error = try #require(try self.bench.error(.award, AwardSamples.award(application)))
        #expect(error.field == "application_id")
        #expect(error.message.contains("1024 bytes at most"))
        application.clearApplicationID()
        application.subjectID += "L"
        #expect(try self.bench.error(.award, AwardSamples.award(application))?.field == "subject_id")
        #expect(try self.total() == 300)
    }

    @Test("what an application lacks for the book is an error that names the field, and of that entry alone")
    func fields() throws {
        var noCode = AwardSamples.product("P")
        noCode.applicant.clearUnifiedSocialCreditCode()
        let noSubject = AwardSamples.platform(nil, investmentFen: 1_000)
        let results = try self.batch(
            .with {
                $0.entries =
                    [noCode, noSubject, AwardSamples.platform("L", investmentFen: 1_000)].map { application in
                        .with { $0.application = application }
                    } + [GrantdAwardBatchEntry()]
            }
        )
        #expect(results[0].error.field == "applicant.unified_social_credit_code")
        #expect(results[1].error.field == "subject_id")
        #expect(results[2].award.award.amountFen == 300)
        #expect(results[3].error.field == "application")
    }

    @Test("the terms of a request are checked")
    func terms() throws {
        let platform = AwardSamples.platform("L", investmentFen: 1_000)
        func field(_ change: (inout GrantdAwardRequest) -> Void) throws -> String? {
            var request = AwardSamples.award(platform)
            change(&request)
            return try self.bench.error(.award, request)?.field
        }
        #expect(try field { $0.reserveSeconds = 5 } == "reserve_seconds")
        #expect(try field { $0.hold = .reserve } == "reserve_seconds")
        #expect(
            try field {
                $0.hold = .reserve
                $0.reserveSeconds = 0
            } == "reserve_seconds"
        )
        #expect(try field { $0.runID = "" } == "run_id")
        #expect(try field { $0.runID = "a b" } == "run_id")
        #expect(try field { $0.idempotencyKey = String(repeating: "k", count: 129) } == "idempotency_key")
        #expect(try self.total() == 0)
    }

    @Test("only an agency awards, and reads the book")
    func roles() throws {
        let asks = Caller(name: nil, roles: .ask)
        let request = AwardSamples.award(AwardSamples.platform("L", investmentFen: 1_000))
        let error = try self.bench.error(.award, request, caller: asks)
        #expect(error?.code == 1004)
        #expect(error?.status == .permissionDenied)
        let reads = GrantdEvaluateRequest.with {
            $0.application = request.application
            $0.useLedger = true
        }
        #expect(try self.bench.error(.evaluate, reads, caller: asks)?.status == .permissionDenied)
    }

    @Test("without a book a dry run is answered, and anything else says what is wanted")
    func noLedger() throws {
        let bench = try LedgerBench(nil)
        var request = AwardSamples.award(AwardSamples.platform("L", investmentFen: 1_000))
        let error = try bench.error(.award, request)
        #expect(error?.status == .failedPrecondition)
        #expect(error?.message.contains("--ledger") == true)
        request.dryRun = true
        let response = try bench.answer(.award, request, as: GrantdAwardResponse.self)
        #expect(response.award.amountFen == 300)
    }

    @Test("a reservation is committed in part, and what is left of it can be awarded again")
    func reservations() throws {
        let reserve = GrantdAwardRequest.with {
            $0.application = AwardSamples.platform("L", investmentFen: 20_000_000_000)
            $0.hold = .reserve
            $0.reserveSeconds = 60
        }
        let held = try self.award(reserve)
        #expect(held.award.state == .reserved)
        #expect(held.award.amountFen == 5_000_000_000)
        #expect(held.award.expiresAt == "2026-05-28T20:27:40.000Z")
        #expect(try self.award(reserve).assessment.outcome == .exhausted)
        let commit = GrantdSettleRequest.with {
            $0.awardID = held.award.awardID
            $0.action = .commit
            $0.amountFen = 1_000_000_000
        }
        let settled = try self.bench.answer(.settle, commit, as: GrantdSettleResponse.self)
        #expect(settled.award.state == .committed)
        #expect(settled.award.amountFen == 1_000_000_000)
        #expect(try self.award(reserve).award.amountFen == 4_000_000_000)
        // The second is over at its end, and cannot be committed.
        self.now.milliseconds += 60_000
        let third = try self.award(reserve)
        #expect(third.award.amountFen == 4_000_000_000)
        let list = try self.bench.answer(
            .listAwards,
            GrantdListAwardsRequest.with { $0.state = .expired },
            as: GrantdListAwardsResponse.self
        )
        #expect(list.awards.count == 1)
        let late = GrantdSettleRequest.with {
            $0.awardID = list.awards[0].awardID
            $0.action = .commit
        }
        #expect(try self.bench.error(.settle, late)?.status == .failedPrecondition)
    }

    @Test("what cannot be settled so is refused by its field")
    func settling() throws {
        let award = try self.award(AwardSamples.award(AwardSamples.platform("L", investmentFen: 1_000))).award
        func error(_ change: (inout GrantdSettleRequest) -> Void) throws -> CallError? {
            var request = GrantdSettleRequest()
            request.awardID = award.awardID
            change(&request)
            return try self.bench.error(.settle, request)
        }
        #expect(try error { $0.clearAwardID() }?.field == "award_id")
        #expect(try error { $0.awardID = "x" }?.field == "award_id")
        #expect(
            try error {
                $0.awardID = "00000000000000000000000000"
                $0.action = .cancel
            }?.field == "award_id"
        )
        #expect(try error { _ in }?.field == "action")
        #expect(try error { $0.action = .commit }?.status == .failedPrecondition)
        #expect(try error { $0.action = .correct }?.field == "amount_fen")
        func correct(_ amount: Int64, _ reason: String?) throws -> CallError? {
            try error {
                $0.action = .correct
                $0.amountFen = amount
                if let reason { $0.reason = reason }
            }
        }
        #expect(try correct(301, "more")?.field == "amount_fen")
        #expect(try correct(-1, "less")?.field == "amount_fen")
        #expect(try correct(100, nil)?.field == "reason")
        #expect(try correct(100, "counted twice") == nil)
        #expect(try self.total() == 100)
        #expect(try error { $0.action = .cancel }?.field == "reason")
        #expect(
            try error {
                $0.action = .cancel
                $0.reason = "withdrawn"
                $0.amountFen = 1
            }?.field == "amount_fen"
        )
    }

    @Test("the same key and content give the same bytes, from a batch too; other content is refused")
    func keys() throws {
        var request = AwardSamples.award(AwardSamples.platform("L", investmentFen: 1_000))
        request.idempotencyKey = "k-1"
        let first = try self.bench.call(.award, request).get()
        let second = try self.bench.call(.award, request).get()
        // The same, and that it was known.
        #expect(second == first + [0x18, 1])
        let entry = GrantdAwardBatchRequest.with {
            $0.entries = [
                .with {
                    $0.application = request.application
                    $0.idempotencyKey = "k-1"
                }
            ]
        }
        let fromBatch = try self.batch(entry)[0].award
        #expect(fromBatch.replayed)
        #expect(fromBatch.award.awardID == (try GrantdAwardResponse(serializedBytes: first)).award.awardID)
        #expect(try self.total() == 300)
        // A default that is written out is the same content.
        request.stage = .application
        #expect(try self.award(request).replayed)
        request.amountFen = 299
        let error = try self.bench.error(.award, request)
        #expect(error?.field == "idempotency_key")
        #expect(try self.total() == 300)
    }

    @Test("a key remembers that nothing was awarded")
    func keyOfNothing() throws {
        var application = AwardSamples.platform("L", investmentFen: 1_000)
        application.applicant.registeredInBeijing = false
        var request = AwardSamples.award(application)
        request.idempotencyKey = "k"
        #expect(try !self.award(request).replayed)
        let again = try self.award(request)
        #expect(again.replayed)
        #expect(!again.hasAward)
    }

    @Test("an earlier award that the book has counts once, with the book's figures; another applicant's is refused")
    func claimed() throws {
        let award = try self.award(AwardSamples.award(AwardSamples.platform("L", investmentFen: 10_000_000_000))).award
        let claim = GrantdPriorAward.with {
            $0.measure = "medical-device.common-platform"
            $0.subjectID = "L"
            $0.awardedOn = "2026-05-20"
            $0.amountFen = 1
            $0.awardID = award.awardID
        }
        var request = AwardSamples.award(AwardSamples.platform("L", investmentFen: 100))
        request.application.priorAwards = [claim]
        let subject = try self.award(request).assessment.caps.first { $0.id == "subject" }
        #expect(subject?.usedFen == 3_000_000_000)
        // One that the book does not have is one from elsewhere.
        request.application.priorAwards[0].awardID = "ELSEWHERE"
        #expect(try self.award(request).assessment.caps.first { $0.id == "subject" }?.usedFen == 3_000_000_031)
        request.application.priorAwards = [claim]
        request.application.applicant.unifiedSocialCreditCode = AwardSamples.code(2)
        #expect(try self.bench.error(.award, request)?.field == "prior_awards[0].award_id")
    }

    @Test("pages hold every award once, in the order of booking")
    func pages() throws {
        for number in 1...25 {
            _ = try self.award(AwardSamples.award(AwardSamples.platform("L-\(number)", investmentFen: 1_000)))
        }
        var subjects: [String] = []
        var request = GrantdListAwardsRequest.with { $0.pageSize = 10 }
        repeat {
            let page = try self.bench.answer(.listAwards, request, as: GrantdListAwardsResponse.self)
            subjects += page.awards.map(\.subjectID)
            request.pageToken = page.nextPageToken
        } while !request.pageToken.isEmpty
        #expect(subjects == (1...25).map { "L-\($0)" })
        func field(_ change: (inout GrantdListAwardsRequest) -> Void) throws -> String? {
            var request = GrantdListAwardsRequest()
            change(&request)
            return try self.bench.error(.listAwards, request)?.field
        }
        #expect(try field { $0.pageSize = 0 } == "page_size")
        #expect(try field { $0.pageSize = 1001 } == "page_size")
        #expect(try field { $0.pageToken = "x" } == "page_token")
        #expect(try field { $0.pageToken = "-1" } == "page_token")
    }
}
