//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdSchema
internal import GrantdTesting
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

/// A programme of an agency's own is decided like a built-in one.
struct OwnProgrammeTests {
    private static let member = "green_factory_award"
    private let policies: PolicySet
    private let caller: Caller

    init() throws {
        self.policies = try LoaderFixtures.load(LoaderFixtures.text("green-factory.yaml")).get()
        self.caller = try Caller(policies: self.policies)
    }

    private func application(_ facts: [String: Any] = [:]) -> [String: Any] {
        let good: [String: Any] = [
            "audited": true, "rating": "NATIONAL", "investment_fen": 100_000_00, "grades": ["NONE", "CITY"],
            "lines": [["line_id": "L-1", "kind": "NONE"], ["line_id": "L-2", "kind": "FRESH", "capacity_kwh": 5]],
            "finished_on": "2027-04-01",
        ]
        return [
            "as_of": "2027-05-20", "subject_id": "F1", "applicant": ["registered_in_beijing": true],
            Self.member: good.merging(facts) { $1 },
        ]
    }

    @Test("names of enums in conditions: of the file's types, of an entry's, in lists")
    func aliases() throws {
        let aliases = try #require(self.policies.programmes.first).contract.aliases
        #expect(aliases["Rating"]?.name == "cityx.v1.GreenFactoryRating.Value")
        #expect(aliases["Line.Kind"]?.name == "cityx.v1.GreenFactoryLine.Kind")
        let reply = try self.caller.evaluate(self.application())
        #expect(reply.outcome == "ELIGIBLE")
        #expect(reply["amount_fen"] as? Int64 == 10_000_00)
        for (fact, value, rule) in [
            ("rating", "CITY", "rated"), ("grades", ["NONE", "NATIONAL"], "graded"),
            ("lines", [["kind": "NONE", "capacity_kwh": 5]], "renewed"), ("finished_on", "2027-06-01", "finished"),
        ] as [(String, Any, String)] {
            let reply = try self.caller.evaluate(self.application([fact: value]))
            #expect(reply.outcome == "INELIGIBLE", "\(fact)")
            #expect(reply.verdicts.filter { $0.value == "FAIL" }.map(\.key) == [rule], "\(fact)")
        }
    }

    @Test("a built-in programme's `Deal.Kind.TRANSFER`")
    func builtInAlias() throws {
        let policies = try PolicySet.builtIn()
        let programme = try #require(policies.programmes.first { $0.id == "patent-conversion" })
        let kind = try #require(programme.contract.aliases["Deal.Kind"])
        #expect(kind.name == "grantd.v1.PatentConversionDeal.Kind")
        #expect(kind.values.map(\.name) == ["NONE", "TRANSFER", "LICENCE"])
    }

    @Test("what is not known is asked for by its path")
    func missing() throws {
        var application = self.application()
        application[Self.member] = ["audited": true]
        let reply = try self.caller.evaluate(application)
        #expect(reply.outcome == "UNDETERMINED")
        #expect(
            Set(reply.missing)
                == Set(["rating", "grades", "lines", "finished_on", "investment_fen"].map { "\(Self.member).\($0)" })
        )
    }

    @Test("a list holds as many entries as its file says, and the field is named")
    func most() throws {
        let line: [String: Any] = ["kind": "FRESH", "capacity_kwh": 1]
        #expect(self.caller.refusal(self.application(["lines": Array(repeating: line, count: 3)])) == nil)
        let lines = self.caller.refusal(self.application(["lines": Array(repeating: line, count: 4)]))
        #expect(lines?.field == "\(Self.member).lines")
        #expect(lines?.message.contains("3") == true, "\(String(describing: lines))")
        #expect(self.caller.refusal(self.application(["grades": ["CITY", "CITY"]])) == nil)
        let grades = self.caller.refusal(self.application(["grades": ["CITY", "CITY", "CITY"]]))
        #expect(grades?.field == "\(Self.member).grades")
        #expect(grades?.message.contains("2") == true, "\(String(describing: grades))")
    }

    @Test("numbers that an agency's enum does not have are refused with their place")
    func enumNumbers() {
        #expect(self.caller.refusal(self.application(["rating": 2]))?.field == "\(Self.member).rating")
        #expect(self.caller.refusal(self.application(["grades": [1, 2]]))?.field == "\(Self.member).grades[1]")
        #expect(
            self.caller.refusal(self.application(["lines": [["kind": 7]]]))?.field == "\(Self.member).lines[0].kind"
        )
    }
}
