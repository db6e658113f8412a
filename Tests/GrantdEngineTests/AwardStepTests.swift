//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdTesting
internal import Testing

@testable internal import GrantdEngine
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

    @Test(
        "a rounding that is written is taken where it stands, whatever rate follows",
        arguments: [
            // 3/2 is 1, of which two thirds are 0.67; as one fraction it would be 1.
            ("rate: 1/2", "round: down to fen", "rate: 2/3", Int64(3), Int64(0)),
            // 5/2 is 3, of which two thirds are 2; as one fraction it would be 1.67.
            ("rate: 1/2", "round: half up to fen", "rate: 2/3", 5, 2),
            // 20,000/3 is 66 yuan, of which a half is 33 yuan; as one fraction it would be 3,333 fen.
            ("rate: 1/3", "round: down to yuan", "rate: 1/2", 20_000, 3_300),
            // 9,999.67 is 10,000, which is whole yuan; cut off at once it would be 9,900.
            ("rate: 1/3", "round: half up to fen", "round: down to yuan", 29_999, 10_000),
            // 9,999.67 is 9,999, which the second rounding leaves alone.
            ("rate: 1/3", "round: down to fen", "round: half up to fen", 29_999, 9_999),
            // 9,999.33 is one fraction of both rates, and is rounded once.
            ("rate: 2/3", "rate: 1/2", "round: half up to fen", 29_998, 9_999),
            // The last rate is cut off by itself: 1.33 is 1, of which a half is 0.
            ("rate: 2/3", "round: half up to fen", "rate: 50%", 2, 0),
        ]
    )
    func roundedBetween(_ first: String, _ second: String, _ third: String, _ base: Int64, _ expected: Int64) throws {
        let policies = try EditedPolicies.platform(
            award: "base: facts.engineering_investment_fen",
            first,
            second,
            third,
            "cap: subject"
        )
        #expect(try self.amount(policies, base: base)["amount_fen"] as? Int64 == expected)
    }

    @Test("rates with many digits stay one fraction where its lowest terms fit")
    func longRates() throws {
        // The product of the terms has more than 64 bits before 999,999,937 is cancelled.
        let policies = try EditedPolicies.platform(
            award: "base: facts.engineering_investment_fen",
            "rate: 500000000/999999937",
            "rate: 500000003/999999999",
            "rate: 99.9999937%",
            "cap: subject"
        )
        // As one fraction it is 3.00000002; cut off behind each rate it would be 2.
        #expect(try self.amount(policies, base: 12)["amount_fen"] as? Int64 == 3)
    }

    @Test("a plain sum that cuts below a cap takes its place: no cap makes the amount")
    func limitBelowCap() throws {
        func reply(_ steps: [String], base: Int64) throws -> [String: Any] {
            let lines = steps.map { "      - \($0)\n" }.joined()
            let edit = (EditedPolicies.platformAward, lines + "\n  - id: innovation-centre")
            return try self.amount(EditedPolicies.load("medical-device", [edit]), base: base, prior: 100)
        }
        let base = "base: facts.engineering_investment_fen"
        let below = try reply([base, "cap: subject", "cap: 20,000,000 yuan"], base: 10_000_000_000)
        #expect(below["amount_fen"] as? Int64 == 2_000_000_000)
        #expect(below["binding_cap"] == nil)
        #expect(below.list("caps").allSatisfy { $0["binding"] as? Bool != true })
        let above = try reply([base, "cap: subject", "cap: 60,000,000 yuan"], base: 10_000_000_000)
        #expect(above["amount_fen"] as? Int64 == 4_999_999_900)
        #expect(above["binding_cap"] as? String == "subject")
        let before = try reply([base, "cap: 60,000,000 yuan", "cap: subject"], base: 10_000_000_000)
        #expect(before["amount_fen"] as? Int64 == 4_999_999_900)
        #expect(before["binding_cap"] as? String == "subject")
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
        let second = """
                versions:
                  - in_force: {from: 2026-08-01, until: 2028-12-31}
                    caps: {subject: 10万元}

            """
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
