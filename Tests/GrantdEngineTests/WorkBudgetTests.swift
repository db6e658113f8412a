//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdSchema
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// What one call may cost, and that the policies keep within it.
struct WorkBudgetTests {
    private static func application(deals count: Int) -> [String: Any] {
        let deal: [String: Any] = [
            "valid": true, "kind": "TRANSFER", "jurisdiction": "DOMESTIC", "registered_or_recorded_on": "2026-03-01",
            "held_by_applicant": true, "contract_amount_fen": 5,
        ]
        return [
            "as_of": "2026-05-20",
            "patent_conversion_institution": ["deals": [[String: Any]](repeating: deal, count: count)],
        ]
    }

    private static func limits(steps: Int64) -> EngineLimits {
        var limits = EngineLimits.defaults
        limits.steps = steps
        return limits
    }

    @Test("a call that costs more than it may says what did, and what the bound is")
    func overBudget() throws {
        let caller = try Caller(limits: Self.limits(steps: 10_000))
        #expect(caller.refusal(Self.application(deals: 10)) == nil)
        let refusal = try #require(caller.refusal(Self.application(deals: 5_000)))
        #expect(refusal.code == 2004)
        #expect(refusal.status == .resourceExhausted)
        #expect(refusal.message.contains("the line recognised-deal-count of patent-conversion.institution"))
        #expect(refusal.message.contains("the 10000 steps that a call may take"))
        #expect(refusal.field == "patent_conversion_institution.deals")
        // The next call has a budget of its own.
        #expect(caller.refusal(Self.application(deals: 10)) == nil)
    }

    @Test("earlier awards are counted with the rest")
    func earlierAwards() throws {
        let caller = try Caller(limits: Self.limits(steps: 10_000))
        var application = Sample.platform()
        application["prior_awards"] = (0..<9_000).map { _ in
            Sample.award("medical-device.common-platform", "P1", "2025-01-01", 7)
        }
        let refusal = try #require(caller.refusal(application))
        #expect(refusal.code == 2004)
        #expect(refusal.field == "prior_awards")
        #expect(refusal.message.contains("the earlier awards of medical-device.common-platform"))
    }

    @Test("of a batch each application has a budget of its own, a screening one for all measures")
    func budgetOfACall() throws {
        let caller = try Caller(limits: Self.limits(steps: 10_000))
        let results = try caller.batch([
            Self.application(deals: 5_000), Self.application(deals: 100), Self.application(deals: 100),
        ])
        #expect((results[0]["error"] as? [String: Any])?["code"] as? Int64 == 2004)
        #expect(results[1]["assessment"] != nil)
        #expect(results[2]["assessment"] != nil)
        #expect(throws: CallError.self) {
            try caller.screen([
                "as_of": "2026-05-20",
                "known": [
                    ["patent_conversion_institution": Self.application(deals: 5_000)["patent_conversion_institution"]]
                ],
            ])
        }
    }

    @Test("a batch has a budget too: the applications before it is used up are answered, those behind are 2004")
    func budgetOfABatch() throws {
        var limits = EngineLimits.defaults
        limits.callSteps = 10_000
        let caller = try Caller(limits: limits)
        let results = try caller.batch([5_000, 10, 10].map { Self.application(deals: $0) }, maximum: 1)
        #expect(results[0]["assessment"] != nil)
        for result in results.dropFirst() {
            let error = try #require(result["error"] as? [String: Any])
            #expect(error["code"] as? Int64 == 2004)
            #expect((error["message"] as? String)?.contains("the 10000 steps that a call may take") == true)
        }
        // The next call has a budget of its own, which is not used up by a few.
        let next = try caller.batch([10, 10, 10].map { Self.application(deals: $0) })
        #expect(next.allSatisfy { $0["assessment"] != nil })
    }

    @Test("what a calculator does is counted with the rest")
    func calculator() throws {
        let policies = try PolicySet.builtIn()
        let entry: [String: Any] = [
            "kind": "SCORE", "dated_on": "2025-05-06", "inspection_id": "I", "site_id": "S", "violation_type": "A",
            "points": 1,
        ]
        let application: [String: Any] = [
            "as_of": "2025-12-31",
            "payment_qualification_standing": ["entries": [[String: Any]](repeating: entry, count: 1_000)],
        ]
        #expect(try Caller(policies: policies).refusal(application) == nil)
        // It takes 200,000 of them: one of the bounds lies there.
        let refusals = try stride(from: 50_000, through: 650_000, by: 100_000).compactMap { steps in
            try Caller(policies: policies, limits: Self.limits(steps: Int64(steps))).refusal(application)
        }
        let words = "the calculator payment-standing of payment-qualification.standing"
        #expect(refusals.contains { $0.code == 2004 && $0.message.contains(words) })
    }

    @Test("a call that nobody waits for is given up")
    func cancelled() throws {
        let caller = try Caller()
        var isGone = true
        caller.engine.isCancelled = { isGone }
        #expect(caller.refusal(Self.application(deals: 9_000)) == .cancelled)
        isGone = false
        #expect(caller.refusal(Self.application(deals: 9_000)) == nil)
    }

    @Test("where others wait a call is left after so many steps, and answered where it takes fewer")
    func left() throws {
        let caller = try Caller()
        caller.engine.preemptCalls(afterSteps: 10_000)
        #expect(caller.refusal(Self.application(deals: 5_000)) == .preempted)
        #expect(caller.refusal(Self.application(deals: 10)) == nil)
    }

    @Test(
        "the built-in policies take less than half of what all measures together may cost, and that is half of a call's"
    )
    func builtIn() throws {
        let policies = try PolicySet.builtIn()
        let costs = policies.entries.map { entry in policies.measures[entry.versions].map(\.largestCost).max() ?? 0 }
        #expect(costs.reduce(0, +) * 2 < LoaderLimits.screeningCost)
        #expect(LoaderLimits.measureCost < LoaderLimits.screeningCost)
        let limits = EngineLimits.defaults
        #expect(LoaderLimits.screeningCost * 2 <= UInt64(limits.steps))
        // The costliest measure, in every row of a full call by columns and with as many entries as that may have; some
        // expressions are evaluated twice. A batch has fewer of both.
        let costliest = (costs.max() ?? 0) * 2 / UInt64(limits.listEntries)
        #expect(costliest > 0)
        #expect(costliest * UInt64(limits.columnEntries + limits.columnRows) < UInt64(limits.callSteps))
    }

    @Test("measures that together may cost too much are refused at the one with which they do, with the figures")
    func costlyMeasures() throws {
        let costly = "facts.deals.all(d, " + (0..<120).map { _ in "d.valid" }.joined(separator: " || ") + ")"
        let rules = (0..<14).map { number in
            "      - {id: costly-\(number), when: \"\(costly)\", clause: 第五条, label: {zh: 一, en: one}}"
        }
        .joined(separator: "\n")
        let files = PolicySet.builtInFiles().map { file -> PolicyFile in
            guard file.name == "patent-conversion.yaml" else { return file }
            let text = String(decoding: file.bytes, as: UTF8.self)
            let edited = text.replacingOccurrences(of: "\n    requires:\n", with: "\n    requires:\n\(rules)\n")
            #expect(edited != text)
            return (file.name, Array(edited.utf8))
        }
        guard case .failure(let diagnostics) = PolicyLoader.load(files: files) else {
            Issue.record("measures that cost more than they may together are loaded")
            return
        }
        let diagnostic = try #require(diagnostics.errors.first { $0.code == .cost })
        #expect(diagnostic.file == "patent-conversion.yaml")
        let line = String(decoding: files.first { $0.name == diagnostic.file }?.bytes ?? [], as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)[diagnostic.line - 1]
        #expect(line.contains("number: 302"))
        #expect(diagnostic.message.en.contains("at most 50000000 is allowed"))
    }

    @Test("an answer names the first 1,000 missing facts and tells how many more there are")
    func boundedMissing() throws {
        let application: [String: Any] = [
            "as_of": "2026-05-20",
            "brain_stimulator_reimbursement_implant": [
                "items": [[String: Any]](repeating: [:], count: 10_000)
            ],
        ]
        var unbounded = EngineLimits.defaults
        unbounded.missingFacts = 1_000_000
        let all = try Caller(limits: unbounded).evaluate(application)
        #expect(all["missing_omitted"] == nil)
        let whole = all.list("missing").compactMap { $0["path"] as? String }
        #expect(whole.count >= 10_000)
        #expect(Set(whole).count == whole.count)

        let caller = try Caller()
        let bounded = try caller.evaluate(application, ["explain": "FULL"])
        let named = bounded.list("missing").compactMap { $0["path"] as? String }
        #expect(named == Array(whole.prefix(1_000)))
        #expect(bounded["missing_omitted"] as? Int64 == Int64(whole.count - 1_000))
        let texts = bounded.list("explanation").compactMap { $0["text"] as? [String: Any] }
        let more = (whole.count - 100).formatted(.number.locale(Locale(identifier: "en_US")))
        #expect(texts.contains { ($0["en"] as? String ?? "").contains(", and \(more) more.") })
        #expect(texts.contains { ($0["zh"] as? String ?? "").contains("，另有 \(more) 项。") })
        let bytes = try caller.bytes(
            ["application": application, "explain": "FULL"],
            as: caller.types.evaluateRequest
        ) { try $0.evaluate($1, into: $2) }
        #expect(bytes.count < 1 << 20)
        let batch = try caller.batch([application])
        #expect(
            (batch[0]["assessment"] as? [String: Any])?["missing_omitted"] as? Int64 == Int64(whole.count - 1_000)
        )
    }
}
