//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// Rules that are asked only where something holds.
struct GuardedRuleTests {
    private func caller() throws -> Caller {
        try Caller(
            policies: StayPolicies.load(
                """
                    requires:
                      - id: psychiatric
                        where: facts.institution_level == InstitutionLevel.TERTIARY
                        when: facts.psychiatric_hospital
                      - id: short
                        where: has(facts.stay_days)
                        when: facts.stay_days <= 60
                        label: {zh: 短期, en: Short}
                    bars:
                      - id: costly
                        where: facts.institution_level == InstitutionLevel.SECONDARY
                        ground: facts.in_scope_cost_fen > 100
                        label: {zh: 费用高, en: Costly}
                """
            )
        )
    }

    @Test("while the condition is not known, it alone is asked for")
    func open() throws {
        let reply = try self.caller().evaluate(StayPolicies.application())
        #expect(reply.outcome == "UNDETERMINED")
        #expect(reply.missingFacts == ["institution_level"])
        #expect(reply.verdicts == ["psychiatric": "UNKNOWN", "costly": "UNKNOWN"])
        // What the rule itself reads changes nothing.
        let known = try self.caller().evaluate(
            StayPolicies.application(["psychiatric_hospital": false, "in_scope_cost_fen": 101])
        )
        #expect(known.outcome == "UNDETERMINED")
        #expect(known.missingFacts == ["institution_level"])
    }

    @Test("where the condition does not hold there is no finding")
    func outside() throws {
        let reply = try self.caller().evaluate(StayPolicies.application(["institution_level": "PRIMARY_OR_LOWER"]))
        #expect(reply.outcome == "ELIGIBLE")
        #expect(reply.verdicts.isEmpty)
        let other = try self.caller().evaluate(
            StayPolicies.application(["institution_level": "PRIMARY_OR_LOWER", "psychiatric_hospital": false])
        )
        #expect(other.outcome == "ELIGIBLE")
        #expect(other.verdicts.isEmpty)
    }

    @Test("where the condition holds the rule is one like any other")
    func inside() throws {
        let caller = try self.caller()
        func reply(_ facts: [String: Any]) throws -> [String: Any] {
            try caller.evaluate(StayPolicies.application(facts))
        }
        let asked = try reply(["institution_level": "TERTIARY"])
        #expect(asked.missingFacts == ["psychiatric_hospital"])
        #expect(asked.verdicts == ["psychiatric": "UNKNOWN"])
        #expect(try reply(["institution_level": "TERTIARY", "psychiatric_hospital": true]).outcome == "ELIGIBLE")
        let failed = try reply(["institution_level": "TERTIARY", "psychiatric_hospital": false, "stay_days": 60])
        #expect(failed.outcome == "INELIGIBLE")
        #expect(failed.verdicts == ["psychiatric": "FAIL", "short": "PASS"])
        let barred = try reply(["institution_level": "SECONDARY", "in_scope_cost_fen": 101])
        #expect(barred.outcome == "INELIGIBLE")
        #expect(barred.verdicts == ["costly": "FAIL"])
    }

    @Test("a rule with has() is asked only with the fact")
    func reported() throws {
        let caller = try self.caller()
        func verdicts(_ days: Int?) throws -> [String: String] {
            let facts: [String: Any] = ["institution_level": "PRIMARY_OR_LOWER"]
            return try caller.evaluate(StayPolicies.application(facts.with("stay_days", days))).verdicts
        }
        #expect(try verdicts(61) == ["short": "FAIL"])
        #expect(try verdicts(60) == ["short": "PASS"])
        #expect(try verdicts(nil).isEmpty)
    }

    @Test("a bar may be assumed absent, but never its condition")
    func assumed() throws {
        let caller = try self.caller()
        let options: [String: Any] = ["assume_unset_bars_absent": true]
        let secondary = try caller.evaluate(StayPolicies.application(["institution_level": "SECONDARY"]), options)
        #expect(secondary.outcome == "ELIGIBLE")
        #expect(secondary.verdicts == ["costly": "ASSUMED"])
        let open = try caller.evaluate(StayPolicies.application(), options)
        #expect(open.outcome == "UNDETERMINED")
        #expect(open.missingFacts == ["institution_level"])
    }

    @Test("a shared rule brings its condition along, in a definition of the programme's too")
    func shared() throws {
        let policies = try StayPolicies.load(
            define: "  long: facts.stay_days > 60\n",
            """
                requires:
                  - id: paid
                    where: long
                    when: facts.in_scope_cost_fen > 0
                    label: {zh: 已付, en: Paid}
            """
        )
        let caller = try Caller(policies: policies)
        #expect(try caller.evaluate(StayPolicies.application()).missingFacts == ["stay_days"])
        #expect(try caller.evaluate(StayPolicies.application(["stay_days": 61])).missingFacts == ["in_scope_cost_fen"])
        #expect(try caller.evaluate(StayPolicies.application(["stay_days": 60])).outcome == "ELIGIBLE")
    }
}

/// What `a ? b : c` and `a && b` ask for.
struct AskListTests {
    private func missing(_ condition: String, _ facts: [String: Any] = [:]) throws -> [String] {
        let policies = try StayPolicies.load(
            """
                requires:
                  - id: rule
                    when: "\(condition)"
                    label: {zh: 规则, en: Rule}
            """
        )
        return try Caller(policies: policies).evaluate(StayPolicies.application(facts)).missingFacts
    }

    @Test("a conditional asks for its condition first")
    func conditional() throws {
        let text = "facts.psychiatric_hospital ? facts.stay_days > 1 : facts.in_scope_cost_fen > 1"
        #expect(try self.missing(text) == ["psychiatric_hospital"])
        #expect(try self.missing(text, ["stay_days": 2]) == ["psychiatric_hospital"])
        #expect(try self.missing(text, ["psychiatric_hospital": true]) == ["stay_days"])
        #expect(try self.missing(text, ["psychiatric_hospital": false]) == ["in_scope_cost_fen"])
        // Both ways it comes to the same.
        #expect(try self.missing(text, ["stay_days": 2, "in_scope_cost_fen": 2]).isEmpty)
    }

    @Test("a conjunction asks for all that could settle it")
    func conjunction() throws {
        let text = "facts.psychiatric_hospital && facts.stay_days > 1"
        #expect(try self.missing(text) == ["psychiatric_hospital", "stay_days"])
        #expect(try self.missing(text, ["stay_days": 1]).isEmpty)
        let hanging = "facts.psychiatric_hospital ? facts.stay_days > 1 : false"
        #expect(try self.missing(hanging) == ["psychiatric_hospital"])
    }
}
