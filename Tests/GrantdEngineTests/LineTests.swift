//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

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
