//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdInterview
import Testing

@Suite("Answers as people type them")
struct ReadingTests {
    static let flag = Question(path: "x.flag", kind: .flag, label: .empty, question: .empty)
    static let money = Question(path: "x.sum_fen", kind: .money, label: .empty, question: .empty, minimum: 0)
    static let date = Question(path: "x.day", kind: .date, label: .empty, question: .empty)
    static let count = Question(
        path: "x.count",
        kind: .number,
        label: .empty,
        question: .empty,
        unit: FactUnit(
            id: "days",
            places: 0,
            suffix: .init(zh: " 天", en: " days"),
            suffixOfOne: .init(zh: " 天", en: " day")
        ),
        minimum: 0,
        maximum: 3_000_000
    )
    static let share = Question(
        path: "x.share_bp",
        kind: .number,
        label: .empty,
        question: .empty,
        unit: FactUnit(id: "bp", places: 2, suffix: .init(zh: "%", en: "%"), suffixOfOne: .init(zh: "%", en: "%")),
        minimum: 0,
        maximum: 10_000
    )
    static let kind = Question(
        path: "applicant.kind",
        kind: .choice,
        label: .empty,
        question: .empty,
        values: [
            .init(name: "NONE", number: 0, label: .init(zh: "以上均不是", en: "none of these")),
            .init(name: "RESEARCH_INSTITUTE", number: 3, label: .init(zh: "科研机构", en: "research institute")),
            .init(name: "FDA", number: 5, label: .init(zh: "美国 FDA", en: "FDA, United States")),
        ]
    )
    static let kinds = Question(
        path: "x.kinds",
        kind: .choices,
        label: .empty,
        question: .empty,
        values: Self.kind.values,
        most: 2
    )
    static let text = Question(path: "subject_id", kind: .text, label: .empty, question: .empty)

    @Test(
        arguments: [
            ("1234.56", 123_456), ("1,234.56", 123_456), ("1，234．56", 123_456), ("１２３４", 123_400), ("1 234", 123_400),
            ("1234.50元", 123_450), ("200万", 200_000_000), ("200万元", 200_000_000), ("２００ 万 元", 200_000_000),
            ("1.5亿", 15_000_000_000), ("1.5亿元", 15_000_000_000), ("0.000001万元", 1), ("3千万", 3_000_000_000),
            ("2百万元", 200_000_000), ("¥12", 1_200), ("￥1,000", 100_000), ("人民币 88 元整", 8_800), ("0", 0), ("0.00", 0),
            ("12.5 yuan", 1_250), ("2 million yuan", 200_000_000), ("2 million", 200_000_000), ("1.50000元", 150),
            ("RMB 3", 300), (".5", 50), ("007", 700), ("92,233,720,368,547,758.07", Int64.max), ("－0", 0),
        ] as [(String, Int64)]
    )
    func sumIsReadToTheFen(typed: String, fen: Int64) throws {
        #expect(try Self.money.read(typed) == .number(fen))
    }

    @Test(
        arguments: [
            ("1.5", 1_500_000), ("200", 200_000_000), ("200元", 20_000), ("200万", 200_000_000), ("0.0001", 100),
            ("0.000001", 1), ("1亿", 10_000_000_000),
        ] as [(String, Int64)]
    )
    func bareSumCountsTheUnitThatWasChosen(typed: String, fen: Int64) throws {
        #expect(try Self.money.read(typed, moneyUnit: .tenThousandYuan) == .number(fen))
    }

    @Test(
        arguments: [
            ("", .empty), ("  　", .empty), ("abc", .notANumber), ("约200万", .notANumber), ("200-300", .notANumber),
            ("1.2.3", .notANumber), ("万元", .notANumber), (".", .notANumber), ("1e5", .notANumber),
            ("0x10", .notANumber),
            ("١٢٣", .notANumber), ("三百万", .notANumber), ("1.005", .tooPrecise), ("0.0000001万元", .tooPrecise),
            ("1,23", .badGrouping), ("1234,567", .badGrouping), ("1,,234", .badGrouping), ("-5", .negative),
            ("－5元", .negative), ("92,233,720,368,547,758.08", .tooLarge), ("99999999999亿", .tooLarge),
            (String(repeating: "9", count: 5_000), .tooLarge),
        ] as [(String, AnswerDiagnostic.Kind)]
    )
    func whatIsNoSumIsRefused(typed: String, kind: AnswerDiagnostic.Kind) {
        self.expect(kind) { try Self.money.read(typed) }
    }

    @Test(
        arguments: [
            "2026年5月20日", "2026-05-20", "2026/5/20", "2026.5.20", "20260520", "２０２６年５月２０日", "2026 年 5 月 20 日",
            "2026年05月20号", "2026年5月20", "20 May 2026", "May 20, 2026", "20 may, 2026", "2026-5-20", " 2026．05．20 ",
        ]
    )
    func dayIsReadAsItIsWritten(typed: String) throws {
        #expect(try Self.date.read(typed) == .date(try #require(CalendarDay(iso: "2026-05-20"))))
    }

    @Test(
        arguments: [
            ("", .empty), ("5月20日", .noYear), ("5-20", .noYear), ("5/20", .noYear), ("2026年2月30日", .noSuchDay),
            ("2025-02-29", .noSuchDay), ("2026-13-01", .noSuchDay), ("20260532", .noSuchDay),
            ("0000-01-01", .noSuchDay),
            ("26年5月20日", .notADate), ("2026-05", .notADate), ("昨天", .notADate), ("2026年5月", .notADate),
            ("202605200", .notADate), ("20/05/2026", .notADate), ("Maybe 5 2026", .notADate),
            ("2026--05-20", .notADate),
            ("今天", .notADate), ("may may 2026", .notADate),
        ] as [(String, AnswerDiagnostic.Kind)]
    )
    func whatIsNoDayIsRefused(typed: String, kind: AnswerDiagnostic.Kind) {
        self.expect(kind) { try Self.date.read(typed) }
    }

    @Test func todayIsTheDayThatIsGiven() throws {
        let day = try #require(CalendarDay(year: 2024, month: 2, day: 29))
        #expect(try Self.date.read("今天", today: day) == .date(day))
        #expect(try Self.date.read("Today", today: day) == .date(day))
    }

    @Test(
        arguments: [
            ("是", true), ("有", true), ("是的。", true), ("Y", true), ("yes", true), ("ＹＥＳ", true), ("否", false),
            ("无", false),
            ("没有", false), ("不是", false), ("n", false), ("No", false),
        ]
    )
    func yesAndNoAreReadInBothLanguages(typed: String, flag: Bool) throws {
        #expect(try Self.flag.read(typed) == .flag(flag))
    }

    @Test(arguments: ["也许", "1", "0", "maybe", "是否", "yesno"])
    func neitherYesNorNoIsRefused(typed: String) { self.expect(.notYesOrNo) { try Self.flag.read(typed) } }

    @Test(
        arguments: [
            ("12", 12), ("12天", 12), ("12 天", 12), ("1 day", 1), ("12 days", 12), ("1,200", 1_200), ("3万", 30_000),
            ("12.0", 12), ("３０００", 3_000), ("1.2万天", 12_000),
        ] as [(String, Int64)]
    )
    func numberIsReadWithOrWithoutItsUnit(typed: String, number: Int64) throws {
        #expect(try Self.count.read(typed) == .number(number))
    }

    @Test(
        arguments: [
            ("1.5", .notWhole), ("-1", .negative), ("3000001", .tooLarge), ("天", .notANumber), ("12 个", .notANumber),
            ("1,2", .badGrouping), ("9223372036854775808", .tooLarge),
        ] as [(String, AnswerDiagnostic.Kind)]
    )
    func whatIsNoNumberOfItsUnitIsRefused(typed: String, kind: AnswerDiagnostic.Kind) {
        self.expect(kind) { try Self.count.read(typed) }
    }

    @Test func shareIsTypedInPerCent() throws {
        #expect(try Self.share.read("35.98%") == .number(3_598))
        #expect(try Self.share.read("80％") == .number(8_000))
        #expect(try Self.share.read("100") == .number(10_000))
        self.expect(.tooPrecise) { try Self.share.read("0.001%") }
        self.expect(.tooLarge) { try Self.share.read("100.01") }
    }

    @Test(
        arguments: [
            ("科研机构", "RESEARCH_INSTITUTE"), ("Research Institute", "RESEARCH_INSTITUTE"), ("2", "RESEARCH_INSTITUTE"),
            ("research_institute", "RESEARCH_INSTITUTE"), ("２", "RESEARCH_INSTITUTE"), ("美国ＦＤＡ", "FDA"), ("fda", "FDA"),
            ("FDA, United States", "FDA"), ("1", "NONE"), ("none", "NONE"),
        ]
    )
    func choiceIsReadByLabelNameOrPlace(typed: String, name: String) throws {
        #expect(try Self.kind.read(typed) == .choice(name))
    }

    @Test(arguments: ["0", "4", "-1", "机构", "大学", "99999999999999999999"])
    func whatIsNoChoiceIsRefusedWithTheChoices(typed: String) throws {
        let problem = try #require(throws: AnswerDiagnostic.self) { try Self.kind.read(typed) }
        #expect(problem.kind == .notAChoice)
        #expect(problem.text.zh.contains("科研机构"))
        #expect(problem.text.en.contains("research institute"))
    }

    @Test func severalChoicesAreReadInTheQuestionsOrder() throws {
        #expect(try Self.kinds.read("美国 FDA、科研机构") == .choices(["RESEARCH_INSTITUTE", "FDA"]))
        #expect(try Self.kinds.read("3, 3，1") == .choices(["NONE", "FDA"]))
        #expect(try Self.kinds.read("FDA, United States") == .choices(["FDA"]))
        #expect(try Self.kinds.read("无") == .choices([]))
        self.expect(.tooMany) { try Self.kinds.read("1,2,3") }
        self.expect(.notAChoice) { try Self.kinds.read("1,9") }
    }

    @Test func textIsTakenAsItStands() throws {
        #expect(try Self.text.read("  项目Ａ，第 1 期 ") == .text("项目Ａ，第 1 期"))
        #expect(try Self.text.read("?") == .text("?"))
        self.expect(.invisible) { try Self.text.read("a\u{200B}b") }
        self.expect(.invisible) { try Self.text.read("a\nb") }
        self.expect(.invisible) { try Self.text.read("a\u{202E}b") }
        self.expect(.tooLong) { try Self.text.read(String(repeating: "长", count: 1_001)) }
        #expect(try Self.text.read(String(repeating: "长", count: 1_000)) == .text(String(repeating: "长", count: 1_000)))
    }

    @Test(arguments: ["不清楚", " 不知道 ", "Don’t know", "unknown"])
    func thatNobodyKnowsIsSaidInWords(typed: String) { #expect(Question.saysUnknown(typed)) }

    @Test func refusalSaysWhatToDoInBothLanguages() throws {
        for (question, typed) in [
            (Self.money, "x"), (Self.date, "x"), (Self.flag, "x"), (Self.kind, "x"), (Self.count, "x"),
            (Self.count, "5000000"),
        ] {
            let problem = try #require(throws: AnswerDiagnostic.self) { try question.read(typed) }
            #expect(problem.text.zh.contains("请"))
            #expect(problem.text.zh.hasSuffix("。"))
            #expect(problem.text.en.hasSuffix("."))
        }
        let day = try #require(throws: AnswerDiagnostic.self) { try Self.date.read("x") }
        #expect(day.text.zh == "请填写日期，例如 2026年5月20日。")
    }

    private func expect(_ kind: AnswerDiagnostic.Kind, _ body: () throws -> Answer) {
        let problem = #expect(throws: AnswerDiagnostic.self) { try body() }
        #expect(problem?.kind == kind)
    }
}
