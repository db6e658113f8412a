//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdInterview
internal import GrantdJSON
internal import GrantdMessages
internal import GrantdPages
internal import GrantdPolicy
internal import GrantdSchema
internal import SwiftProtobuf
internal import Testing

@Suite("A measure's questions end with the engine's own answer")
struct JourneyTests {
    private let site: Site

    init() throws { self.site = try Site() }

    /// What the engine says of a request as JSON.
    private func assess(_ json: String) throws -> GrantdAssessment {
        let types = self.site.compiled.policies.types
        let plan = JSONPlan([types.evaluateRequest])
        let root = try #require(plan.root(types.evaluateRequest, transparent: "application"))
        let request = ByteWriter(limit: 1 << 20)
        let reply = ByteWriter(limit: 1 << 20)
        _ = try Array(json.utf8).withUnsafeBufferPointer { try JSONReader(plan).read($0, as: root, into: request) }
        try self.site.engine.evaluate(request.bytes, into: reply)
        return try GrantdAssessment(serializedBytes: Array(reply.bytes))
    }

    private static let words: [GrantdOutcome.Value: String] = [
        .eligible: "符合条件", .ineligible: "不符合条件", .undetermined: "尚不能判断：信息不全", .exhausted: "符合条件，但额度已用完",
        .notInForce: "该日不在施行期",
    ]

    @Test("for every measure and every outcome of its worked cases", arguments: WorkedCase.all)
    func everyCase(worked: WorkedCase) throws {
        let expected = try self.assess(worked.request)
        var walk = try Walk(self.site, measure: expected.measure, worked)
        try walk.answerAll()
        if walk.page.field("at") == "check" { try walk.press("result") }
        #expect(walk.page.field("at") == "result")

        // The same answer, asked for once more by the request that the page hands out.
        let download = self.site.post(walk.path, walk.page.fields + [("go", "download")])
        #expect(download.headers.contains { $0.name == "content-disposition" && $0.value.hasPrefix("attachment") })
        let answer = try self.assess(download.text)
        #expect(answer.measure == expected.measure)
        #expect(answer.outcome == expected.outcome)
        #expect(answer.basis == expected.basis)
        if expected.outcome == .eligible || expected.outcome == .exhausted {
            #expect(answer.hasAmountFen == expected.hasAmountFen)
            #expect(answer.amountFen == expected.amountFen)
        }

        let band = walk.page.elements.first { $0["class"] == "band" }?.text ?? ""
        let word = try #require(Self.words[expected.outcome])
        #expect(band.hasSuffix(" " + word))
        let sum = walk.page.elements.first { $0["class"] == "sum" }?.text
        switch answer.outcome {
        case .eligible, .exhausted:
            let basis = try #require(AmountBasis(rawValue: Int32(answer.basis.rawValue)))
            let words =
                answer.hasAmountFen
                ? Language.zh.money(fen: answer.amountFen, basis) : Language.zh.noSum(basis)
            #expect(sum == words)
        case .undetermined:
            #expect(sum == (answer.hasPotentialAmountFen ? Language.zh.atMost(fen: answer.potentialAmountFen) : nil))
        case .ineligible, .notInForce: #expect(sum == nil)
        }
        // Every reason stands with its clause, and what is missing leads to its question.
        for finding in answer.findings {
            #expect(walk.page.elements.contains { $0["class"] == "clause" && $0.text == finding.clause })
        }
        for missing in answer.missing.prefix(3) {
            if missing.path == "working_calendar" {
                #expect(walk.page.text.contains("工作日历"))
                continue
            }
            #expect(walk.page.actions.contains("change \(missing.path)"))
            let asked = try self.site.page(
                self.site.post(walk.path, walk.page.fields + [("go", "change \(missing.path)")])
            )
            #expect(asked.field("at").map { missing.path.hasPrefix($0) } ?? false)
        }
        #expect(walk.page.text.contains(answer.policy.digest))
        #expect(try Codes.ofBuiltIn.get().found(on: walk.page).isEmpty)
        #expect(try ForeignWords.ofBuiltIn.get().found(on: walk.page, "zh") == [])
    }

    @Test func everyMeasureHasACase() {
        #expect(WorkedCase.all.count { $0.outcome == "ELIGIBLE" } >= self.site.ids.count - 2)
    }

    // MARK: - Going to and fro

    private let platform = "/measures/medical-device.common-platform/ask"

    @Test func backKeepsWhatWasAnswered() throws {
        var page = try self.site.page(self.site.get(self.platform))
        let first = page.heading
        page = try self.site.page(
            self.site.post(
                self.platform,
                page.fields + [("typed:applicant.registered_in_beijing", "yes"), ("go", "next")]
            )
        )
        #expect(page.heading != first)
        page = try self.site.page(self.site.post(self.platform, page.fields + [("go", "back")]))
        #expect(page.heading == first)
        #expect(page.all("input").contains { $0["value"] == "yes" && $0["checked"] != nil })
        page = try self.site.page(self.site.post(self.platform, page.fields + [("go", "back")]))
        #expect(page.field("at") == "as_of")
    }

    @Test func aWrongAnswerStaysWithWhatIsWrongBesideItAndInASummary() throws {
        let fields = [
            ("as_of", "2026-05-20"), ("applicant.registered_in_beijing", "yes"),
            ("at", "medical_device_common_platform.engineering_investment_fen"),
        ]
        for (typed, words) in [("12a", "请用数字填写金额"), ("", "请填写金额"), ("-5", "不能为负数"), ("0.001", "精确到分")] {
            let page = try self.site.page(
                self.site.post(
                    self.platform,
                    fields + [
                        ("typed:medical_device_common_platform.engineering_investment_fen", typed),
                        ("unit:medical_device_common_platform.engineering_investment_fen", "yuan"), ("go", "next"),
                    ]
                )
            )
            #expect(page.all("title").first?.text.hasPrefix("错误：") ?? false)
            let summary = try #require(page.elements.first { $0["class"] == "problems" })
            #expect(summary["autofocus"] != nil && summary.text.contains(words))
            let input = try #require(page.elements.first { $0["id"] == "answer" })
            #expect(input["value"] == typed && input["aria-invalid"] == "true")
            #expect(input["aria-describedby"]?.contains("answer-error") ?? false)
        }
    }

    @Test func moneyCountsInWhatOneChooses() throws {
        let path = "medical_device_common_platform.engineering_investment_fen"
        let expected: [(unit: String, typed: String, value: String)] = [
            ("yuan", "1,234.56", "1234.56"), ("wan", "200", "2000000"), ("yuan", "200万", "2000000"),
            ("wan", "1.5亿元", "150000000"),
        ]
        for (unit, typed, value) in expected {
            let page = try self.site.page(
                self.site.post(
                    self.platform,
                    [
                        ("as_of", "2026-05-20"), ("at", path), ("typed:" + path, typed), ("unit:" + path, unit),
                        ("go", "next"),
                    ]
                )
            )
            #expect(page.field(path) == value)
        }
    }

    @Test func whatOneAnswerWouldChangeIsSaid() throws {
        let page = try self.site.page(
            self.site.post(
                self.platform,
                [("as_of", "2026-05-20"), ("applicant.registered_in_beijing", "no"), ("go", "result")]
            )
        )
        #expect(page.text.contains("若“在京注册”为“是”"))
    }

    @Test func anotherDayAsksByItsOwnVersion() throws {
        let page = try self.site.page(
            self.site.post(
                self.platform,
                [("as_of", "2026-05-20"), ("at", "as_of"), ("typed:as_of", "2020年1月1日"), ("go", "next")]
            )
        )
        #expect(page.field("at") == "result")
        #expect(page.elements.contains { $0["class"] == "band" && $0.text.contains("不在施行期") })
    }

    @Test func anEntryIsAddedChangedAndRemoved() throws {
        var page = try self.site.page(
            self.site.post(self.platform, [("as_of", "2026-05-20"), ("go", "change prior_awards")])
        )
        func entry(_ index: Int, _ sum: String) throws {
            page = try self.site.page(
                self.site.post(self.platform, page.fields + [("go", "change prior_awards[\(index)]")])
            )
            page = try self.site.page(
                self.site.post(
                    self.platform,
                    page.fields + [
                        ("typed:prior_awards[].measure", "medical-device.common-platform"),
                        ("typed:prior_awards[].awarded_on", "2026/1/2"), ("typed:prior_awards[].amount_fen", sum),
                        ("unit:prior_awards[].amount_fen", "wan"), ("go", "next"),
                    ]
                )
            )
        }
        try entry(0, "100")
        try entry(1, "200")
        try entry(0, "150")
        #expect(page.field("prior_awards") == "2")
        #expect(page.field("prior_awards[0].amount_fen") == "1500000")
        #expect(page.text.contains("150万元") && page.text.contains("200万元") && !page.text.contains("100万元"))
        page = try self.site.page(self.site.post(self.platform, page.fields + [("go", "remove prior_awards[0]")]))
        #expect(page.field("prior_awards") == "1")
        #expect(page.field("prior_awards[0].amount_fen") == "2000000")
        // An award without its day cannot count.
        page = try self.site.page(self.site.post(self.platform, page.fields + [("go", "change prior_awards[1]")]))
        page = try self.site.page(self.site.post(self.platform, page.fields + [("go", "next")]))
        #expect(page.elements.count { $0["class"] == "error" } == 3)
    }

    @Test func theLineForCurlHoldsTheRequest() throws {
        let page = try self.site.page(
            self.site.post(self.platform, [("as_of", "2026-05-20"), ("subject_id", "it's"), ("go", "result")])
        )
        let line = page.all("textarea").first { $0["id"] == "curl" }?.text ?? ""
        #expect(line.hasPrefix("curl ") && line.contains("http://127.0.0.1:7843/grantd.v1.Calculator/Evaluate"))
        #expect(line.contains(#"it'\''s"#))
    }

    // MARK: - Screening

    @Test func aScreeningListsTheMostFirstAndLeadsOn() throws {
        var page = try self.site.page(self.site.get("/screen"))
        page = try self.site.page(
            self.site.post(
                "/screen",
                page.fields + [
                    ("typed:as_of", "2026年5月20日"), ("typed:applicant.kind", "ENTERPRISE"),
                    ("typed:applicant.registered_in_beijing", "yes"), ("go", "next"),
                ]
            )
        )
        let picks = page.all("button").filter { $0["formaction"] != nil }
        #expect(picks.count > 20)
        #expect(page.text.contains("最高 5,000万元"))
        let path = try #require(picks.first?["formaction"])
        let asked = try self.site.page(self.site.post(path, page.fields + [("go", "next")]))
        #expect(asked.field("applicant.registered_in_beijing") == "yes")
        #expect(asked.field("as_of") == "2026-05-20")
        // And back to what was said.
        let again = try self.site.page(self.site.post("/screen", page.fields + [("go", "check")]))
        #expect(again.all("input").contains { $0["value"] == "ENTERPRISE" && $0["checked"] != nil })
        let wrong = try self.site.page(self.site.post("/screen", [("typed:as_of", "yesterday"), ("go", "next")]))
        #expect(wrong.elements.contains { $0["class"] == "problems" })
    }

    @Test func whoHadNoSupportBeforeIsNotAskedForEarlierAwards() throws {
        var page = try self.site.page(self.site.get("/screen"))
        #expect(page.typed.contains("typed:prior_awards"))
        page = try self.site.page(
            self.site.post(
                "/screen",
                page.fields + [("typed:as_of", "2026-05-20"), ("typed:prior_awards", "no"), ("go", "next")]
            )
        )
        #expect(page.field("prior_awards") == "no")
        let asked = try self.site.page(self.site.post(self.platform, page.fields + [("go", "next")]))
        #expect(asked.field("prior_awards") == "0")
    }

    @Test func theStageIsChosenWhereAnswersAreChecked() throws {
        let form = [("as_of", "2026-05-20"), ("at", "check"), ("go", "check")]
        let stages = self.site.compiled.policies.measures.filter { $0.rules.contains { $0.stage == .disbursement } }
        let measure = try #require(stages.first { $0.rules.contains(where: \.isBar) })
        let path = "/measures/\(measure.id)/ask"
        let check = try self.site.page(self.site.post(path, form))
        let names = check.all("input").filter { $0["type"] == "radio" && $0["name"] == "stage" }.map { $0["value"] }
        #expect(names == ["APPLICATION", "PUBLICITY", "DISBURSEMENT"])
        let result = try self.site.page(
            self.site.post(path, check.fields + [("stage", "DISBURSEMENT"), ("assume", "1"), ("go", "result")])
        )
        #expect(result.text.contains("按拨付时的要求核对；没有回答的排除情形视为不存在。"))
        #expect(result.text.contains(#""stage": "DISBURSEMENT""#))
        // And back: what was chosen is chosen still, and stands in the form once.
        let again = try self.site.page(self.site.post(path, result.fields + [("go", "check")]))
        #expect(again.field("stage") == nil)
        let chosen = again.all("input").filter { $0["checked"] != nil }.compactMap { $0["value"] }
        #expect(chosen == ["DISBURSEMENT", "1"])
    }

    @Test func aListIsNarrowed() throws {
        func count(_ query: [(name: String, value: String)]) throws -> Int {
            try self.site.page(self.site.get("/", query)).all("li").count { $0["class"] == "found" }
        }
        let all = try count([])
        #expect(all == self.site.ids.count)
        #expect(try (1..<all).contains(count([("q", "平台")])))
        #expect(try count([("q", "ＭａａＳ 算力券")]) >= 1)
        #expect(try count([("q", "no such words at all")]) == 0)
        #expect(try (1..<all).contains(count([("kind", "MEDICAL_INSTITUTION")])))
        #expect(try (1..<all).contains(count([("programme", "medical-device"), ("support", "ceiling")])))
        #expect(try count([("day", "1990-01-01")]) == 0)
        #expect(try count([("day", "no day")]) == 0)
    }
}
