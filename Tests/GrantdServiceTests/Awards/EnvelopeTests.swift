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

/// Budgets, and dry runs above them.
@Suite
struct EnvelopeTests {
    private let bench: LedgerBench

    init() throws {
        self.bench = try LedgerBench(MemoryAwardStore { 1_780_000_000_000 }) { 1_780_000_000_000 }
    }

    private static func envelope(_ limit: Int64, id: String = "e-2026") -> GrantdPutEnvelopeRequest {
        .with {
            $0.envelope.envelopeID = id
            $0.envelope.title.zh = "二〇二六年预算"
            $0.envelope.title.en = "Budget of 2026"
            $0.envelope.limitFen = limit
            $0.envelope.programmes = ["medical-device"]
            $0.envelope.fromOn = "2026-01-01"
            $0.envelope.untilOn = "2026-12-31"
        }
    }

    private func put(_ request: GrantdPutEnvelopeRequest) throws -> GrantdEnvelope {
        try self.bench.answer(.putEnvelope, request, as: GrantdEnvelope.self)
    }

    private func platform(
        _ subject: String,
        _ investment: Int64,
        on day: String = "2026-05-20",
        _ change: (inout GrantdAwardRequest) -> Void = { _ in }
    ) throws -> GrantdAwardResponse {
        var request = AwardSamples.award(AwardSamples.platform(subject, investmentFen: investment, on: day))
        change(&request)
        return try self.bench.answer(.award, request, as: GrantdAwardResponse.self)
    }

    @Test("an envelope cuts what caps leave, stands among the caps, and is told in both languages")
    func cuts() throws {
        _ = try self.put(Self.envelope(500))
        let first = try self.platform("A", 1_000) { $0.explain = .full }
        #expect(first.award.amountFen == 300)
        #expect(first.award.envelopes == ["e-2026"])
        #expect(!first.assessment.hasBindingCap)
        let second = try self.platform("B", 1_000) { $0.explain = .full }
        #expect(second.award.amountFen == 200)
        #expect(second.assessment.bindingCap == "envelope:e-2026")
        let cap = second.assessment.caps.last
        #expect(cap?.id == "envelope:e-2026")
        #expect(cap?.limitFen == 500)
        #expect(cap?.usedFen == 300)
        #expect(cap?.remainingFen == 200)
        #expect(cap?.binding == true)
        let told = second.assessment.explanation.first { $0.rule == "envelope:e-2026" }?.text
        #expect(told?.zh == "预算额度“二〇二六年预算”：5元；已用或预留 3元，剩余 2元；据此核减 1元。")
        #expect(
            told?.en
                == "Envelope “Budget of 2026”: 5 yuan; used or held: 3 yuan, left: 2 yuan; it cuts the sum by 1 yuan."
        )
        let third = try self.platform("C", 1_000) { $0.explain = .full }
        #expect(third.assessment.outcome == .exhausted)
        #expect(third.assessment.amountFen == 0)
        #expect(third.assessment.bindingCap == "envelope:e-2026")
        #expect(!third.hasAward)
        #expect(
            third.assessment.explanation.contains { $0.text.en.hasPrefix("Outcome: eligible, but nothing is left of") }
        )
        // What lies outside its days is not bound.
        #expect(try self.platform("C", 1_000, on: "2027-01-01").award.envelopes.isEmpty)
    }

    @Test("an envelope counts what was awarded before it was put, and cannot be put below that")
    func lateEnvelope() throws {
        _ = try self.platform("A", 1_000)
        let error = try self.bench.error(.putEnvelope, Self.envelope(299))
        #expect(error?.field == "envelope.limit_fen")
        #expect(error?.status == .failedPrecondition)
        let envelope = try self.put(Self.envelope(300))
        #expect(envelope.usedFen == 300)
        #expect(envelope.remainingFen == 0)
        #expect(try self.platform("B", 1_000).assessment.outcome == .exhausted)
        #expect(try self.put(Self.envelope(301)).remainingFen == 1)
        #expect(try self.platform("B", 1_000).award.amountFen == 1)
    }

    @Test("of several envelopes that bind the one with least left cuts, whichever order they have")
    func several() throws {
        _ = try self.put(Self.envelope(250, id: "b"))
        _ = try self.put(Self.envelope(200, id: "c"))
        _ = try self.put(Self.envelope(200, id: "d"))
        let response = try self.platform("A", 1_000) { $0.explain = .full }
        #expect(response.award.amountFen == 200)
        #expect(response.assessment.bindingCap == "envelope:c")
        #expect(response.award.envelopes == ["b", "c", "d"])
        let list = try self.bench.answer(
            .listEnvelopes,
            GrantdListEnvelopesRequest(),
            as: GrantdListEnvelopesResponse.self
        )
        #expect(list.envelopes.map(\.remainingFen) == [50, 0, 0])
    }

    @Test("what is wrong with an envelope is refused by its field")
    func fields() throws {
        func field(_ change: (inout GrantdEnvelope) -> Void) throws -> String? {
            var request = Self.envelope(1)
            change(&request.envelope)
            return try self.bench.error(.putEnvelope, request)?.field
        }
        #expect(try self.bench.error(.putEnvelope, GrantdPutEnvelopeRequest())?.field == "envelope")
        #expect(try field { $0.clearEnvelopeID() } == "envelope.envelope_id")
        #expect(try field { $0.envelopeID = "A b" } == "envelope.envelope_id")
        #expect(try field { $0.clearLimitFen() } == "envelope.limit_fen")
        #expect(try field { $0.limitFen = -1 } == "envelope.limit_fen")
        #expect(try field { $0.measures = ["medical-device.nothing"] } == "envelope.measures[0]")
        #expect(try field { $0.programmes = ["medical-device", "nothing"] } == "envelope.programmes[1]")
        let programmes = ["medical-device", "ai-application", "medical-device"]
        #expect(try field { $0.programmes = programmes } == "envelope.programmes[2]")
        let measures = [String](repeating: "medical-device.product-approval", count: 2)
        #expect(try field { $0.measures = measures } == "envelope.measures[1]")
        #expect(try field { $0.fromOn = "2026-02-30" } == "envelope.from_on")
        #expect(try field { $0.untilOn = "2025-12-31" } == "envelope.until_on")
        #expect(try field { $0.usedFen = 0 } == "envelope.used_fen")
        #expect(try field { $0.title.zh = String(repeating: "长", count: 400) } == "envelope.title.zh")
    }

    @Test("a dry run sees the book and itself, and leaves nothing in the book")
    func dryRun() throws {
        _ = try self.put(Self.envelope(500))
        _ = try self.platform("A", 1_000)
        func dry(_ subject: String, run: String?) throws -> GrantdAwardResponse {
            try self.platform(subject, 1_000) {
                $0.dryRun = true
                if let run { $0.runID = run }
            }
        }
        #expect(try dry("B", run: "r").award.amountFen == 200)
        #expect(try dry("C", run: "r").assessment.outcome == .exhausted)
        // Another run, and one without a name, know nothing of it.
        #expect(try dry("C", run: "s").award.amountFen == 200)
        #expect(try dry("C", run: nil).award.amountFen == 200)
        let own = try self.bench.answer(
            .listAwards,
            GrantdListAwardsRequest.with {
                $0.dryRun = true
                $0.runID = "r"
            },
            as: GrantdListAwardsResponse.self
        )
        #expect(own.awards.map(\.subjectID) == ["B"])
        #expect(try self.platform("B", 1_000).award.amountFen == 200)
        // Ten minutes without a call end it.
        self.bench.setTime(nanoseconds: DryRuns.idleNanoseconds)
        #expect(try dry("D", run: "r").assessment.caps.last?.usedFen == 500)
    }

    @Test("a dry run settles what it has awarded itself, and nothing that stands in the book below it")
    func drySettlements() throws {
        let booked = try self.platform("A", 1_000).award
        let dry = try self.platform("B", 1_000) {
            $0.dryRun = true
            $0.runID = "r"
        }.award
        func cancel(_ id: String) -> GrantdSettleRequest {
            .with {
                $0.awardID = id
                $0.action = .cancel
                $0.reason = "what if"
                $0.dryRun = true
                $0.runID = "r"
            }
        }
        func awards(isDryRun: Bool) throws -> [GrantdAward] {
            try self.bench.answer(
                .listAwards,
                GrantdListAwardsRequest.with {
                    $0.dryRun = isDryRun
                    if isDryRun { $0.runID = "r" }
                },
                as: GrantdListAwardsResponse.self
            ).awards
        }
        let error = try #require(try self.bench.error(.settle, cancel(booked.awardID)))
        #expect(error.field == "award_id")
        #expect(error.message.contains("stands in the book"))
        let settled = try self.bench.answer(.settle, cancel(dry.awardID), as: GrantdSettleResponse.self).award
        #expect(settled.state == .cancelled)
        let dryAwards = try awards(isDryRun: true)
        #expect(dryAwards.map(\.awardID) == [dry.awardID])
        #expect(dryAwards.map(\.state) == [.cancelled])
        #expect(try awards(isDryRun: false).map(\.state) == [.committed])
    }

    @Test("a dry run has envelopes of its own, which take the place of the book's")
    func dryEnvelopes() throws {
        _ = try self.put(Self.envelope(500))
        _ = try self.platform("A", 1_000)
        var request = Self.envelope(1_000)
        request.dryRun = true
        #expect(try self.bench.error(.putEnvelope, request)?.field == "run_id")
        request.runID = "r"
        #expect(try self.put(request).usedFen == 300)
        let dry = try self.platform("B", 1_000) {
            $0.dryRun = true
            $0.runID = "r"
        }
        #expect(dry.award.amountFen == 300)
        #expect(dry.assessment.caps.last?.limitFen == 1_000)
        #expect(dry.assessment.caps.last?.usedFen == 300)
        #expect(try self.platform("B", 1_000).award.amountFen == 200)
    }

    @Test("Evaluate, EvaluateBatch and Screen read the book where they are asked to")
    func useLedger() throws {
        _ = try self.put(Self.envelope(10_000_000_000))
        _ = try self.platform("A", 10_000_000_000)
        let application = AwardSamples.platform("A", investmentFen: 10_000_000_000)
        let evaluated = try self.bench.answer(
            .evaluate,
            GrantdEvaluateRequest.with {
                $0.application = application
                $0.useLedger = true
            },
            as: GrantdAssessment.self
        )
        #expect(evaluated.amountFen == 2_000_000_000)
        #expect(evaluated.caps.map(\.id) == ["subject", "envelope:e-2026"])
        #expect(evaluated.ledgerAwards.count == 1)
        let batch = try self.bench.answer(
            .evaluateBatch,
            GrantdEvaluateBatchRequest.with {
                $0.applications = [GrantdApplication](repeating: application, count: 200)
                $0.applications[1].applicant.clearUnifiedSocialCreditCode()
                $0.useLedger = true
            },
            as: GrantdEvaluateBatchResponse.self
        ).results
        #expect(batch.count == 200)
        #expect(batch[1].error.field == "applicant.unified_social_credit_code")
        for index in batch.indices where index != 1 { #expect(batch[index].assessment == evaluated) }
        let screened = try self.bench.answer(
            .screen,
            GrantdScreenRequest.with {
                $0.asOf = "2026-05-20"
                $0.applicant = application.applicant
                $0.known = [
                    .with {
                        $0.subjectID = "A"
                        $0.medicalDeviceCommonPlatform = application.medicalDeviceCommonPlatform
                    }
                ]
                $0.useLedger = true
            },
            as: GrantdScreenResponse.self
        ).assessments
        let platform = screened.first { $0.measure == "medical-device.common-platform" }
        #expect(platform?.potentialAmountFen == 2_000_000_000)
        #expect(platform?.ledgerAwards.count == 1)
    }
}
