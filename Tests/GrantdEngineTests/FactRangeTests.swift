//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

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
