//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import Testing

@testable internal import GrantdPolicy

/// The steps of an award are taken in the order in which they are written.
struct AwardStepTests {
    private func amount(_ policies: PolicySet, base: Int64, prior: Int64 = 0) throws -> [String: Any] {
        var application = Sample.platform(["engineering_investment_fen": base])
        if prior > 0 {
            application["prior_awards"] = [Sample.award("medical-device.common-platform", "P1", "2026-01-01", prior)]
        }
        return try Caller(policies: policies).evaluate(application)
    }

    @Test("a cap on the base and a cap on the result are different steps")
    func order() throws {
        let onResult = try EditedPolicies.platform(
            award: "base: facts.engineering_investment_fen",
            "rate: 50%",
            "cap: subject"
        )
        #expect(try self.amount(onResult, base: 8_000_000_000)["amount_fen"] as? Int64 == 4_000_000_000)
        let onBase = try EditedPolicies.platform(
            award: "base: facts.engineering_investment_fen",
            "cap: 50,000,000 yuan",
            "rate: 50%",
            "cap: subject"
        )
        #expect(try self.amount(onBase, base: 8_000_000_000)["amount_fen"] as? Int64 == 2_500_000_000)
        #expect(try self.amount(onBase, base: 8_000_000_000)["binding_cap"] == nil)
    }

    @Test("two rates in a row cut off once")
    func rates() throws {
        let policies = try EditedPolicies.platform(
            award: "base: facts.engineering_investment_fen",
            "rate: 1/3",
            "rate: 75%",
            "cap: subject"
        )
        // A third of 4 is 1.33…, of which three quarters are 1.
        #expect(try self.amount(policies, base: 4)["amount_fen"] as? Int64 == 1)
    }

    @Test(
        "roundings are steps",
        arguments: [
            ("down to fen", Int64(33_333)), ("down to yuan", 33_300), ("half up to fen", 33_333),
        ]
    )
    func roundings(_ rounding: String, _ expected: Int64) throws {
        let policies = try EditedPolicies.platform(
            award: "base: facts.engineering_investment_fen",
            "rate: 1/3",
            "round: \(rounding)",
            "cap: subject"
        )
        #expect(try self.amount(policies, base: 100_000)["amount_fen"] as? Int64 == expected)
        #expect(
            try self.amount(policies, base: 5)["amount_fen"] as? Int64 == ["half up to fen": 2, "down to fen": 1][
                rounding
            ] ?? 0
        )
    }

    @Test("the largest sum there is goes through")
    func largest() throws {
        let policies = try EditedPolicies.platform(
            award: "base: facts.engineering_investment_fen",
            "rate: 99%",
            "cap: subject"
        )
        let reply = try self.amount(policies, base: .max, prior: .max)
        #expect(reply["outcome"] as? String == "EXHAUSTED")
        #expect(try self.amount(policies, base: .max)["amount_fen"] as? Int64 == 5_000_000_000)
    }

    @Test("an agency's own rate makes the basis AGENCY_RATE")
    func agencyRate() throws {
        let policies = try EditedPolicies.load(
            "ai-application",
            [("    basis: UNPUBLISHED_RATE\n", "    basis: UNPUBLISHED_RATE\n    agency_rate: 40%\n")]
        )
        let reply = try Caller(policies: policies).evaluate([
            "as_of": "2026-05-20", "subject_id": "P1", "applicant": ["registered_in_beijing": true],
            "ai_application_maas_compute_voucher": [
                "operates_full_stack_maas_platform": true, "meets_service_scale": true,
                "compute_deployment_cost_fen": 101,
            ],
        ])
        #expect(reply["basis"] as? String == "AGENCY_RATE")
        #expect(reply["amount_fen"] as? Int64 == 40)
    }

    @Test("two versions of a measure serve two dates")
    func versions() throws {
        let text = try #require(PolicySet.builtInFiles().first { $0.name == "medical-device.yaml" })
        let all = String(decoding: text.bytes, as: UTF8.self)
        let start = try #require(all.range(of: "  - id: common-platform\n"))
        let end = try #require(all.range(of: "  - id: innovation-centre\n"))
        let block = String(all[start.lowerBound..<end.lowerBound])
        let first = block.replacing(
            "    basis: EXACT\n",
            with: "    basis: EXACT\n    in_force: {from: 2025-11-24, until: 2026-06-30}\n"
        )
        let second =
            block
            .replacing(
                "    basis: EXACT\n",
                with: "    basis: EXACT\n    in_force: {from: 2026-08-01, until: 2028-12-31}\n"
            )
            .replacing("50,000,000 yuan", with: "100,000 yuan")
        let caller = try Caller(policies: EditedPolicies.load("medical-device", [(block, first + second)]))
        let application = Sample.platform()
        func outcome(_ day: String) throws -> (String?, Int64?, String?) {
            let reply = try caller.evaluate(application.with("as_of", day))
            let policy = reply["policy"] as? [String: Any]
            return (reply["outcome"] as? String, reply["amount_fen"] as? Int64, policy?["in_force_from"] as? String)
        }
        #expect(try outcome("2025-11-23") == ("NOT_IN_FORCE", nil, "2025-11-24"))
        #expect(try outcome("2026-06-30") == ("ELIGIBLE", 30_000_000, "2025-11-24"))
        #expect(try outcome("2026-07-01") == ("NOT_IN_FORCE", nil, "2025-11-24"))
        #expect(try outcome("2026-08-01") == ("ELIGIBLE", 10_000_000, "2026-08-01"))
        #expect(try outcome("2028-12-31") == ("ELIGIBLE", 10_000_000, "2026-08-01"))
        #expect(try outcome("2029-01-01") == ("NOT_IN_FORCE", nil, "2026-08-01"))
    }
}
