//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdSchema
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

struct EvaluateErrorTests {
    @Test("what is malformed names its field")
    func fields() throws {
        let caller = try Caller()
        let good = Sample.platform()
        func field(_ application: [String: Any]) -> String? { caller.refusal(application)?.field }
        #expect(field(good) == nil)
        #expect(field(good.with("as_of", nil)) == "as_of")
        #expect(field(good.with("as_of", "2026-5-20")) == "as_of")
        #expect(
            field(good.with("applicant", ["unified_social_credit_code": ""])) == "applicant.unified_social_credit_code"
        )
        #expect(field(good.with("medical_device_common_platform", nil)) == "facts")
        #expect(field(good.with("medical_device_sme_cluster", [String: Any]())) == "facts")
        #expect(
            field(Sample.platform(["engineering_investment_fen": -1]))
                == "medical_device_common_platform.engineering_investment_fen"
        )
        let award = Sample.award("medical-device.common-platform", "P1", "2026-01-01", 5)
        func prior(_ award: [String: Any]) -> String? {
            field(good.with("prior_awards", [Sample.award("medical-device.sme-cluster", nil, "2026-01-01", 0), award]))
        }
        #expect(prior(award) == nil)
        #expect(prior(award.with("measure", nil)) == "prior_awards[1].measure")
        #expect(prior(award.with("measure", "common-platform")) == "prior_awards[1].measure")
        #expect(prior(award.with("measure", "medical-device.common-platfor")) == "prior_awards[1].measure")
        #expect(prior(award.with("awarded_on", nil)) == "prior_awards[1].awarded_on")
        #expect(prior(award.with("awarded_on", "")) == "prior_awards[1].awarded_on")
        #expect(prior(award.with("amount_fen", nil)) == "prior_awards[1].amount_fen")
        #expect(prior(award.with("amount_fen", -1)) == "prior_awards[1].amount_fen")
    }

    @Test("a value is refused though the measure is not in force, or not open to the applicant")
    func refusedAlways() throws {
        let caller = try Caller()
        let wrong = Sample.platform(["engineering_investment_fen": -1])
        #expect(caller.refusal(wrong.with("as_of", "2020-01-01"))?.code == 1003)
        #expect(caller.refusal(wrong.with("applicant", ["registered_in_beijing": false]))?.code == 1003)
    }

    @Test("a sum of deals beyond 2^63 - 1 is refused, whether or not the applicant is eligible")
    func overflow() throws {
        let caller = try Caller()
        let deal: [String: Any] = [
            "valid": true, "held_by_applicant": true, "jurisdiction": "DOMESTIC", "kind": "TRANSFER",
            "registered_or_recorded_on": "2026-01-01", "contract_amount_fen": Int64.max,
        ]
        for registered in [true, false] {
            let application: [String: Any] = [
                "as_of": "2026-05-20", "applicant": ["registered_in_beijing": registered],
                "patent_conversion_institution": ["deals": [deal, deal]],
            ]
            let refusal = try #require(caller.refusal(application))
            #expect(refusal.code == 1003)
            #expect(refusal.field == "patent_conversion_institution.deals")
        }
    }

    @Test("a request without an application, and bytes that are no request")
    func outside() throws {
        let engine = Engine(policies: try PolicySet.builtIn())
        let caller = try Caller()
        func refusal(_ bytes: [UInt8]) -> CallError? {
            do {
                _ = try caller.bytes([:], as: caller.types.evaluateRequest) { _, _, reply in
                    try bytes.withUnsafeBytes { try engine.evaluate($0, into: reply) }
                }
                return nil
            } catch {
                return error as? CallError
            }
        }
        #expect(refusal([])?.field == "application")
        #expect(refusal([0xFF, 0xFF])?.field == "")
        #expect(refusal([0x0A, 0x05, 0x01])?.code == 1003)
    }
}
