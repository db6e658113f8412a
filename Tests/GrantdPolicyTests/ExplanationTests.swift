//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdPolicy

struct ExplanationTests {
    private func texts(_ application: [String: Any], _ language: String) throws -> [String] {
        try Caller().evaluate(application, ["explain": "FULL"]).list("explanation").compactMap {
            ($0["text"] as? [String: Any])?[language] as? String
        }
    }

    @Test("the whole reasoning in English, sums in yuan")
    func english() throws {
        var application = Sample.platform(["engineering_investment_fen": 20_000_000_050])
        application["prior_awards"] = [Sample.award("medical-device.common-platform", "P1", "2026-01-01", 100_000_000)]
        let texts = try self.texts(application, "en")
        #expect(texts.contains { $0.contains("is in force from 2025-11-24 to 2028-12-31; within it: 2026-05-20.") })
        #expect(texts.contains { $0.contains("met. Facts: Registered in Beijing: yes.") })
        #expect(texts.contains("Base (Engineering investment of the project): 200,000,000.50 yuan."))
        #expect(texts.contains("Times 30%: 60,000,000.15 yuan."))
        let cap = try #require(texts.first { $0.contains("used before") })
        #expect(
            cap.contains(
                "50,000,000 yuan; used before: 1,000,000 yuan, left: 49,000,000 yuan; it cuts the sum by 11,000,000.15 yuan."
            )
        )
        #expect(texts.contains("Outcome: eligible. Amount: 49,000,000 yuan."))
    }

    @Test("the whole reasoning in Chinese")
    func chinese() throws {
        let texts = try self.texts(Sample.platform(["engineering_investment_fen": 100_000_000]), "zh")
        #expect(texts.contains { $0.contains("自 2025-11-24 起至 2028-12-31 止施行；在施行期内：2026-05-20。") })
        #expect(texts.contains("计算基数（项目工程投资）：1,000,000 元。"))
        #expect(texts.contains("乘以 30%：300,000 元。"))
        #expect(texts.contains { $0.contains("此前已用 0 元，剩余 50,000,000 元；未作核减。") })
        #expect(texts.contains("结论：符合支持条件。金额：300,000 元。"))
    }

    @Test("what is missing is asked in both languages, and named in the reasoning")
    func missing() throws {
        let reply = try Caller().evaluate(
            Sample.platform().with("medical_device_common_platform", [String: Any]()),
            ["explain": "FULL"]
        )
        let questions = reply.list("missing").compactMap { $0["question"] as? [String: Any] }
        #expect(questions.count == 2)
        #expect(
            questions.allSatisfy { ($0["zh"] as? String)?.isEmpty == false && ($0["en"] as? String)?.isEmpty == false }
        )
        let texts = reply.list("explanation").compactMap { ($0["text"] as? [String: Any])?["en"] as? String }
        #expect(
            texts.contains { $0.hasPrefix("Still wanted: ") && $0.contains("Engineering investment of the project") }
        )
        #expect(texts.contains("Outcome: undetermined; the facts listed are wanted. At most: 50,000,000 yuan."))
    }

    @Test("every measure explains itself in both languages with a clause at each step, whatever the facts")
    func all() throws {
        let policies = try PolicySet.builtIn()
        let caller = try Caller(policies: policies)
        for entry in policies.entries {
            for applicant: [String: Any] in [[:], ["registered_in_beijing": true], ["registered_in_beijing": false]] {
                for day in ["2024-01-01", "2026-05-20"] {
                    let application: [String: Any] = [
                        "as_of": day, "applicant": applicant, entry.factsField: [String: Any](),
                    ]
                    let reply = try caller.evaluate(application, ["explain": "FULL", "stage": "DISBURSEMENT"])
                    #expect(reply.list("explanation").count >= 2)
                    for step in reply.list("explanation") {
                        let text = try #require(step["text"] as? [String: Any])
                        #expect((text["zh"] as? String)?.isEmpty == false, "\(entry.id)")
                        #expect((text["en"] as? String)?.isEmpty == false, "\(entry.id)")
                        #expect((step["clause"] as? String)?.isEmpty == false, "\(entry.id)")
                        #expect((step["rule"] as? String)?.isEmpty == false, "\(entry.id)")
                    }
                    for line in reply.list("lines") { #expect(line["label"] != nil) }
                }
            }
        }
    }

    @Test("without explain there is no explanation, no question, no label")
    func none() throws {
        let reply = try Caller().evaluate(Sample.platform().with("medical_device_common_platform", [String: Any]()))
        #expect(reply.list("explanation").isEmpty)
        #expect(reply.list("missing").allSatisfy { $0["question"] == nil })
    }
}
