//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// The steps of an explanation that settlements bring along.
struct PolicyExplanationTests {
    /// One step: the rule and both texts.
    private struct Step: Equatable {
        let rule: String
        let zh: String
        let en: String
    }

    private func steps(_ policies: PolicySet, _ facts: [String: Any]) throws -> [Step] {
        let reply = try Caller(policies: policies).evaluate(StayPolicies.application(facts), ["explain": "FULL"])
        return try reply.list("explanation").map { step in
            let text = try #require(step["text"] as? [String: Any])
            #expect(step["clause"] as? String == "第一条")
            return Step(
                rule: try #require(step["rule"] as? String),
                zh: try #require(text["zh"] as? String),
                en: try #require(text["en"] as? String)
            )
        }
    }

    private func forced() throws -> PolicySet {
        try StayPolicies.load(
            """
                in_force:
                  from: 2026-01-01
                  until: 2026-06-30
                  where: facts.insured_scheme == InsuredScheme.EMPLOYEE
                requires:
                  - id: psychiatric
                    when: facts.psychiatric_hospital
            """
        )
    }

    @Test("a version that is in force for other cases")
    func outside() throws {
        let steps = try self.steps(self.forced(), ["insured_scheme": "RESIDENT"])
        #expect(steps.map(\.rule) == ["in-force", "outcome"])
        #expect(
            steps.first?.en == "On that day the measure is in force for some cases only, and not for this one."
                + " Facts: insured_scheme: RESIDENT."
        )
        #expect(steps.first?.zh == "该日本项措施仅对部分情形施行，本次情形不在其中。依据：insured_scheme：RESIDENT。")
        #expect(steps.last?.en == "Outcome: the measure is not in force on that day.")
    }

    @Test("a version of which it is not known whether it is in force for the case")
    func open() throws {
        let steps = try self.steps(self.forced(), [:])
        #expect(steps.map(\.rule) == ["in-force", "in-force", "missing", "outcome", "basis"])
        #expect(steps[0].en.hasSuffix("is in force from 2026-01-01 to 2026-06-30; within it: 2026-05-20."))
        #expect(steps[1].en.hasPrefix("On that day the measure is in force for some cases only; whether for this one"))
        #expect(steps[1].en.hasSuffix(" is not known yet. Facts: insured_scheme: not given."))
        #expect(steps[1].zh.hasSuffix("本次情形是否在其中尚不能判断。依据：insured_scheme：未填。"))
        #expect(steps[2].en == "Still wanted: insured_scheme.")
        #expect(steps[2].zh == "尚需补充：insured_scheme。")
        #expect(steps[3].en == "Outcome: undetermined; the facts listed are wanted.")
    }

    @Test("a version that is in force for the case says so as any other")
    func inside() throws {
        let steps = try self.steps(self.forced(), ["insured_scheme": "EMPLOYEE", "psychiatric_hospital": true])
        #expect(steps.map(\.rule) == ["in-force", "psychiatric", "outcome", "basis"])
    }

    @Test("days are cited from where the document says them, what is asked beside them by the measure's clause")
    func daysInForce() throws {
        let policies = try StayPolicies.load(
            """
                in_force:
                  from: 2026-01-01
                  until: 2026-06-30
                  clause: 第三条
                  where: facts.psychiatric_hospital
            """
        )
        func clauses(_ facts: [String: Any], on day: String = "2026-05-20") throws -> [String] {
            let application = StayPolicies.application(facts, on: day)
            let steps = try Caller(policies: policies).evaluate(application, ["explain": "FULL"]).list("explanation")
            return steps.filter { $0["rule"] as? String == "in-force" }.compactMap { $0["clause"] as? String }
        }
        #expect(try clauses([:]) == ["第三条", "第一条"])
        #expect(try clauses(["psychiatric_hospital": true]) == ["第三条"])
        #expect(try clauses(["psychiatric_hospital": false]) == ["第一条"])
        #expect(try clauses([:], on: "2026-07-01") == ["第三条"])
    }

    @Test("a quota that is used up is told by its name", arguments: ["none", "[{fixed: 5 yuan}, {cap: none}]"])
    func usedUp(_ award: String) throws {
        let policies = try StayPolicies.load(
            award: award,
            """
                used_up:
                  when: facts.stay_days > 100
                  cap: yearly-days
                  label: {zh: 年度天数, en: Days of the year}
            """
        )
        let exhausted = try self.steps(policies, ["stay_days": 101])
        let step = try #require(exhausted.first { $0.rule == "yearly-days" })
        #expect(step == Step(rule: "yearly-days", zh: "“年度天数”已用尽。", en: "“Days of the year” is used up."))
        #expect(exhausted.contains { $0.rule == "outcome" })
        #expect(try !self.steps(policies, ["stay_days": 100]).contains { $0.rule == "yearly-days" })
        #expect(try !self.steps(policies, [:]).contains { $0.rule == "yearly-days" })
    }

    @Test("a rule tells what its condition saw, and is silent where it is not asked")
    func guarded() throws {
        let policies = try StayPolicies.load(
            """
                requires:
                  - id: psychiatric
                    where: facts.institution_level == InstitutionLevel.TERTIARY
                    when: facts.psychiatric_hospital
                    label: {zh: 专科, en: Psychiatric}
            """
        )
        let asked = try self.steps(policies, ["institution_level": "TERTIARY", "psychiatric_hospital": true])
        let step = try #require(asked.first { $0.rule == "psychiatric" })
        #expect(
            step.en == "Requirement “Psychiatric”: met."
                + " Facts: institution_level: TERTIARY; psychiatric_hospital: yes."
        )
        let open = try self.steps(policies, [:])
        #expect(open.contains { $0.en.hasPrefix("Requirement “Psychiatric”: not known yet.") })
        let outside = try self.steps(policies, ["institution_level": "SECONDARY"])
        #expect(!outside.contains { $0.rule == "psychiatric" })
    }

    @Test("months, and names of enums, are told as they are written")
    func lines() throws {
        let policies = try StayPolicies.load(
            lines: """
                      - id: next-month
                        asked: true
                        month: months_after(as_of, 1)
                        label: {zh: 下月, en: Next month}
                      - id: scheme
                        name: facts.insured_scheme
                        label: {zh: 险种, en: Scheme}
                """
        )
        let steps = try self.steps(policies, ["insured_scheme": "EMPLOYEE"])
        #expect(steps.contains(Step(rule: "next-month", zh: "下月：2026-06。", en: "Next month: 2026-06.")))
        #expect(steps.contains(Step(rule: "scheme", zh: "险种：EMPLOYEE。", en: "Scheme: EMPLOYEE.")))
    }

    @Test("the calendar that is wanted is named")
    func calendar() throws {
        let policies = try StayPolicies.load(
            lines: """
                      - id: due
                        asked: true
                        date: working_days_after(as_of, 100000, working_calendar)
                        label: {zh: 截止日期, en: Due}
                """
        )
        #expect(
            try self.steps(policies, [:]).contains {
                $0.en == "Still wanted: the working calendar, whose years do not reach the day that is counted to."
            }
        )
    }
}
