//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// A rule of a stage is asked at that stage and after it, not before.
struct StageTests {
    private static let rules = """
            requires:
              - id: always
                when: facts.stay_days > 0
                label: {zh: 常问, en: Always}
              - id: noticed
                stage: PUBLICITY
                when: facts.psychiatric_hospital
            bars:
              - id: paid
                stage: DISBURSEMENT
                ground: facts.in_scope_cost_fen > 5
                label: {zh: 支付, en: Paid}
        """

    @Test(
        "Which rules are asked",
        arguments: [
            ("APPLICATION", ["always"]), ("PUBLICITY", ["always", "noticed"]),
            ("DISBURSEMENT", ["always", "noticed", "paid"]),
        ]
    )
    func asked(_ stage: String, _ expected: [String]) throws {
        let caller = try Caller(policies: StayPolicies.load(Self.rules))
        let facts: [String: Any] = ["stay_days": 1, "psychiatric_hospital": true, "in_scope_cost_fen": 5]
        let options: [String: Any] = ["stage": stage]
        let passes = try caller.evaluate(StayPolicies.application(facts), options)
        #expect(passes.outcome == "ELIGIBLE")
        #expect(passes.list("findings").compactMap { $0["rule"] as? String } == expected)
        // The same one by one, where not every rule passes.
        let open = try caller.evaluate(StayPolicies.application(), options)
        #expect(open.list("findings").compactMap { $0["rule"] as? String } == expected)
        let batch = try caller.batch([StayPolicies.application(facts)], options)
        let assessment = try #require(batch[0]["assessment"] as? [String: Any])
        #expect(assessment.list("findings").compactMap { $0["rule"] as? String } == expected)
    }

    @Test("Stages stand in the order of time, whatever their numbers")
    func order() {
        #expect(Stage.application < .publicity)
        #expect(Stage.publicity < .disbursement)
        #expect(Stage.allCases.sorted() == [.application, .publicity, .disbursement])
    }
}
