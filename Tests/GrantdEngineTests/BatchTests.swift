//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Foundation
internal import GrantdSchema
internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

struct BatchTests {
    @Test("results stand in order, each as it would alone, an error beside its own", arguments: [1, 2, 64, 1_000])
    func order(_ maximum: Int) throws {
        let caller = try Caller()
        var applications: [[String: Any]] = []
        for index in 0..<150 {
            var application = Sample.platform(["engineering_investment_fen": index * 1_000])
            application["application_id"] = "a-\(index)"
            if index % 7 == 3 { application["as_of"] = "2026-02-30" }
            if index % 11 == 5 { application["medical_device_common_platform"] = ["engineering_investment_fen": -1] }
            if index % 13 == 2 { application["medical_device_common_platform"] = nil }
            applications.append(application)
        }
        let results = try caller.batch(applications, maximum: maximum)
        #expect(results.count == applications.count)
        for (application, result) in zip(applications, results) {
            if let error = result["error"] as? [String: Any] {
                let refusal = try #require(caller.refusal(application))
                #expect(error["field"] as? String == refusal.field)
                #expect(error["message"] as? String == refusal.message)
                #expect(error["code"] as? Int64 == 1003)
                #expect(error["status"] as? String == "INVALID_ARGUMENT")
                #expect(result["assessment"] == nil)
            } else {
                let assessment = try #require(result["assessment"] as? [String: Any])
                let alone = try caller.evaluate(application)
                #expect(assessment as NSDictionary == alone as NSDictionary)
                #expect(assessment["application_id"] as? String == application["application_id"] as? String)
                #expect(assessment["amount_fen"] as? Int64 == alone["amount_fen"] as? Int64)
            }
        }
    }

    @Test("an application that is no message spoils its own result only")
    func garbage() throws {
        let caller = try Caller()
        let good = try caller.bytes(["applications": [Sample.platform()]], as: caller.types.evaluateBatchRequest) {
            $2.write($1)
        }
        let request = good + [0x0A, 0x03, 0xFF, 0xFF, 0xFF] + good
        let bytes = try request.withUnsafeBytes { raw throws -> [UInt8] in
            try caller.bytes([:], as: caller.types.evaluateBatchRequest) { engine, _, reply in
                let job = try engine.beginBatch(raw)
                #expect(job.count == 3)
                while try !job.step(maximum: 64, into: reply) {}
            }
        }
        let results = try Caller.decode(bytes, as: .evaluateBatchResponse).list("results")
        #expect(results.map { $0["error"] != nil } == [false, true, false])
    }

    @Test("a batch has a limit, and a lower one with explanations")
    func limits() throws {
        var limits = EngineLimits.defaults
        limits.batch = 5
        limits.explainedBatch = 2
        let caller = try Caller(limits: limits)
        #expect(try caller.batch([]).isEmpty)
        #expect(try caller.batch(Array(repeating: Sample.platform(), count: 5)).count == 5)
        #expect(throws: CallError.self) { try caller.batch(Array(repeating: Sample.platform(), count: 6)) }
        #expect(try caller.batch(Array(repeating: Sample.platform(), count: 2), ["explain": "FULL"]).count == 2)
        do {
            _ = try caller.batch(Array(repeating: Sample.platform(), count: 3), ["explain": "FULL"])
            Issue.record("three explained applications passed")
        } catch let error as CallError {
            #expect(error.field == "applications")
            #expect(error.code == 1003)
        }
    }

    @Test("options hold for every application")
    func options() throws {
        let results = try Caller().batch(
            [["as_of": "2026-05-20", "patent_conversion_institution": [String: Any]()]],
            ["stage": "DISBURSEMENT", "assume_unset_bars_absent": true, "explain": "FULL"]
        )
        let assessment = try #require(results.first?["assessment"] as? [String: Any])
        #expect(assessment.list("findings").contains { $0["rule"] as? String == "moved-out-of-beijing" })
        #expect(assessment.list("findings").contains { $0["verdict"] as? String == "ASSUMED" })
        #expect(!assessment.list("explanation").isEmpty)
    }
}
