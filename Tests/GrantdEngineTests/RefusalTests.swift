//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

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
