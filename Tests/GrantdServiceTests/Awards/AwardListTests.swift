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

/// What is told of awards beside their list: orders, sums, what became of one.
@Suite
struct AwardListTests {
    private final class Clock {
        var now: Int64 = 1_780_000_000_000
    }

    private let clock: Clock
    private let bench: LedgerBench

    private static let product = "medical-device.product-approval"
    private static let platform = "medical-device.common-platform"

    init() throws {
        let clock = Clock()
        self.clock = clock
        self.bench = try LedgerBench(MemoryAwardStore { clock.now }, wallClock: { clock.now })
    }

    @discardableResult
    private func award(
        _ number: Int,
        _ yuan: Int64,
        _ change: (inout GrantdAwardRequest) -> Void = { _ in }
    ) throws -> GrantdAward {
        var request = AwardSamples.award(
            AwardSamples.product("P-\(number)", code: AwardSamples.code(number)),
            yuan * 100
        )
        change(&request)
        return try self.bench.answer(.award, request, as: GrantdAwardResponse.self).award
    }

    private func list(_ change: (inout GrantdListAwardsRequest) -> Void) throws -> GrantdListAwardsResponse {
        var request = GrantdListAwardsRequest()
        change(&request)
        return try self.bench.answer(.listAwards, request, as: GrantdListAwardsResponse.self)
    }

    private func settle(_ award: GrantdAward, _ change: (inout GrantdSettleRequest) -> Void) throws {
        var request = GrantdSettleRequest()
        request.awardID = award.awardID
        change(&request)
        _ = try self.bench.answer(.settle, request, as: GrantdSettleResponse.self)
    }

    private func field(_ change: (inout GrantdListAwardsRequest) -> Void) throws -> String? {
        var request = GrantdListAwardsRequest()
        change(&request)
        return try self.bench.error(.listAwards, request)?.field
    }

    @Test("the newest first over all pages, the largest first in one")
    func orders() throws {
        for number in 1...9 { try self.award(number, Int64([3, 9, 1, 9, 7, 2, 8, 5, 4][number - 1])) }
        var subjects: [String] = []
        var token = ""
        repeat {
            let page = try self.list {
                ($0.order, $0.pageSize) = (.newest, 4)
                if !token.isEmpty { $0.pageToken = token }
            }
            subjects += page.awards.map(\.subjectID)
            token = page.nextPageToken
        } while !token.isEmpty
        #expect(subjects == (1...9).reversed().map { "P-\($0)" })
        let largest = try self.list { ($0.order, $0.pageSize) = (.largest, 4) }
        #expect(largest.awards.map(\.subjectID) == ["P-4", "P-2", "P-7", "P-5"])
        #expect(!largest.hasNextPageToken)
        let ofOne = try self.list { ($0.order, $0.unifiedSocialCreditCode) = (.largest, AwardSamples.code(3)) }
        #expect(ofOne.awards.map(\.subjectID) == ["P-3"])
    }

    @Test("a code or a subject that no application can have is refused, not answered with nothing")
    func slips() throws {
        let code = "unified_social_credit_code"
        for slip in ["", "91110108MA01CX7K1", "91110108MA01CX7K1X", "000000000000000000*", "91110108ma01cx7k1r"] {
            #expect(try self.field { $0.unifiedSocialCreditCode = slip } == code, "\(slip)")
        }
        #expect(try self.field { $0.unifiedSocialCreditCode = AwardSamples.code(1) } == nil)
        #expect(try self.field { $0.subjectID = "P-1 " } == "subject_id")
        #expect(try self.field { $0.subjectID = "P\u{200B}-1" } == "subject_id")
        #expect(try self.field { $0.subjectID = "P-1" } == nil)
    }

    @Test("one by its id tells what became of it")
    func entries() throws {
        let held = try self.award(1, 100) { ($0.hold, $0.reserveSeconds) = (.reserve, 10) }
        let committed = try self.award(2, 100) { ($0.hold, $0.reserveSeconds) = (.reserve, 1_000) }
        self.clock.now += 1_000
        try self.settle(committed) { ($0.action, $0.amountFen) = (.commit, 8_000) }
        try self.settle(committed) { ($0.action, $0.amountFen, $0.reason) = (.correct, 5_000, "重复投入") }
        try self.settle(committed) { ($0.action, $0.reason) = (.cancel, "退回") }
        self.clock.now += 100_000
        let told = try self.list { $0.awardID = committed.awardID }.awards
        #expect(told.count == 1)
        let entries = try #require(told.first?.entries)
        #expect(entries.map(\.state) == [.reserved, .committed, .committed, .cancelled])
        #expect(entries.map(\.amountFen) == [10_000, 8_000, 5_000, 5_000])
        #expect(entries.map(\.hasAction) == [false, true, true, true])
        #expect(entries.dropFirst().map(\.action) == [.commit, .correct, .cancel])
        #expect(entries.map(\.reason) == ["", "", "重复投入", "退回"])
        #expect(entries.allSatisfy { $0.caller == "bureau" })
        #expect(entries[0].bookedAt != entries[1].bookedAt)
        let ended = try #require(try self.list { $0.awardID = held.awardID }.awards.first)
        #expect(ended.entries.map(\.state) == [.reserved, .expired])
        // It ended when it said, whenever that was noticed.
        #expect(ended.entries[1].bookedAt == held.expiresAt)
        #expect(try self.list { _ in }.awards.allSatisfy(\.entries.isEmpty))
        #expect(try self.list { $0.awardID = "none" }.awards.isEmpty)
    }

    @Test("sums of a run by state, of an envelope and of the book by what draws on it")
    func sums() throws {
        for number in 1...4 { try self.award(number, 100) { $0.runID = "round" } }
        let back = try self.award(5, 300) { $0.runID = "round" }
        try self.settle(back) { ($0.action, $0.reason) = (.cancel, "退回") }
        try self.award(6, 50) { ($0.runID, $0.hold, $0.reserveSeconds) = ("round", .reserve, 10) }
        _ = try self.bench.answer(
            .award,
            AwardSamples.award(AwardSamples.platform("L", investmentFen: 1_000)),
            as: GrantdAwardResponse.self
        )
        func sums(_ change: (inout GrantdListAwardsRequest) -> Void) throws -> [String] {
            try self.list {
                $0.withSums = true
                change(&$0)
            }.sums.map { "\($0.measure) \($0.state) \($0.amountFen) \($0.hasAwards ? "\($0.awards)" : "-")" }
        }
        #expect(
            try sums { $0.runID = "round" } == [
                "\(Self.product) reserved 5000 1", "\(Self.product) committed 40000 4",
                "\(Self.product) cancelled 30000 1",
            ]
        )
        let ofBook = [
            "\(Self.platform) committed 300 -", "\(Self.product) reserved 5000 -", "\(Self.product) committed 40000 -",
        ]
        #expect(try sums { _ in } == ofBook)
        let envelope = GrantdEnvelope.with {
            $0.envelopeID = "products"
            $0.limitFen = 1_000_000
            $0.measures = [Self.product]
        }
        _ = try self.bench.answer(
            .putEnvelope,
            GrantdPutEnvelopeRequest.with { $0.envelope = envelope },
            as: GrantdEnvelope.self
        )
        #expect(try sums { $0.envelopeID = "products" } == Array(ofBook.dropFirst()))
        #expect(try self.list { $0.envelopeID = "products" }.awards.count == 6)
        self.clock.now += 100_000
        #expect(try sums { $0.runID = "round" }.last == "\(Self.product) expired 5000 1")
        #expect(try sums { $0.envelopeID = "products" } == ["\(Self.product) committed 40000 -"])
        #expect(try sums { $0.runID = "none" }.isEmpty)
    }

    @Test("what does not go together is refused by its field")
    func fields() throws {
        #expect(try self.field { $0.envelopeID = "none" } == "envelope_id")
        let others: [(inout GrantdListAwardsRequest) -> Void] = [
            { $0.measure = Self.product }, { $0.state = .committed }, { $0.subjectID = "P" }, { $0.awardID = "A" },
            { $0.unifiedSocialCreditCode = AwardSamples.code(1) }, { ($0.runID, $0.envelopeID) = ("r", "e") },
        ]
        for other in others {
            #expect(
                try self.field {
                    $0.withSums = true
                    other(&$0)
                } == "with_sums"
            )
        }
    }

    @Test("a dry run tells the same of its own, and nobody begins one by reading")
    func dryRuns() throws {
        try self.award(1, 100) { ($0.runID, $0.dryRun) = ("what-if", true) }
        let told = try self.list { ($0.runID, $0.dryRun, $0.withSums) = ("what-if", true, true) }
        #expect(told.awards.count == 1)
        #expect(told.sums.map(\.amountFen) == [10_000])
        let one = try self.list { ($0.runID, $0.dryRun, $0.awardID) = ("what-if", true, told.awards[0].awardID) }
        #expect(one.awards.first?.entries.count == 1)
        for number in 0..<(2 * DryRuns.mostRuns) {
            #expect(try self.list { ($0.runID, $0.dryRun) = ("read-\(number)", true) }.awards.isEmpty)
        }
        try self.award(2, 100) { ($0.runID, $0.dryRun) = ("another", true) }
    }
}
