//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// A quota beside the caps.
struct UsedUpTests {
    private static let quota = """
            used_up:
              when: facts.stay_days > 100
              cap: yearly-days
              label: {zh: 年度天数, en: Days of the year}
        """

    private static let rule = """

            requires:
              - id: psychiatric
                when: facts.psychiatric_hospital
        """

    @Test("without a figure: used up, not, and not known")
    func plain() throws {
        let caller = try Caller(policies: StayPolicies.load(Self.quota + Self.rule))
        func reply(_ facts: [String: Any]) throws -> [String: Any] {
            try caller.evaluate(StayPolicies.application(facts))
        }
        let exhausted = try reply(["psychiatric_hospital": true, "stay_days": 101])
        #expect(exhausted.outcome == "EXHAUSTED")
        #expect(exhausted["binding_cap"] as? String == "yearly-days")
        #expect(exhausted["amount_fen"] == nil)
        #expect(exhausted.verdicts == ["psychiatric": "PASS"])
        let eligible = try reply(["psychiatric_hospital": true, "stay_days": 100])
        #expect(eligible.outcome == "ELIGIBLE")
        #expect(eligible["binding_cap"] == nil)
        let open = try reply(["psychiatric_hospital": true])
        #expect(open.outcome == "UNDETERMINED")
        #expect(open.missingFacts == ["stay_days"])
        #expect(open["binding_cap"] == nil)
        #expect(try reply([:]).missingFacts == ["psychiatric_hospital", "stay_days"])
    }

    @Test("a rule that fails or waits comes before it")
    func rules() throws {
        let caller = try Caller(policies: StayPolicies.load(Self.quota + Self.rule))
        let failed = try caller.evaluate(StayPolicies.application(["psychiatric_hospital": false, "stay_days": 101]))
        #expect(failed.outcome == "INELIGIBLE")
        #expect(failed["binding_cap"] == nil)
        let waits = try caller.evaluate(StayPolicies.application(["stay_days": 101]))
        #expect(waits.outcome == "UNDETERMINED")
        #expect(waits.missingFacts == ["psychiatric_hospital"])
    }

    @Test("with a figure the amount is 0, whatever the base")
    func figure() throws {
        let award = "[{base: facts.in_scope_cost_fen}, {cap: none}]"
        let caller = try Caller(policies: StayPolicies.load(award: award, Self.quota))
        func reply(_ facts: [String: Any]) throws -> [String: Any] {
            try caller.evaluate(StayPolicies.application(facts))
        }
        for facts: [String: Any] in [["stay_days": 101], ["stay_days": 101, "in_scope_cost_fen": 5]] {
            let exhausted = try reply(facts)
            #expect(exhausted.outcome == "EXHAUSTED")
            #expect(exhausted["amount_fen"] as? Int64 == 0)
            #expect(exhausted["potential_amount_fen"] as? Int64 == 0)
            #expect(exhausted["binding_cap"] as? String == "yearly-days")
            #expect(exhausted.missing.isEmpty)
        }
        let eligible = try reply(["stay_days": 100, "in_scope_cost_fen": 5])
        #expect(eligible.outcome == "ELIGIBLE")
        #expect(eligible["amount_fen"] as? Int64 == 5)
        let open = try reply(["in_scope_cost_fen": 5])
        #expect(open.outcome == "UNDETERMINED")
        #expect(open.missingFacts == ["stay_days"])
        #expect(open["potential_amount_fen"] as? Int64 == 5)
        #expect(try reply([:]).missingFacts == ["stay_days", "in_scope_cost_fen"])
    }

    @Test("it settles the outcome although a line that is asked for is not known")
    func lines() throws {
        let caller = try Caller(
            policies: StayPolicies.load(
                Self.quota,
                lines: """
                          - id: scheme
                            asked: true
                            name: facts.insured_scheme
                            label: {zh: 险种, en: Scheme}
                    """
            )
        )
        let exhausted = try caller.evaluate(StayPolicies.application(["stay_days": 101]))
        #expect(exhausted.outcome == "EXHAUSTED")
        #expect(exhausted.list("lines").isEmpty)
        let open = try caller.evaluate(StayPolicies.application(["stay_days": 100]))
        #expect(open.missingFacts == ["insured_scheme"])
        #expect(try caller.evaluate(StayPolicies.application()).missingFacts == ["stay_days", "insured_scheme"])
    }
}
