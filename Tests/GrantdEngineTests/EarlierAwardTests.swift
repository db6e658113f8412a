//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// What earlier awards do: in conditions, to caps over several years, and where nobody has looked for them.
struct EarlierAwardTests {
    typealias JSON = [String: Any]

    private static let day = "2026-05-20"

    private func award(
        _ subject: String?,
        _ day: String,
        _ fen: Int64,
        of measure: String = StayPolicies.measure
    ) -> JSON {
        var award: JSON = ["measure": measure, "awarded_on": day, "amount_fen": fen]
        award["subject_id"] = subject
        return award
    }

    private func application(
        _ awards: [JSON],
        subject: String? = nil,
        _ facts: JSON = [:],
        on day: String = day
    ) -> JSON {
        var application = StayPolicies.application(facts, on: day)
        application["prior_awards"] = awards
        application["subject_id"] = subject
        return application
    }

    // MARK: - In conditions

    private static let seen = """
            bars:
              - id: same-sum
                ground: prior_awards.exists(a, a.subject_id == subject_id && a.amount_fen == 500)
                label: {zh: 同额, en: Same sum}
        """

    @Test("A condition reads the measure's awards up to the day, and no others")
    func seenAwards() throws {
        let caller = try Caller(
            policies: StayPolicies.load(
                "",
                lines: """
                          - id: awards
                            quantity: size(prior_awards)
                            unit: count
                            label: {zh: 笔数, en: Awards}
                          - id: sum
                            amount: sum(prior_awards.map(a, a.amount_fen))
                            label: {zh: 合计, en: Sum}
                          - id: last-on
                            when: size(prior_awards) > 0
                            date: prior_awards[0].awarded_on
                            label: {zh: 日期, en: Day}
                    """
            )
        )
        let awards = [
            self.award("x", "2026-05-20", 3), self.award(nil, "2020-01-01", 4),
            // After the day it does not count.
            self.award("x", "2026-05-21", 100),
        ]
        let reply = try caller.evaluate(self.application(awards))
        #expect(reply.quantity("awards") == 2)
        #expect(reply.line("sum")?["amount_fen"] as? Int64 == 7)
        #expect(reply.line("last-on")?["date"] as? String == "2026-05-20")
        let none = try caller.evaluate(self.application([]))
        #expect(none.quantity("awards") == 0)
        #expect(none.line("last-on") == nil)
        #expect(none.outcome == "ELIGIBLE")
    }

    @Test("Awards of other measures are not seen")
    func otherMeasures() throws {
        let caller = try Caller()
        var application = StayPolicies.application()
        application = [
            "as_of": "2026-05-20", "subject_id": "work",
            "digital_space_award_winning_work": ["in_pilot_zone": true, "award_level": "DOMESTIC"] as JSON,
        ]
        application["prior_awards"] = [
            self.award("work", "2026-01-01", 50_000_000, of: "digital-space.original-game")
        ]
        #expect(try caller.evaluate(application).outcome == "ELIGIBLE")
        application["prior_awards"] = [
            self.award("work", "2026-01-01", 50_000_000, of: "digital-space.award-winning-work")
        ]
        #expect(try caller.evaluate(application).verdicts["already-awarded-at-level"] == "FAIL")
    }

    @Test("With the subject unset and an award reported the subject is missing, whatever the sum")
    func subjectUnset() throws {
        let caller = try Caller(policies: StayPolicies.load(Self.seen))
        let other = try caller.evaluate(self.application([self.award("x", "2026-01-01", 499)]))
        #expect(other.outcome == "UNDETERMINED")
        #expect(other.missing == ["subject_id"])
        #expect(try caller.evaluate(self.application([])).outcome == "ELIGIBLE")
        // An award without a subject matches none, but it is one.
        let nobodys = [self.award(nil, "2026-01-01", 500)]
        #expect(try caller.evaluate(self.application(nobodys)).missing == ["subject_id"])
        #expect(try caller.evaluate(self.application(nobodys, subject: "x")).outcome == "ELIGIBLE")
        let own = [self.award("x", "2026-01-01", 500)]
        #expect(try caller.evaluate(self.application(own, subject: "x")).verdicts["same-sum"] == "FAIL")
        #expect(try caller.evaluate(self.application(own, subject: "y")).outcome == "ELIGIBLE")
    }

    @Test("A bar that reads earlier awards is never assumed absent")
    func neverAssumed() throws {
        let caller = try Caller(policies: StayPolicies.load(Self.seen))
        let options: JSON = ["assume_unset_bars_absent": true]
        let unknown = StayPolicies.application().with("prior_awards_unknown", true)
        let reply = try caller.evaluate(unknown, options)
        #expect(reply.outcome == "UNDETERMINED")
        #expect(reply.verdicts["same-sum"] == "UNKNOWN")
        #expect(reply.missing == ["prior_awards"])
    }

    // MARK: - Nobody has looked

    @Test("Unknown awards leave every cap and the once-only rule open, and are asked for once")
    func unknownAwards() throws {
        let caller = try Caller()
        let application: JSON = [
            "as_of": "2026-05-20", "subject_id": "p", "prior_awards_unknown": true,
            "applicant": ["registered_in_beijing": true] as JSON,
            "medical_device_sme_cluster": ["rated_national_sme_cluster": true] as JSON,
        ]
        let reply = try caller.evaluate(application, ["assume_unset_bars_absent": true, "explain": "FULL"])
        #expect(reply.outcome == "UNDETERMINED")
        #expect(reply.missing == ["prior_awards"])
        #expect(reply.verdicts["already-awarded"] == "UNKNOWN")
        #expect(reply["potential_amount_fen"] as? Int64 == 200_000_000)
        let cap = try #require(reply.list("caps").first)
        #expect(cap["used_fen"] == nil)
        #expect(cap["remaining_fen"] == nil)
        #expect(cap["limit_fen"] as? Int64 == 200_000_000)
        let question = try #require(reply.list("missing").first?["question"] as? JSON)
        #expect((question["zh"] as? String)?.contains("此前") ?? false)
        // A failed rule settles it all the same.
        var failed = application
        failed["medical_device_sme_cluster"] = ["rated_national_sme_cluster": false] as JSON
        #expect(try caller.evaluate(failed).outcome == "INELIGIBLE")
        // False says nothing.
        #expect(try caller.evaluate(application.with("prior_awards_unknown", false)).outcome == "ELIGIBLE")
    }

    @Test("What no earlier award can change is answered although nobody has looked")
    func unaffected() throws {
        let caller = try Caller(policies: StayPolicies.load())
        #expect(
            try caller.evaluate(StayPolicies.application().with("prior_awards_unknown", true)).outcome == "ELIGIBLE"
        )
    }

    @Test("Unknown awards beside awards are a bad request")
    func both() throws {
        let caller = try Caller(policies: StayPolicies.load())
        let application = self.application([self.award("x", "2026-01-01", 1)]).with("prior_awards_unknown", true)
        #expect(caller.refusal(application)?.field == "prior_awards_unknown")
        let batch = try caller.batch([application, StayPolicies.application()])
        #expect((batch[0]["error"] as? JSON)?["field"] as? String == "prior_awards_unknown")
        #expect(batch[1]["assessment"] != nil)
    }

    @Test("A screening may say that nobody has looked")
    func screened() throws {
        let caller = try Caller()
        let request: JSON = [
            "as_of": "2026-05-20", "applicant": ["registered_in_beijing": true] as JSON, "prior_awards_unknown": true,
        ]
        for assessment in try caller.screen(request) where !assessment.list("caps").isEmpty {
            #expect(assessment.missing.contains("prior_awards"))
        }
    }

    @Test(
        "What is known beside the applicant holds no earlier awards",
        arguments: ["prior_awards", "prior_awards_unknown"]
    )
    func knownAwards(_ field: String) throws {
        let caller = try Caller(policies: StayPolicies.load())
        var known = StayPolicies.application()
        known[field] = field == "prior_awards" ? [self.award("x", "2026-01-01", 1)] : true as Any
        #expect(throws: CallError.self) { _ = try caller.screen(["as_of": "2026-05-20", "known": [known]]) }
        do {
            _ = try caller.screen(["as_of": "2026-05-20", "known": [known]])
        } catch {
            #expect((error as? CallError)?.field == "known[0].\(field)")
        }
    }

    // MARK: - Caps over several years

    private func centre(_ awards: [JSON], on day: String, subject: String? = "centre") throws -> JSON {
        var application: JSON = [
            "as_of": day,
            "digital_space_innovation_centre": [
                "in_pilot_zone": true, "led_by_leading_enterprise": true, "with_universities_or_institutes": true,
                "with_chain_partners": true, "common_technology_or_demonstration": true,
            ] as JSON,
        ]
        application["prior_awards"] = awards.map { $0.with("measure", "digital-space.innovation-centre") }
        application["subject_id"] = subject
        return try Caller().evaluate(application)
    }

    @Test("A cap over three years counts the calendar years that end with that of the day")
    func threeYears() throws {
        let awards = [
            self.award("centre", "2026-12-31", 2_000_000_000), self.award("centre", "2027-01-01", 2_000_000_000),
            self.award("centre", "2028-06-01", 1_000_000_000), self.award("other", "2028-06-01", 900_000_000),
        ]
        // 50 million of three years are used up in 2028 …
        let exhausted = try self.centre(awards, on: "2028-12-31")
        #expect(exhausted.outcome == "EXHAUSTED")
        #expect(exhausted["binding_cap"] as? String == "subject-3-years")
        // … and in 2029 the awards of 2026 no longer count.
        let next = try self.centre(awards, on: "2029-01-01")
        #expect(next.outcome == "ELIGIBLE")
        #expect(next["amount_fen"] as? Int64 == 2_000_000_000)
        let cap = try #require(next.list("caps").first { $0["id"] as? String == "subject-3-years" })
        #expect(cap["used_fen"] as? Int64 == 3_000_000_000)
        #expect(cap["remaining_fen"] as? Int64 == 2_000_000_000)
        let unset = try self.centre(awards, on: "2029-01-01", subject: nil)
        #expect(unset.missing == ["subject_id"])
    }

    @Test("Sums over several years stay at the most that 64 bits hold")
    func saturated() throws {
        let reply = try self.centre(
            [self.award("centre", "2028-01-01", .max), self.award("centre", "2027-01-01", .max)],
            on: "2028-06-01"
        )
        #expect(reply.outcome == "EXHAUSTED")
        let cap = try #require(reply.list("caps").first { $0["id"] as? String == "subject-3-years" })
        #expect(cap["used_fen"] as? Int64 == .max)
    }

    @Test(
        "Scopes by name",
        arguments: [
            ("subject-3-years", CapScope.subjectYears(3)), ("applicant-99-years", .applicantYears(99)),
            ("subject-2-years", .subjectYears(2)), ("subject-year", .subjectYear), ("applicant-total", .applicantTotal),
        ]
    )
    func scopes(_ name: String, _ scope: CapScope) {
        #expect(CapScope(name: name) == scope)
        #expect(scope.name == name)
    }

    @Test(
        "No scopes",
        arguments: [
            "subject-1-years", "subject-0-years", "subject-03-years", "subject-100-years", "subject--years",
            "subject-3-year", "subject-+3-years", "office-3-years", "subject-3-years-", "Subject",
        ]
    )
    func noScopes(_ name: String) {
        #expect(CapScope(name: name) == nil)
    }

    // MARK: - Words

    @Test("No earlier award is told as none reported")
    func noneReported() throws {
        let caller = try Caller()
        let application: JSON = [
            "as_of": "2026-05-20", "subject_id": "p", "applicant": ["registered_in_beijing": true] as JSON,
            "medical_device_sme_cluster": ["rated_national_sme_cluster": true] as JSON,
        ]
        let texts = try caller.evaluate(application, ["explain": "FULL"]).list("explanation")
            .compactMap { $0["text"] as? JSON }
        let zh = texts.compactMap { $0["zh"] as? String }
        let en = texts.compactMap { $0["en"] as? String }
        #expect(zh.contains { $0.contains("未申报此前获支持情况") })
        #expect(en.contains { $0.contains("none reported") })
        #expect(zh.contains { $0.contains("同一对象未申报此前获本项支持") })
        #expect(!zh.contains { $0.contains("此前未获本项支持") })
    }
}
