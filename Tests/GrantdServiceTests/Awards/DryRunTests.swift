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

/// What dry runs may hold: each of them, and all together.
@Suite
struct DryRunTests {
    /// A wall clock that stands until it is set.
    private final class Clock {
        var milliseconds: Int64 = 1_780_000_000_000
    }

    private let clock = Clock()

    private func bench(_ change: (inout Limits) -> Void) throws -> LedgerBench {
        var limits = Limits.defaults
        change(&limits)
        let clock = self.clock
        return try LedgerBench(nil, limits: limits) { clock.milliseconds }
    }

    private static func award(
        _ subject: String,
        run: String?,
        _ change: (inout GrantdAwardRequest) -> Void = { _ in }
    ) -> GrantdAwardRequest {
        var request = AwardSamples.award(AwardSamples.platform(subject, investmentFen: 1_000))
        request.dryRun = true
        if let run { request.runID = run }
        change(&request)
        return request
    }

    private static func correct(_ id: String, run: String, reason: String = "again") -> GrantdSettleRequest {
        .with {
            $0.awardID = id
            $0.action = .correct
            $0.amountFen = 300
            $0.reason = reason
            $0.dryRun = true
            $0.runID = run
        }
    }

    private static func list(_ run: String) -> GrantdListAwardsRequest {
        .with {
            $0.dryRun = true
            $0.runID = run
        }
    }

    /// The error is over a limit, in words that begin so.
    private func expectFull(_ error: CallError?, _ start: String) {
        #expect(error?.code == 2004)
        #expect(error?.field == "dry_run")
        #expect(error?.message.hasPrefix(start) == true)
    }

    @Test("settlements count, also those that change nothing: a run is full, reads on, and others are not touched")
    func settlements() throws {
        let bench = try self.bench { $0.dryRunEntries = 3 }
        let award = try bench.answer(.award, Self.award("A", run: "r"), as: GrantdAwardResponse.self).award
        for _ in 0..<2 { #expect(try bench.error(.settle, Self.correct(award.awardID, run: "r")) == nil) }
        self.expectFull(
            try bench.error(.settle, Self.correct(award.awardID, run: "r")),
            "a dry run holds at most 3 entries and 256 MiB"
        )
        let list = try bench.answer(.listAwards, Self.list("r"), as: GrantdListAwardsResponse.self)
        #expect(list.awards.map(\.amountFen) == [300])
        #expect(try bench.error(.award, Self.award("B", run: "s")) == nil)
    }

    @Test("ends of reservations count, as the awards and the answers without one do")
    func everyEntry() throws {
        let bench = try self.bench { $0.dryRunEntries = 3 }
        let held = Self.award("A", run: "r") {
            $0.hold = .reserve
            $0.reserveSeconds = 1
        }
        #expect(try bench.error(.award, held) == nil)
        self.clock.milliseconds += 1_000
        // The end of the first is the second entry.
        let refused = Self.award("B", run: "r") {
            $0.application.applicant.registeredInBeijing = false
            $0.idempotencyKey = "k"
        }
        #expect(try bench.error(.award, refused) == nil)
        self.expectFull(try bench.error(.award, Self.award("C", run: "r")), "a dry run holds at most 3 entries")
        // A key that is known is answered by what is there.
        let again = try bench.answer(.award, refused, as: GrantdAwardResponse.self)
        #expect(again.replayed)
    }

    @Test("reasons, ids, titles and remembered answers count by their bytes")
    func bytes() throws {
        let bench = try self.bench { $0.dryRunBytes = 4_096 }
        let award = try bench.answer(.award, Self.award("A", run: "r"), as: GrantdAwardResponse.self).award
        let reason = String(repeating: "x", count: 1_024)
        for _ in 0..<3 {
            #expect(try bench.error(.settle, Self.correct(award.awardID, run: "r", reason: reason)) == nil)
        }
        self.expectFull(
            try bench.error(.settle, Self.correct(award.awardID, run: "r", reason: reason)),
            "a dry run holds at most"
        )
        let longID = Self.award(String(repeating: "x", count: 1_024), run: "ids") {
            $0.application.applicationID = String(repeating: "x", count: 1_024)
        }
        #expect(try bench.error(.award, longID) == nil)
        self.expectFull(try bench.error(.award, longID), "a dry run holds at most")
        let titled = GrantdPutEnvelopeRequest.with {
            $0.envelope.envelopeID = "e"
            $0.envelope.title.zh = String(repeating: "x", count: 1_024)
            $0.envelope.title.en = String(repeating: "x", count: 1_024)
            $0.envelope.limitFen = 1
            $0.dryRun = true
            $0.runID = "envelopes"
        }
        #expect(try bench.error(.putEnvelope, titled) == nil)
        var changed = titled
        changed.envelope.limitFen = 2
        self.expectFull(try bench.error(.putEnvelope, changed), "a dry run holds at most")
        var kept = 0
        var last: CallError?
        while last == nil, kept < 100 {
            last = try bench.error(.award, Self.award("A", run: "keys") { $0.idempotencyKey = "\(kept)" })
            kept += 1
        }
        #expect((2...40).contains(kept))
        self.expectFull(last, "a dry run holds at most")
    }

    @Test("all runs together have a bound, those without a name too, until one has ended")
    func together() throws {
        let bench = try self.bench { $0.allDryRunsEntries = 4 }
        for number in 0..<2 {
            for run in ["r", "s"] { #expect(try bench.error(.award, Self.award("A\(number)", run: run)) == nil) }
        }
        for run in ["r", "t", nil] {
            self.expectFull(
                try bench.error(.award, Self.award("B", run: run)),
                "all dry runs together hold as much as they may"
            )
        }
        bench.setTime(nanoseconds: DryRuns.idleNanoseconds)
        #expect(try bench.error(.award, Self.award("B", run: nil)) == nil)
    }

    @Test("a batch that fills a run tells so for every entry of the turn that found no room, and none of them stands")
    func batch() throws {
        let bench = try self.bench { $0.dryRunEntries = 600 }
        let batch = GrantdAwardBatchRequest.with {
            $0.dryRun = true
            $0.runID = "r"
            $0.entries = (0..<700).map { number in
                .with { $0.application = AwardSamples.platform("P-\(number)", investmentFen: 1_000) }
            }
        }
        let results = try bench.answer(.awardBatch, batch, as: GrantdAwardBatchResponse.self).results
        #expect(results.count == 700)
        #expect(results.prefix(512).allSatisfy { $0.award.award.amountFen == 300 })
        #expect(results.suffix(188).allSatisfy { $0.error.code == 2004 && $0.error.field == "dry_run" })
        let sums = try bench.answer(
            .listAwards,
            GrantdListAwardsRequest.with {
                $0.dryRun = true
                $0.runID = "r"
                $0.withSums = true
            },
            as: GrantdListAwardsResponse.self
        ).sums
        #expect(sums.map(\.awards) == [512])
    }
}
