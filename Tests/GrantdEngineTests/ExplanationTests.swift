//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdTesting
internal import Testing

@testable internal import GrantdEngine
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
        #expect(texts.contains("计算基数（项目工程投资）：100万元。"))
        #expect(texts.contains("乘以 30%：30万元。"))
        #expect(texts.contains { $0.contains("未申报此前获支持情况，剩余 5,000万元；未作核减。") })
        #expect(texts.contains("结论：符合条件。金额：30万元。"))
    }

    @Test("a sanction that applies is not called a support")
    func sanction() throws {
        let entry: [String: Any] = [
            "kind": "SCORE", "dated_on": "2026-05-06", "inspection_id": "I", "site_id": "S", "violation_type": "A",
            "points": 12,
        ]
        let application: [String: Any] = [
            "as_of": "2026-05-20", "payment_qualification_standing": ["entries": [entry]],
        ]
        let texts = try self.texts(application, "zh")
        #expect(texts.contains("本年度新触发的处理：终止医保支付资格。"))
        #expect(texts.contains("结论：符合条件。"))
        #expect(!texts.contains { $0.contains("支持") })
    }

    @Test("a year is written without commas")
    func year() throws {
        let application: [String: Any] = ["as_of": "2026-05-20", "resident_insurance_person": ["insurance_year": 2026]]
        #expect(try self.texts(application, "zh").contains { $0.hasSuffix("依据：参保年度：2026。") })
    }

    @Test("what is missing is asked in both languages, and named in the reasoning")
    func missing() throws {
        let reply = try Caller().evaluate(
            Sample.platform().with("medical_device_common_platform", [String: Any]()),
            ["explain": "FULL"]
        )
        let questions = reply.list("missing").compactMap { $0["question"] as? [String: Any] }
        #expect(questions.count == 3)
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

    /// By programme, where its document says from when it is in force.
    private static let clausesOfDays = [
        "ai-application": "印发通知", "basic-research": "第十一条", "brain-stimulator-reimbursement": "正文第三段",
        "digital-space": "文末", "innovative-medicine": "印发通知", "medical-device": "文末", "medical-service-price": "文末",
        "overseas-ip-assistance": "第十二条", "patent-conversion": "第十六条", "payment-qualification": "第五十条",
        "pre-admission": "四", "psychiatric-inpatient": "文末", "renewables-settlement": "文末",
        "resident-insurance": "落款日期", "special-case-payment": "第二十条",
    ]

    @Test("the days in force are cited from the clause that says them, on a day within and on one without")
    func daysInForce() throws {
        let policies = try PolicySet.builtIn()
        let caller = try Caller(policies: policies)
        #expect(policies.programmes.map(\.id).sorted() == Self.clausesOfDays.keys.sorted())
        for entry in policies.entries {
            let programme = String(entry.id.prefix { $0 != "." })
            for day in ["2024-01-01", "2025-12-01", "2026-05-20"] {
                let application: [String: Any] = ["as_of": day, entry.factsField: [String: Any]()]
                let steps = try caller.evaluate(application, ["explain": "FULL"]).list("explanation")
                let step = try #require(steps.first { $0["rule"] as? String == "in-force" }, "\(entry.id)")
                #expect(step["clause"] as? String == Self.clausesOfDays[programme], "\(entry.id) \(day)")
            }
        }
    }

    // MARK: - Nothing but what is so

    /// Both languages of an explanation.
    private func both(_ application: [String: Any], _ policies: PolicySet? = nil) throws -> (zh: [String], en: [String])
    {
        let steps = try Caller(policies: policies).evaluate(application, ["explain": "FULL"]).list("explanation")
        let texts = steps.compactMap { $0["text"] as? [String: String] }
        return (texts.compactMap { $0["zh"] }, texts.compactMap { $0["en"] })
    }

    /// A platform of which it is not said whether it is one for all: undetermined, with a base of so many yuan.
    private func open(_ yuan: Int64?, prior: Int64 = 0, subject: String? = "P1") -> [String: Any] {
        var facts: [String: Any] = ["for_medical_device_industry": true]
        if let yuan { facts["engineering_investment_fen"] = yuan * 100 }
        var application = Sample.platform().with("medical_device_common_platform", facts).with("subject_id", subject)
        if prior > 0 {
            let award = Sample.award("medical-device.common-platform", "P1", "2026-01-01", prior * 100)
            application["prior_awards"] = [award]
        }
        return application
    }

    private func registration(_ cost: Int64?, prior: [[String: Any]] = []) -> [String: Any] {
        let facts: [String: Any] = ["regulator": "CE", "newly_approved_abroad": true, "sold_in_that_market": true]
        return [
            "as_of": "2026-05-20", "subject_id": "P1", "applicant": ["registered_in_beijing": true],
            "medical_device_overseas_registration": facts.with("registration_cost_fen", cost.map { $0 * 100 }),
            "prior_awards": prior,
        ]
    }

    private func investment(_ round: String?) -> [String: Any] {
        let facts: [String: Any] = ["in_pilot_zone": true]
        return ["as_of": "2026-05-20", "digital_space_fund_investment": facts.with("round", round)]
    }

    @Test("each written step has its own words, also a rounding behind a cap, and cap: none")
    func steps() throws {
        let policies = try EditedPolicies.platform(
            award: "base: facts.engineering_investment_fen",
            "rate: 1/2",
            "rate: 2/3",
            "cap: subject",
            "round: half up to fen",
            "cap: 20,000,000 yuan"
        )
        let (zh, en) = try self.both(Sample.platform(["engineering_investment_fen": 30_000_000_000]), policies)
        let first = try #require(en.firstIndex { $0.hasPrefix("Base ") })
        #expect(en[first + 1] == "Times 1/2: Times 2/3: 100,000,000 yuan.")
        #expect(en[first + 2].hasSuffix("left: 50,000,000 yuan; it cuts the sum by 50,000,000 yuan."))
        #expect(en[first + 3] == "Rounded to the fen, a half upwards: 50,000,000 yuan.")
        #expect(en[first + 4] == "After the limit of this step: 20,000,000 yuan.")
        #expect(en[first + 5] == "Outcome: eligible. Amount: 20,000,000 yuan.")
        #expect(zh[first + 1] == "乘以 1/2：乘以 2/3：1亿元。")
        #expect(zh[first + 3] == "四舍五入到分：5,000万元。")
        #expect(zh[first + 4] == "本步骤限额后：2,000万元。")

        let centre: [String: Any] = [
            "for_medical_device_industry": true, "recognised_industry_innovation_centre": true,
            "total_investment_fen": 300,
        ]
        let uncapped = try self.both([
            "as_of": "2026-05-20", "applicant": ["registered_in_beijing": true],
            "medical_device_innovation_centre": centre,
        ])
        #expect(uncapped.en.contains("Times 50%: 1.50 yuan."))
        #expect(uncapped.en.contains("The text states no cap."))
        #expect(uncapped.zh.contains("文件未规定上限。"))
    }

    @Test("the ineligible are told their rules and what the caps leave, and of no award")
    func ineligible() throws {
        let (zh, en) = try self.both(
            Sample.platform(["common_technology_platform": false, "engineering_investment_fen": 20_000_000_000])
        )
        #expect(en.contains { $0.hasPrefix("Requirement “") && $0.contains("”: not met. Facts: ") })
        #expect(en.contains { $0.hasSuffix("50,000,000 yuan; earlier awards: none reported, left: 50,000,000 yuan.") })
        #expect(zh.contains { $0.hasSuffix("5,000万元；未申报此前获支持情况，剩余 5,000万元。") })
        #expect(!en.contains { $0.hasPrefix("Base") || $0.hasPrefix("Times") || $0.contains("cut") })
        #expect(!zh.contains { $0.hasPrefix("计算基数") || $0.hasPrefix("乘以") || $0.contains("核减") })
        #expect(en.last == "Outcome: not eligible.")
        #expect(zh.last == "结论：不符合条件。")
    }

    @Test("while it is undetermined, a cap is told by what it would do")
    func conditional() throws {
        func cap(_ application: [String: Any]) throws -> (zh: String, en: String) {
            let (zh, en) = try self.both(application)
            return (
                try #require(zh.first { $0.hasPrefix("单个对象上限") }),
                try #require(en.first { $0.hasPrefix("Cap per subject") })
            )
        }
        let cut = try cap(self.open(200_000_000))
        #expect(cut.en.hasSuffix("left: 50,000,000 yuan; it would cut the sum by 10,000,000 yuan."))
        #expect(cut.zh.hasSuffix("剩余 5,000万元；如符合条件，将据此核减 1,000万元。"))
        let none = try cap(self.open(100_000_000))
        #expect(none.en.hasSuffix("; it would not cut the sum."))
        #expect(none.zh.hasSuffix("；不会核减。"))
        let usedUp = try cap(self.open(100_000_000, prior: 50_000_000))
        #expect(usedUp.en.hasSuffix("left: 0 yuan; it would cut the sum by 30,000,000 yuan."))
        let unknown = try cap(self.open(nil))
        #expect(unknown.en.hasSuffix("; whether it cuts the sum is not known."))
        #expect(unknown.zh.hasSuffix("；是否核减尚不能判断。"))
        let nothing = try cap(self.open(nil, prior: 50_000_000))
        #expect(nothing.en.hasSuffix("left: 0 yuan; nothing of it is left, whatever the sum."))
        #expect(nothing.zh.hasSuffix("；已无余额，无论数额多少。"))
        let another = try cap(self.open(100_000_000, prior: 1, subject: nil))
        #expect(another.en.hasSuffix("so what was used is not known; whether it cuts the sum is not known."))
        let least = try cap(self.open(200_000_000, prior: 1, subject: nil))
        #expect(least.en.hasSuffix("so what was used is not known; it would cut the sum by at least 10,000,000 yuan."))
        #expect(least.zh.hasSuffix("；如符合条件，将据此至少核减 1,000万元。"))
    }

    @Test("of two caps that the sum exceeds one cuts, and the other is said to be the looser")
    func twoCaps() throws {
        let looser = try self.both(self.registration(6_000_000))
        #expect(looser.en.contains { $0.hasSuffix("left: 1,000,000 yuan; it cuts the sum by 5,000,000 yuan.") })
        #expect(
            looser.en.contains {
                $0.hasSuffix("left: 3,000,000 yuan; it would cut the sum, but a stricter cap applies.")
            }
        )
        #expect(looser.zh.contains { $0.hasSuffix("剩余 300万元；本应核减，但适用更严的上限。") })
        let between = try self.both(self.registration(2_000_000))
        #expect(between.en.contains { $0.hasSuffix("left: 3,000,000 yuan; it does not cut the sum.") })

        let prior = Sample.award("medical-device.overseas-registration", "P2", "2026-01-01", 200_000_000)
        let tie = try self.both(self.registration(6_000_000, prior: [prior]))
        #expect(
            tie.en.contains {
                $0.hasPrefix("Cap per applicant and year")
                    && $0.hasSuffix("it would cut the sum, but another cap that leaves the same applies.")
            }
        )
        #expect(tie.zh.contains { $0.hasSuffix("；本应核减，但所余相同的另一上限已适用。") })
    }

    @Test("a grade that is not known gives no sum but a most, and of a least amount not even that")
    func openTable() throws {
        let work = try self.both([
            "as_of": "2026-05-20", "subject_id": "W1", "digital_space_award_winning_work": ["in_pilot_zone": true],
        ])
        #expect(work.en.contains { $0.hasPrefix("The sum by grade: not known yet, at most 2,000,000 yuan. Facts: ") })
        #expect(work.zh.contains { $0.hasPrefix("按档次确定数额：尚无法确定，最多 200万元。") })
        let fund = try self.both(self.investment(nil))
        #expect(fund.en.contains { $0.hasPrefix("The sum by grade: not known yet. Facts: ") })
        #expect(fund.zh.contains { $0.hasPrefix("按档次确定数额：尚无法确定。") })
        #expect(!fund.en.contains { $0.contains("yuan") } && !fund.zh.contains { $0.contains("元") })
    }

    @Test("an unpublished rate is told as an upper bound of the base, or of the cap where that is all there is")
    func unpublishedRate() throws {
        let base = try self.both(self.registration(10))
        #expect(base.en.last == "No rate is published: an upper bound, the base as far as the caps allow.")
        #expect(base.zh.last == "未公布比例，按基数并以上限为限的最高额。")
        let cap = try self.both([
            "as_of": "2026-05-20", "subject_id": "P1", "applicant": ["registered_in_beijing": true],
            "medical_device_early_stage_project": ["qualified_early_stage_project": true],
        ])
        #expect(cap.en.last == "No rate or grade is published: an upper bound, as far as the caps allow.")
        #expect(cap.zh.last == "未公布比例或档次，按上限所允许的最高额计。")
    }

    @Test("a ceiling speaks of no cap, for there may be none")
    func ceiling() throws {
        let centre: [String: Any] = [
            "for_medical_device_industry": true, "recognised_industry_innovation_centre": true,
            "total_investment_fen": 300,
        ]
        let (zh, en) = try self.both([
            "as_of": "2026-05-20", "applicant": ["registered_in_beijing": true],
            "medical_device_innovation_centre": centre,
        ])
        #expect(en.last == "The text states its figures as “up to”; the agency sets the actual sum.")
        #expect(zh.last == "文件规定的数字均为最高标准，实际以主管部门核定为准。")
    }

    @Test("a least amount is told as one")
    func least() throws {
        let (zh, en) = try self.both(self.investment("SEED"))
        #expect(en.contains("Outcome: eligible. At least: 1,000,000 yuan."))
        #expect(en.last == "The text states a least amount, not a most.")
        #expect(zh.contains("结论：符合条件。不少于：100万元。"))
        #expect(zh.last == "文件规定的是最低数额，而非上限。")
    }

    @Test("an award that stands in the way is named with its day and sum")
    func alreadyAwarded() throws {
        func work(_ subject: String?, _ awards: [[String: Any]]) throws -> (zh: [String], en: [String]) {
            let facts = ["in_pilot_zone": true, "officially_published": true, "excellent_original_game": true]
            let application: [String: Any] = [
                "as_of": "2026-05-20", "digital_space_original_game": facts, "prior_awards": awards,
            ]
            return try self.both(application.with("subject_id", subject))
        }
        let measure = "digital-space.original-game"
        let other = Sample.award(measure, "W2", "2026-01-02", 3)
        let first = Sample.award(measure, "W1", "2026-02-03", 50_000_000)
        let later = Sample.award(measure, "W1", "2026-06-01", 7)
        let seen = try work("W1", [other, later, first])
        #expect(seen.en.contains { $0.hasSuffix(" before. Seen: 500,000 yuan, awarded on 2026-02-03.") })
        #expect(seen.zh.contains { $0.hasSuffix("不再重复支持。依据：2026-02-03 获支持 50万元。") })
        let twice = try work("W1", [first, first, first])
        #expect(twice.en.contains { $0.hasSuffix("500,000 yuan, awarded on 2026-02-03, and 2 others.") })
        #expect(twice.zh.contains { $0.hasSuffix("获支持 50万元，另有 2 笔。") })
        let unknown = try work(nil, [other])
        #expect(unknown.en.contains { $0.hasSuffix("is not known yet. Seen: 0.03 yuan, awarded on 2026-01-02.") })
        let none = try work("W1", [other, later])
        #expect(!none.en.contains { $0.contains("Seen") })
        let earlier = Sample.award(measure, "W1", "2025-12-31", 100)
        for awards in [[first, earlier], [earlier, first]] {
            #expect(try work("W1", awards).en.contains { $0.hasSuffix("1 yuan, awarded on 2025-12-31, and 1 other.") })
        }
    }

    @Test("a rule that reads earlier awards tells the first of them, or why there is none")
    func awardsOfRule() throws {
        let measure = "digital-space.key-laboratory"
        func rule(
            _ awards: [[String: Any]],
            _ more: [String: Any] = [:],
            subject: String? = "L1"
        ) throws -> (String, String) {
            var application = more
            application["as_of"] = "2026-05-20"
            application["digital_space_key_laboratory"] = ["support_year": 3]
            if !awards.isEmpty { application["prior_awards"] = awards }
            let (zh, en) = try self.both(application.with("subject_id", subject))
            return (
                try #require(zh.first { $0.contains("连续支持不超过3年") }),
                try #require(en.first { $0.contains("three consecutive years") })
            )
        }
        let first = Sample.award(measure, "L1", "2023-12-31", 100)
        let later = Sample.award(measure, "L1", "2025-02-03", 200)
        let other = Sample.award(measure, "L2", "2022-01-02", 300)
        let fails = try rule([other, later, first])
        #expect(fails.0.contains("不符合"))
        #expect(fails.0.hasSuffix("支持年度序次：3。此前获支持情况：2023-12-31 获支持 1元，另有 1 笔。"))
        #expect(
            fails.1.hasSuffix("not met. Facts: Year of support: 3. Seen: 1 yuan, awarded on 2023-12-31, and 1 other.")
        )
        let own = try rule([other])
        #expect(own.0.hasSuffix("未申报该对象此前获支持情况。"))
        #expect(own.1.hasSuffix(" met. Facts: Year of support: 3. Earlier awards: none reported for this subject."))
        #expect(try rule([]).0.hasSuffix("未申报此前获支持情况。"))
        #expect(try rule([]).1.hasSuffix(" Earlier awards: none reported."))
        let open = try rule([], ["prior_awards_unknown": true])
        #expect(open.0.hasSuffix("此前获支持情况未知。"))
        #expect(open.1.hasSuffix("not known yet. Facts: Year of support: 3. Earlier awards: not known."))
        #expect(try rule([other], subject: nil).1.hasSuffix(" Seen: 3 yuan, awarded on 2022-01-02."))
        // Through definitions, too.
        let incubator: [String: Any] = [
            "as_of": "2026-05-20", "subject_id": "I1", "digital_space_benchmark_incubator": ["support_year": 3],
            "prior_awards": [Sample.award("digital-space.benchmark-incubator", "I1", "2024-03-04", 500)],
        ]
        #expect(try self.both(incubator).en.contains { $0.hasSuffix(" Seen: 5 yuan, awarded on 2024-03-04.") })
    }

    @Test("the question for the subject is written in full-width marks")
    func subjectQuestion() throws {
        let reply = try Caller().evaluate(self.open(1, prior: 1, subject: nil), ["explain": "FULL"])
        let subject = try #require(reply.list("missing").first { $0["path"] as? String == "subject_id" })
        let question = try #require((subject["question"] as? [String: String])?["zh"])
        #expect(question.contains("（产品、项目、作品或实验室）？"))
        #expect(!question.contains { "(),?".contains($0) })
        #expect((subject["question"] as? [String: String])?["en"]?.hasPrefix("Which product, project, work") == true)
    }

    @Test("without explain there is no explanation, no question, no label")
    func none() throws {
        let reply = try Caller().evaluate(Sample.platform().with("medical_device_common_platform", [String: Any]()))
        #expect(reply.list("explanation").isEmpty)
        #expect(reply.list("missing").allSatisfy { $0["question"] == nil })
    }
}
