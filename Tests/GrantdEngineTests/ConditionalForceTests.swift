//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

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
