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

/// Lines that are the measure's result: their facts are asked for.
struct AskedLineTests {
    private func policies(_ measure: String = "") throws -> PolicySet {
        try StayPolicies.load(
            measure,
            lines: """
                      - id: long
                        asked: true
                        when: facts.institution_level == InstitutionLevel.TERTIARY
                        flag: facts.stay_days > 60
                        label: {zh: 长期, en: Long}
                      - id: days
                        quantity: facts.stay_days
                        unit: days
                        label: {zh: 天数, en: Days}
                """
        )
    }

    @Test("first the condition is asked for, then the value")
    func asked() throws {
        let caller = try Caller(policies: self.policies())
        let first = try caller.evaluate(StayPolicies.application())
        #expect(first.outcome == "UNDETERMINED")
        #expect(first.missingFacts == ["institution_level"])
        #expect(first.list("lines").isEmpty)
        let second = try caller.evaluate(StayPolicies.application(["institution_level": "TERTIARY"]))
        #expect(second.outcome == "UNDETERMINED")
        #expect(second.missingFacts == ["stay_days"])
        let third = try caller.evaluate(StayPolicies.application(["institution_level": "TERTIARY", "stay_days": 61]))
        #expect(third.outcome == "ELIGIBLE")
        #expect(third.line("long")?["flag"] as? Bool == true)
        #expect(third.quantity("days") == 61)
    }

    @Test("a line that is not there asks for nothing, and neither does one that is not asked for")
    func outside() throws {
        let reply = try Caller(policies: self.policies()).evaluate(
            StayPolicies.application(["institution_level": "SECONDARY"])
        )
        #expect(reply.outcome == "ELIGIBLE")
        #expect(reply.list("lines").isEmpty)
    }

    @Test("rules are asked first, and a rule that fails makes lines idle")
    func rules() throws {
        let caller = try Caller(
            policies: self.policies(
                """
                    requires:
                      - id: psychiatric
                        when: facts.psychiatric_hospital
                """
            )
        )
        let open = try caller.evaluate(StayPolicies.application())
        #expect(open.missingFacts == ["psychiatric_hospital", "institution_level"])
        let failed = try caller.evaluate(StayPolicies.application(["psychiatric_hospital": false]))
        #expect(failed.outcome == "INELIGIBLE")
        #expect(failed.missing.isEmpty)
        let ready = try caller.evaluate(
            StayPolicies.application(["institution_level": "TERTIARY", "stay_days": 1])
        )
        #expect(ready.missingFacts == ["psychiatric_hospital"])
        #expect(ready.list("lines").isEmpty)
    }

    @Test("one application leaves nothing behind for the next")
    func sequence() throws {
        let caller = try Caller(policies: self.policies())
        let open = StayPolicies.application(["institution_level": "TERTIARY"])
        let full = StayPolicies.application(["institution_level": "TERTIARY", "stay_days": 60])
        let results = try caller.batch([full, open, full, StayPolicies.application(), open])
        let replies = try results.map { try #require($0["assessment"] as? [String: Any]) }
        #expect(replies.map(\.missingFacts) == [[], ["stay_days"], [], ["institution_level"], ["stay_days"]])
        #expect(replies[2].line("long")?["flag"] as? Bool == false)
    }
}

/// Months, names of enums and tables.
struct LineValueTests {
    private static let definitions = """
          standard:
            on: facts.institution_level
            rows: {TERTIARY: "1,200.50 yuan", SECONDARY: 7 fen, PRIMARY_OR_LOWER: 1 yuan}
          tier:
            on: facts.institution_level
            rows: {TERTIARY: -3, SECONDARY: 0, PRIMARY_OR_LOWER: 9223372036854775807}
          word:
            on: facts.institution_level
            rows: {TERTIARY: "three", SECONDARY: "a \\"b\\\\c\\" d", PRIMARY_OR_LOWER: '5'}

        """

    private func reply(_ facts: [String: Any], on day: String = "2026-01-31") throws -> [String: Any] {
        let policies = try StayPolicies.load(
            define: Self.definitions,
            lines: """
                      - id: standard
                        amount: standard
                        label: {zh: 标准, en: Standard}
                      - id: tier
                        quantity: tier
                        unit: count
                        label: {zh: 阶梯, en: Tier}
                      - id: word
                        name: word
                        values: {three: {zh: 三, en: three}}
                        label: {zh: 名称, en: Word}
                      - id: scheme
                        name: facts.insured_scheme
                        label: {zh: 险种, en: Scheme}
                      - id: next-month
                        month: months_after(as_of, 1)
                        label: {zh: 下月, en: Next month}
                """
        )
        return try Caller(policies: policies).evaluate(StayPolicies.application(facts, on: day))
    }

    @Test(
        "a table gives its row",
        arguments: [
            ("TERTIARY", 120_050, -3, "three"), ("SECONDARY", 7, 0, #"a "b\c" d"#),
            ("PRIMARY_OR_LOWER", 100, .max, "5"), ("NONE", 0, 0, ""),
        ] as [(String, Int64, Int64, String)]
    )
    func table(_ level: String, _ standard: Int64, _ tier: Int64, _ word: String) throws {
        let reply = try self.reply(["institution_level": level])
        #expect(reply.line("standard")?["amount_fen"] as? Int64 == standard)
        #expect(reply.quantity("tier") == tier)
        #expect(reply.line("word")?["name"] as? String == word)
    }

    @Test("a table of which the value is not known gives nothing")
    func openTable() throws {
        let reply = try self.reply([:])
        #expect(reply.outcome == "ELIGIBLE")
        #expect(reply.list("lines").map { $0["id"] as? String } == ["next-month"])
    }

    @Test("an enum's value goes by its name", arguments: ["OTHER", "EMPLOYEE", "RESIDENT"])
    func name(_ scheme: String) throws {
        #expect(try self.reply(["insured_scheme": scheme]).line("scheme")?["name"] as? String == scheme)
    }

    @Test("a month stands where a date does", arguments: [("2026-01-31", "2026-02"), ("2026-12-01", "2027-01")])
    func month(_ day: String, _ month: String) throws {
        #expect(try self.reply([:], on: day).line("next-month")?["date"] as? String == month)
    }
}

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

/// Versions that are in force for some cases only.
struct ConditionalForceTests {
    private static let text = """
            in_force:
              from: 2026-01-01
              until: 2026-06-30
              where: facts.insured_scheme == InsuredScheme.EMPLOYEE
            requires:
              - id: psychiatric
                when: facts.psychiatric_hospital
        """

    private func caller() throws -> Caller { try Caller(policies: StayPolicies.load(Self.text)) }

    @Test("not known: it alone is asked for, and nothing else is judged")
    func open() throws {
        for facts: [String: Any] in [[:], ["psychiatric_hospital": false]] {
            let reply = try self.caller().evaluate(StayPolicies.application(facts))
            #expect(reply.outcome == "UNDETERMINED")
            #expect(reply.missingFacts == ["insured_scheme"])
            #expect(reply.verdicts.isEmpty)
        }
    }

    @Test("false: not in force")
    func outside() throws {
        let reply = try self.caller().evaluate(
            StayPolicies.application(["insured_scheme": "RESIDENT", "psychiatric_hospital": true])
        )
        #expect(reply.outcome == "NOT_IN_FORCE")
        #expect(reply.verdicts.isEmpty)
        #expect(reply.missing.isEmpty)
        #expect((reply["policy"] as? [String: Any])?["in_force_until"] as? String == "2026-06-30")
    }

    @Test("true: in force, within its days")
    func inside() throws {
        let employee: [String: Any] = ["insured_scheme": "EMPLOYEE"]
        let open = try self.caller().evaluate(StayPolicies.application(employee))
        #expect(open.missingFacts == ["psychiatric_hospital"])
        let known = employee.with("psychiatric_hospital", true)
        #expect(try self.caller().evaluate(StayPolicies.application(known)).outcome == "ELIGIBLE")
        let late = try self.caller().evaluate(StayPolicies.application(known, on: "2026-07-01"))
        #expect(late.outcome == "NOT_IN_FORCE")
        // Behind its days the case is not asked for.
        #expect(try self.caller().evaluate(StayPolicies.application(on: "2026-07-01")).outcome == "NOT_IN_FORCE")
    }

    @Test("a screening leaves out what is not in force for the case")
    func screening() throws {
        let caller = try self.caller()
        func screened(_ facts: [String: Any]) throws -> [[String: Any]] {
            try caller.screen(["as_of": "2026-05-20", "known": [[StayPolicies.field: facts]]])
        }
        #expect(try screened(["insured_scheme": "RESIDENT"]).isEmpty)
        #expect(try screened([:]).map(\.outcome) == ["UNDETERMINED"])
        let employee: [String: Any] = ["insured_scheme": "EMPLOYEE", "psychiatric_hospital": true]
        #expect(try screened(employee).map(\.outcome) == ["ELIGIBLE"])
    }
}

/// Requests of which no assessment can be made.
struct RefusalTests {
    private static let text = """
            refuse:
              - when: has(facts.in_scope_cost_fen) && has(facts.outside_package_fen)
                field: outside_package_fen
                message: one of the two sums, not both
              - when: applicant.registered_in_beijing && facts.stay_days > 9
                field: applicant.registered_in_beijing
                message: no long stay here
        """

    @Test("what is refused names its place and what would be right")
    func refused() throws {
        let caller = try Caller(policies: StayPolicies.load(Self.text))
        let both = StayPolicies.application(["in_scope_cost_fen": 1, "outside_package_fen": 1])
        let refusal = try #require(caller.refusal(both))
        #expect(refusal.code == 1003)
        #expect(refusal.field == "psychiatric_inpatient_settlement.outside_package_fen")
        #expect(refusal.message == "one of the two sums, not both")
        let long = StayPolicies.application(["stay_days": 10]).with("applicant", ["registered_in_beijing": true])
        #expect(caller.refusal(long)?.field == "applicant.registered_in_beijing")
        // The first of two.
        let all = both.with("applicant", ["registered_in_beijing": true])
        #expect(caller.refusal(all)?.message == "one of the two sums, not both")
    }

    @Test("what is not known to be true is not refused")
    func accepted() throws {
        let caller = try Caller(policies: StayPolicies.load(Self.text))
        let registered: [String: Any] = ["registered_in_beijing": true]
        for application in [
            StayPolicies.application(), StayPolicies.application(["in_scope_cost_fen": 1]),
            StayPolicies.application(["stay_days": 10]), StayPolicies.application().with("applicant", registered),
            StayPolicies.application(["stay_days": 9]).with("applicant", registered),
        ] {
            #expect(try caller.evaluate(application).outcome == "ELIGIBLE")
        }
    }

    @Test("a request is refused before it is asked whether the measure is in force for its case")
    func order() throws {
        let force = """
                in_force: {from: 2026-01-01, until: 2026-06-30, where: facts.psychiatric_hospital}

            """
        let caller = try Caller(policies: StayPolicies.load(force + Self.text))
        let both: [String: Any] = ["in_scope_cost_fen": 1, "outside_package_fen": 1]
        #expect(caller.refusal(StayPolicies.application(both)) != nil)
        #expect(caller.refusal(StayPolicies.application(both.with("psychiatric_hospital", false))) != nil)
        let one = StayPolicies.application(["in_scope_cost_fen": 1, "psychiatric_hospital": false])
        #expect(try caller.evaluate(one).outcome == "NOT_IN_FORCE")
    }

    @Test("in a batch it spoils its own result only")
    func batch() throws {
        let caller = try Caller(policies: StayPolicies.load(Self.text))
        let both = StayPolicies.application(["in_scope_cost_fen": 1, "outside_package_fen": 1])
        let results = try caller.batch([StayPolicies.application(), both, StayPolicies.application()])
        #expect(results.map { $0["error"] != nil } == [false, true, false])
        let error = try #require(results[1]["error"] as? [String: Any])
        #expect(error["field"] as? String == "psychiatric_inpatient_settlement.outside_package_fen")
    }
}

/// Values that are no answer.
struct FactRangeTests {
    private func field(_ keys: [String: String], _ facts: [String: Any]) throws -> CallError? {
        try Caller(policies: StayPolicies.load(facts: keys)).refusal(StayPolicies.application(facts))
    }

    @Test(
        "a range has both its ends",
        arguments: [(0, false), (1, true), (366, true), (367, false), (-1, false)] as [(Int, Bool)]
    )
    func range(_ days: Int, _ isGood: Bool) throws {
        let fault = try self.field(["stay_days": "minimum: 1\nmaximum: 366"], ["stay_days": days])
        #expect((fault == nil) == isGood)
        guard let fault else { return }
        #expect(fault.code == 1003)
        #expect(fault.field == "psychiatric_inpatient_settlement.stay_days")
        #expect(fault.message == "the value must be from 1 to 366")
    }

    @Test("one end alone, a name's own, and none")
    func ends() throws {
        let cost = "in_scope_cost_fen"
        #expect(try self.field([:], [cost: -1])?.message == "the value must be 0 or more")
        #expect(try self.field([:], [cost: 0]) == nil)
        #expect(try self.field([cost: "minimum: none"], [cost: -1]) == nil)
        #expect(try self.field([cost: "minimum: none"], [cost: Int64.min]) == nil)
        let most = [cost: "minimum: none\nmaximum: -5"]
        #expect(try self.field(most, [cost: -4])?.message == "the value must be at most -5")
        #expect(try self.field(most, [cost: -5]) == nil)
        // The maximum leaves the name's minimum where it is.
        #expect(try self.field([cost: "maximum: 5"], [cost: -1])?.message == "the value must be from 0 to 5")
        #expect(try self.field([cost: "minimum: 7"], [cost: 6])?.message == "the value must be 7 or more")
        // What there are days of is 0 or more.
        #expect(try self.field([:], ["stay_days": -1])?.field == "psychiatric_inpatient_settlement.stay_days")
    }

    @Test("values of an enum that are excluded")
    func excluded() throws {
        let keys = ["institution_level": "excludes: [NONE, SECONDARY]"]
        for name in ["NONE", "SECONDARY"] {
            let fault = try #require(try self.field(keys, ["institution_level": name]))
            #expect(fault.field == "psychiatric_inpatient_settlement.institution_level")
            #expect(fault.message.contains(name))
        }
        #expect(try self.field(keys, ["institution_level": "TERTIARY"]) == nil)
        #expect(try self.field(keys, [:]) == nil)
        #expect(try self.field([:], ["institution_level": "NONE"]) == nil)
    }

    @Test("inside lists, with the place")
    func lists() throws {
        let caller = try Caller()
        func field(_ member: String, _ facts: [String: Any]) -> String? {
            caller.refusal(["as_of": "2026-05-20", member: facts])?.field
        }
        let standing = "payment_qualification_standing"
        let good: [String: Any] = ["kind": "SCORE", "dated_on": "2026-01-05", "points": 12]
        #expect(field(standing, ["entries": [good]]) == nil)
        #expect(field(standing, ["entries": [good, good.with("points", 13)]]) == standing + ".entries[1].points")
        #expect(field(standing, ["entries": [good.with("points", 0)]]) == standing + ".entries[0].points")
        #expect(field(standing, ["entries": [good, good, good.with("kind", "NONE")]]) == standing + ".entries[2].kind")
        let act = "payment_qualification_act_score"
        #expect(field(act, ["circumstances": ["PENALTY_ART_40"]]) == nil)
        #expect(field(act, ["circumstances": ["PENALTY_ART_40", "NONE"]]) == act + ".circumstances[1]")
    }
}

/// Days counted in working days.
struct WorkingDayLineTests {
    private func reply(_ date: String, on day: String = "2026-05-20") throws -> [String: Any] {
        let policies = try StayPolicies.load(
            lines: """
                      - id: due
                        asked: true
                        date: \(date)
                        label: {zh: 截止日期, en: Due}
                """
        )
        return try Caller(policies: policies).evaluate(StayPolicies.application(on: day))
    }

    @Test("holidays and make-up days count as they should")
    func counted() throws {
        let after = try self.reply("working_days_after(as_of, 2, working_calendar)", on: "2026-02-13")
        #expect(after.line("due")?["date"] as? String == "2026-02-24")
        let before = try self.reply("working_days_before(as_of, 3, working_calendar)", on: "2026-02-25")
        #expect(before.line("due")?["date"] as? String == "2026-02-13")
    }

    @Test("a count that leaves the calendar's years asks for the calendar")
    func notCovered() throws {
        for date in [
            "working_days_after(as_of, 100000, working_calendar)",
            "working_days_before(as_of, 100000, working_calendar)",
        ] {
            let reply = try self.reply(date)
            #expect(reply.outcome == "UNDETERMINED")
            #expect(reply.missing == ["working_calendar"])
        }
    }
}
