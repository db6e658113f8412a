//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdInterview
import Testing

@Suite("What to ask next")
struct InterviewTests {
    /// A measure with two gates, a threshold, a choice, a bar and a list: what a daemon would say of its answers.
    private static let questionnaire = Questionnaire(
        measure: "green-factory.award",
        title: BilingualText(zh: "绿色工厂奖励", en: "Award for green factories"),
        awardSummary: BilingualText(zh: "项目投资的10%", en: "10% of the investment"),
        rules: [
            .init(
                id: "registered",
                kind: .requirement,
                clause: "第一条",
                label: BilingualText(zh: "在京注册", en: "Registered in Beijing")
            ),
            .init(
                id: "large-enough",
                kind: .requirement,
                clause: "第二条",
                label: BilingualText(zh: "投资不低于500万元", en: "at least 5,000,000 yuan invested"),
                condition: "facts.investment_fen >= least"
            ),
            .init(
                id: "dishonest",
                kind: .bar,
                clause: "第三条",
                label: BilingualText(zh: "严重失信", en: "Seriously dishonest")
            ),
            .init(id: "lines", kind: .requirement, clause: "第四条", label: BilingualText(zh: "两条产线", en: "Two lines")),
        ],
        questions: [
            StandardQuestions.asOf,
            Question(
                path: "applicant.registered_in_beijing",
                kind: .flag,
                label: BilingualText(zh: "在京注册", en: "Registered in Beijing"),
                question: .empty,
                rules: ["registered"]
            ),
            Question(
                path: "green_factory_award.investment_fen",
                kind: .money,
                label: BilingualText(zh: "项目投资", en: "Investment"),
                question: .empty,
                minimum: 0,
                rules: ["large-enough"],
                feedsAward: true
            ),
            Question(
                path: "green_factory_award.dishonest",
                kind: .flag,
                label: BilingualText(zh: "严重失信", en: "Seriously dishonest"),
                question: .empty,
                rules: ["dishonest"]
            ),
            Question(
                path: "green_factory_award.lines",
                kind: .entries,
                label: BilingualText(zh: "产线", en: "Lines"),
                question: .empty,
                most: 200,
                entries: [
                    Question(
                        path: "green_factory_award.lines[].line_id",
                        kind: .text,
                        label: BilingualText(zh: "编号", en: "Number"),
                        question: .empty
                    ),
                    Question(
                        path: "green_factory_award.lines[].running",
                        kind: .flag,
                        label: BilingualText(zh: "在运行", en: "Running"),
                        question: .empty
                    ),
                ],
                rules: ["lines"]
            ),
            Question(
                path: "green_factory_award.notice_on",
                kind: .date,
                label: BilingualText(zh: "通知日期", en: "Notice"),
                question: .empty
            ),
            StandardQuestions.subject,
            StandardQuestions.priorAwards(
                measures: [.init(name: "green-factory.award", label: BilingualText(zh: "绿色工厂奖励", en: "Award"))]
            ),
        ]
    )

    private static let interview = Interview(Self.questionnaire)
    private static let member = "green_factory_award"

    private static func evaluate(_ answers: Answers) -> Evaluation {
        var findings: [RuleFinding] = []
        var missing: [String] = []
        func judge(_ rule: String, _ kind: RuleFinding.Kind, _ holds: Bool?, _ paths: [String]) {
            let passes = holds.map { $0 == (kind == .requirement) }
            findings.append(
                RuleFinding(rule: rule, kind: kind, verdict: passes.map { $0 ? .pass : .fail } ?? .unknown)
            )
            if holds == nil { missing += paths }
        }
        func flag(_ path: String) -> Bool? { if case .flag(let flag)? = answers[path] { flag } else { nil } }
        func number(_ path: String) -> Int64? { if case .number(let number)? = answers[path] { number } else { nil } }
        judge(
            "registered",
            .requirement,
            flag("applicant.registered_in_beijing"),
            ["applicant.registered_in_beijing"]
        )
        let investment = number("\(Self.member).investment_fen")
        judge(
            "large-enough",
            .requirement,
            investment.map { $0 >= 500_000_000 },
            ["\(Self.member).investment_fen"]
        )
        judge("dishonest", .bar, flag("\(Self.member).dishonest"), ["\(Self.member).dishonest"])
        var entries: [[String: Answer]] = []
        if case .entries(let known)? = answers["\(Self.member).lines"] { entries = known }
        let running = entries.count { $0["running"] == .flag(true) }
        let open = entries.indices.filter { entries[$0]["running"] == nil }
        judge(
            "lines",
            .requirement,
            running >= 2 ? true : running + open.count >= 2 ? nil : false,
            open.map { "\(Self.member).lines[\($0)].running" }
        )
        if answers[StandardQuestions.priorAwardsPath] == nil { missing.append(StandardQuestions.priorAwardsPath) }
        let isOut = findings.contains { $0.verdict == .fail }
        // A notice that is known counts, and nobody misses it.
        var amount = investment.map { $0 / 10 }
        if case .date? = answers["\(Self.member).notice_on"] { amount = 0 }
        return Evaluation(
            outcome: isOut ? .ineligible : missing.isEmpty ? .eligible : .undetermined,
            missing: isOut ? [] : missing,
            findings: findings,
            amount: isOut || !missing.isEmpty ? nil : amount
        )
    }

    private static func step(_ answers: Answers, goesOn: Bool = false) -> Interview.Step {
        Self.interview.step(answers, goesOn: goesOn, evaluate: Self.evaluate)
    }

    private static func dated() throws -> Answers {
        Answers().with(StandardQuestions.asOfPath, .date(try #require(CalendarDay(iso: "2027-05-20"))))
    }

    @Test func dayIsAskedBeforeAnythingIsAssessed() {
        #expect(Self.interview.probes(of: Answers()).isEmpty)
        let step = Self.step(Answers())
        #expect(step.next == StandardQuestions.asOf)
        #expect(step.number == 1)
    }

    @Test func questionsComeInTheOrderOfWhatIsMissing() throws {
        var answers = try Self.dated()
        var asked: [String] = []
        let given: [String: Answer] = [
            "applicant.registered_in_beijing": .flag(true), "\(Self.member).investment_fen": .number(800_000_000),
            "\(Self.member).dishonest": .flag(false),
            "\(Self.member).lines": .entries([["running": .flag(true)], ["running": .flag(true)]]),
            "prior_awards": .entries([]),
        ]
        while let next = Self.step(answers).next {
            asked.append(next.name)
            if let answer = given[next.path] { answers.answer(next.path, answer) } else { answers.skip(next.path) }
        }
        #expect(
            asked == ["registered_in_beijing", "investment_fen", "dishonest", "lines", "prior_awards", "notice_on"]
        )
        let end = Self.step(answers)
        #expect(end.end == .complete)
        #expect(end.evaluation?.outcome == .eligible)
        // The subject is not missing, and trying one changes nothing.
        #expect(end.unasked.map(\.path) == ["subject_id"])
    }

    @Test func openListIsNotTakenForAnEmptyOne() throws {
        let answers = try Self.dated().with("applicant.registered_in_beijing", .flag(true))
            .with("\(Self.member).investment_fen", .number(800_000_000)).with("\(Self.member).dishonest", .flag(false))
        // As it stands there are no two lines; with lines that nobody has entered yet there may be.
        #expect(Self.evaluate(answers).outcome == .ineligible)
        #expect(Self.step(answers).next?.path == "\(Self.member).lines")
        let none = answers.with("\(Self.member).lines", .entries([]))
        #expect(Self.step(none).end == .ineligible)
    }

    @Test func refusalThatAListMayUndoIsNotSettledHoweverManyEntriesItTakes() throws {
        let answers = try Self.dated()
        // A hundred lines are wanted: no number of unknown ones that is tried is enough.
        let refused = Evaluation(
            outcome: .ineligible,
            findings: [RuleFinding(rule: "lines", kind: .requirement, verdict: .fail)]
        )
        func end(_ questionnaire: Questionnaire, _ rule: String, _ answers: Answers) -> Interview.Step.End? {
            let finding = RuleFinding(rule: rule, kind: .requirement, verdict: .fail)
            return Interview(questionnaire).step(answers) { _ in
                Evaluation(outcome: .ineligible, findings: [finding])
            }.end
        }
        let step = Self.interview.step(answers) { _ in refused }
        #expect(step.next?.path == "\(Self.member).lines")
        #expect(end(Self.questionnaire, "lines", answers) == nil)
        #expect(end(Self.questionnaire, "registered", answers) == .ineligible)
        #expect(end(Self.questionnaire, "lines", answers.with("\(Self.member).lines", .entries([]))) == .ineligible)
        // A rule behind whose names there may be more than is known of may read the list.
        let vague = Questionnaire(
            measure: Self.questionnaire.measure,
            title: .empty,
            rules: [
                .init(id: "registered", kind: .requirement, clause: "", label: .empty, hasKnownFacts: false)
            ],
            questions: Self.questionnaire.questions
        )
        #expect(end(vague, "registered", answers) == nil)
    }

    @Test func stageAndAssumptionGoIntoTheRequestAndThroughAForm() throws {
        var answers = try Self.dated()
        #expect(!Self.questionnaire.requestJSON(answers, explains: true).contains("stage"))
        #expect(Language.zh.terms(answers) == nil)
        answers.stage = .disbursement
        answers.assumesUnsetBarsAbsent = true
        #expect(
            Self.questionnaire.requestJSON(answers, explains: true)
                .hasSuffix(#"},"stage":"DISBURSEMENT","assume_unset_bars_absent":true,"explain":"FULL"}"#)
        )
        let read = Answers(formFields: answers.formFields(Self.questionnaire), Self.questionnaire)
        #expect(read == answers)
        #expect(answers.carried(to: Self.questionnaire).stage == .disbursement)
        #expect(Language.zh.terms(answers) == "按拨付时的要求核对；没有回答的排除情形视为不存在")
        #expect(Self.interview.probes(of: answers).allSatisfy { $0.stage == .disbursement })
    }

    @Test(
        arguments: [
            ("applicant.registered_in_beijing", true), ("!(has(facts.admitted_on)) || facts.days_e2 <= 7", true),
            ("applicant.kind in [Applicant.Kind.UNIVERSITY, Kind.NONE]", true), ("", true),
            (#"facts.on >= date("2025-01-01") && true"#, true), ("years_before(as_of, 3) <= facts.on", true),
            ("!cancelled", false), ("evidenced_deals.exists(d, d.valid)", false), ("facts.x >= least", false),
            ("facts.lines.all(l, l.running)", false), (#"facts.x == "open"#, false),
        ] as [(String, Bool)]
    )
    func conditionNamesAllItReads(condition: String, isTrue: Bool) {
        #expect(ConditionText.namesAllItReads(condition) == isTrue)
    }

    @Test func settledRefusalEndsTheQuestionsUnlessAllAreWanted() throws {
        let answers = try Self.dated().with("applicant.registered_in_beijing", .flag(false))
        let step = Self.step(answers)
        #expect(step.next == nil)
        #expect(step.end == .ineligible)
        #expect(step.unasked.count == 6)
        #expect(Self.step(answers, goesOn: true).next?.path == "\(Self.member).investment_fen")
    }

    @Test func whatNobodyKnowsIsNotAskedAgain() throws {
        var answers = try Self.dated()
        answers.skip("applicant.registered_in_beijing")
        #expect(Self.step(answers).next?.path == "\(Self.member).investment_fen")
        for question in Self.questionnaire.questions where answers.isOpen(question) { answers.skip(question.path) }
        let step = Self.step(answers)
        #expect(step.end == .ineligible || step.end == .complete)
        #expect(step.next == nil)
    }

    @Test func goingBackOpensTheLastAnswer() throws {
        var answers = try Self.dated().with("applicant.registered_in_beijing", .flag(true))
        answers.skip("\(Self.member).investment_fen")
        #expect(answers.goBack() == "\(Self.member).investment_fen")
        #expect(answers.goBack() == "applicant.registered_in_beijing")
        #expect(Self.step(answers).next?.path == "applicant.registered_in_beijing")
        #expect(answers.goBack() == "as_of")
        #expect(answers.goBack() == nil)
    }

    @Test func progressCountsWhatIsLeft() throws {
        let step = Self.step(try Self.dated())
        #expect(step.number == 2)
        #expect(step.estimatedCount == 6)
        #expect(Language.zh.progress(step) == "第 2 题，共约 6 题")
        #expect(Language.en.progress(step) == "Question 2 of about 6")
    }

    // MARK: - Why

    @Test func reasonNamesRuleClauseAndWhatEachAnswerSettles() throws {
        let question = try #require(Self.questionnaire.question(for: "\(Self.member).dishonest"))
        let answers = try Self.dated()
        let evaluations = Self.interview.variants(of: question, in: answers).map(Self.evaluate)
        #expect(evaluations.count == 3)
        #expect(
            Self.interview.reasons(for: question, evaluations, .zh)
                == ["排除情形：严重失信（第三条）。", "答“是”，则不符合条件。", "答“否”，则不存在该排除情形。"]
        )
        #expect(
            Self.interview.reasons(for: question, evaluations, .en)
                == ["A bar: Seriously dishonest (第三条).", "“Yes”: not eligible.", "“No”: the bar is absent."]
        )
    }

    @Test func reasonOfASumSaysThatTheAmountComesFromIt() throws {
        let question = try #require(Self.questionnaire.question(for: "\(Self.member).investment_fen"))
        #expect(Self.interview.variants(of: question, in: try Self.dated()).isEmpty)
        #expect(
            Self.interview.reasons(for: question, [], .zh)
                == ["条件：投资不低于500万元（第二条）。", "用于计算支持金额：项目投资的10%。"]
        )
    }

    // MARK: - What would change it

    @Test func changeIsToldOnlyWhereTheAssessmentConfirmsIt() throws {
        var answers = try Self.dated().with("applicant.registered_in_beijing", .flag(true))
            .with("\(Self.member).investment_fen", .number(499_999_999)).with("\(Self.member).dishonest", .flag(false))
            .with("\(Self.member).lines", .entries([["running": .flag(true)], ["running": .flag(true)]]))
            .with("prior_awards", .entries([]))
        let changes = Self.interview.changes(answers, Self.evaluate(answers), evaluate: Self.evaluate)
        #expect(changes.map { $0.sentence(.zh) } == ["若“项目投资”为500万元，则符合条件。"])
        #expect(
            changes.map { $0.sentence(.en) } == ["If “Investment” were 5,000,000 yuan, it would be eligible."]
        )
        // Two reasons, and no one answer that undoes both.
        answers.answer("\(Self.member).dishonest", .flag(true))
        #expect(Self.interview.changes(answers, Self.evaluate(answers), evaluate: Self.evaluate).isEmpty)
        // Where nothing is refused nothing is tried.
        let open = try Self.dated().with("applicant.registered_in_beijing", .flag(true))
            .with("\(Self.member).lines", .entries([[:], [:]]))
        #expect(Self.evaluate(open).outcome == .undetermined)
        #expect(Self.interview.candidates(open, Self.evaluate(open)).isEmpty)
    }

    @Test func changeThatLeavesQuestionsOpenSaysSo() throws {
        let answers = try Self.dated().with("applicant.registered_in_beijing", .flag(false))
            .with("\(Self.member).lines", .entries([[:], [:]]))
        let changes = Self.interview.changes(answers, Self.evaluate(answers), evaluate: Self.evaluate)
        #expect(changes.map { $0.sentence(.zh) } == ["若“在京注册”为“是”，则不再被排除，但还需补充其他信息。"])
    }

    // MARK: - The request

    @Test func requestHasTheNamesOfTheContractInAFixedOrder() throws {
        var answers = try Self.dated().with("subject_id", .text("厂\"1\""))
        answers.answer("\(Self.member).dishonest", .flag(false))
        answers.answer("\(Self.member).investment_fen", .number(.max))
        answers.answer("applicant.registered_in_beijing", .flag(true))
        answers.answer(
            "\(Self.member).lines",
            .entries([["running": .flag(true), "line_id": .text("L'1")], [:]])
        )
        #expect(
            Self.questionnaire.requestJSON(answers, explains: true)
                == #"{"application":{"as_of":"2027-05-20","subject_id":"厂\"1\"","applicant":{"registered_in_beijing":true},"#
                + #""prior_awards_unknown":true,"green_factory_award":{"investment_fen":9223372036854775807,"dishonest":false,"#
                + #""lines":[{"line_id":"L'1","running":true},{}]}},"explain":"FULL"}"#
        )
        answers.answer("prior_awards", .entries([]))
        #expect(!Self.questionnaire.requestJSON(answers, explains: false).contains("prior_awards"))
        let curl = Self.questionnaire.curl(answers, origin: "http://127.0.0.1:7843")
        #expect(curl.contains(#""line_id":"L'\''1""#))
        #expect(curl.hasSuffix("'http://127.0.0.1:7843/grantd.v1.Calculator/Evaluate'"))
        #expect(!curl.contains("authorization"))
        let withToken = Self.questionnaire.curl(answers, origin: "http://127.0.0.1:7843", asksForTokens: true)
        #expect(withToken.contains(#" -H "authorization: Bearer $TOKEN" -d '"#))
    }

    @Test func screeningAsksAboutTheApplicantAndCarriesItOn() throws {
        let screening = Interview(StandardQuestions.screening)
        var answers = Answers()
        var asked: [String] = []
        while let next = screening.step(answers, evaluate: Self.evaluate).next {
            asked.append(next.path)
            switch next.kind {
            case .date: answers.answer(next.path, .date(try #require(CalendarDay(iso: "2027-05-20"))))
            case .flag: answers.answer(next.path, .flag(true))
            default: answers.skip(next.path)
            }
        }
        #expect(asked == StandardQuestions.screening.questions.map(\.path))
        #expect(
            StandardQuestions.screening.requestJSON(answers, explains: false)
                == #"{"as_of":"2027-05-20","applicant":{"registered_in_beijing":true,"is_small_or_medium":true,"#
                + #""independent_legal_liability":true},"prior_awards_unknown":true}"#
        )
        let carried = answers.carried(to: Self.questionnaire)
        #expect(carried.order == ["as_of", "applicant.registered_in_beijing"])
        // Who had no support before is not asked for earlier awards.
        answers.answer(StandardQuestions.priorAwardsPath, .flag(false))
        #expect(!StandardQuestions.screening.requestJSON(answers, explains: false).contains("prior_awards"))
        #expect(answers.carried(to: Self.questionnaire)[StandardQuestions.priorAwardsPath] == .entries([]))
        let fields = answers.formFields(StandardQuestions.screening)
        let read = Answers(formFields: fields, Self.questionnaire)
        #expect(read[StandardQuestions.priorAwardsPath] == .entries([]))
    }

    // MARK: - Forms

    @Test func answersTravelThroughAFormAsTheyAre() throws {
        var answers = try Self.dated().with("subject_id", .text("?"))
            .with("\(Self.member).investment_fen", .number(123_456))
            .with("\(Self.member).lines", .entries([["running": .flag(false)], [:], ["line_id": .text("a[0].b")]]))
            .with("prior_awards", .entries([["amount_fen": .number(5), "measure": .choice("green-factory.award")]]))
        answers.skip("applicant.registered_in_beijing")
        let fields = answers.formFields(Self.questionnaire)
        #expect(Answers(formFields: fields, Self.questionnaire) == answers)
        #expect(fields.contains { $0 == ("\(Self.member).investment_fen", "1234.56") })
    }

    @Test func forgedFormGivesNothingThatNoPersonCouldAnswer() throws {
        let names =
            Self.questionnaire.questions.map(\.path)
            + [
                "unknown", "", "[", "[]", "prior_awards[", "prior_awards[]", "prior_awards[0]", "prior_awards[0].",
                "prior_awards[-1].measure", "prior_awards[99999999999999999999].measure", "prior_awards[0].amount_fen",
                "\(Self.member).lines[0].running", "\(Self.member).lines[3].line_id", "\(Self.member).lines[0]x",
                "\(Self.member).lines].running",
            ]
        let values =
            [
                "", "yes", "否", "-1", "4", "200", "201", "99999999999999999999", "2027-05-20", "1.5亿", "none", "\u{0}",
                "a\nb",
            ]
            + names
        var generator = Numbers(state: 3)
        for _ in 0..<5_000 {
            let fields = (0..<Int(generator.next() % 40)).map { _ in
                (
                    name: names.randomElement(using: &generator) ?? "",
                    value: values.randomElement(using: &generator) ?? ""
                )
            }
            let answers = Answers(formFields: fields, Self.questionnaire)
            for (path, answer) in answers.values {
                let question = try #require(Self.questionnaire.question(for: path))
                if case .number(let number) = answer { #expect(number >= 0) }
                if case .entries(let entries) = answer { #expect(entries.count <= question.most ?? 0) }
            }
            // What was taken is taken again.
            let again = Answers(formFields: answers.formFields(Self.questionnaire), Self.questionnaire)
            #expect(again == answers)
            _ = Self.step(answers)
        }
    }
}

@Suite("What stands in a condition")
struct ConditionTextTests {
    @Test(
        arguments: [
            ("facts.deals", "size(facts.deals) > 0", true), ("facts.deal", "size(facts.deals) > 0", false),
            ("facts.deals", "my_facts.deals", false), ("facts.deals", "x.facts.deals", false),
            ("facts.a", "facts.a", true),
            ("facts.a", "", false), ("facts.a", "facts.ab || facts.a", true),
        ]
    )
    func nameIsFoundAsAWord(name: String, text: String, isNamed: Bool) {
        #expect(ConditionText.names(name, in: text) == isNamed)
    }

    @Test(
        arguments: [
            ("facts.x1 >= 9 && y_2 < 10_000", [9, 10_000]), (#"a >= date("2025-01-01") && b > 5"#, [5]),
            ("投资不低于500万元，增长30%", [500_000_000, 3_000]), ("at least 5,000,000 yuan.", [500_000_000]),
            ("at most 2 million yuan", [200_000_000]), ("1.5亿元", [15_000_000_000]), ("'unclosed 5", []), ("", []),
            ("99999999999999999999", []), ("3.", [3]),
        ] as [(String, [Int64])]
    )
    func figuresAreAsTheWireHasThem(text: String, figures: [Int64]) {
        #expect(ConditionText.figures(in: text) == figures)
    }
}
