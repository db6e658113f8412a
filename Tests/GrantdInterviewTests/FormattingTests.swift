//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdInterview
import Testing

@Suite("Answers as people read them")
struct FormattingTests {
    @Test(
        arguments: [
            (0, "0元", "0 yuan"), (5, "0.05元", "0.05 yuan"), (123_456, "1,234.56元", "1,234.56 yuan"),
            (200_000_000, "200万元", "2,000,000 yuan"), (1_010_000, "1.01万元", "10,100 yuan"),
            (15_000_000_000, "1.5亿元", "150,000,000 yuan"), (1_000_100, "10,001元", "10,001 yuan"),
            (-100, "-1元", "-1 yuan"),
            (.max, "92,233,720,368,547,758.07元", "92,233,720,368,547,758.07 yuan"),
        ] as [(Int64, String, String)]
    )
    func sumIsWrittenInEachLanguagesHabit(fen: Int64, zh: String, en: String) {
        #expect(Money.text(fen: fen, .zh) == zh)
        #expect(Money.text(fen: fen, .en) == en)
    }

    @Test func aThingCountedHasNoUnitInEnglish() {
        let things = Question(
            path: "x.things_count",
            kind: .number,
            label: .empty,
            question: .empty,
            unit: FactUnit(
                id: "count",
                places: 0,
                suffix: .init(zh: " 个", en: ""),
                suffixOfOne: .init(zh: " 个", en: "")
            ),
            minimum: 0,
            maximum: Int64(Int32.max)
        )
        #expect(things.text(of: .number(1_200), .zh) == "1,200 个")
        #expect(things.text(of: .number(1_200), .en) == "1,200")
        #expect(Language.zh.expected(things) == "单位：个")
        #expect(Language.en.expected(things) == "a whole number")
    }

    @Test func aYearHasNoCommaAndNoBoundsOfTheWire() {
        let year = Question(
            path: "x.insurance_year",
            kind: .number,
            label: .empty,
            question: .empty,
            minimum: Int64(Int32.min),
            maximum: Int64(Int32.max)
        )
        #expect(year.text(of: .number(2_026), .zh) == "2026")
        #expect(Language.zh.expected(year) == "整数")
    }

    @Test func everySumReadsBackAsItself() throws {
        var generator = Numbers(state: 7)
        for _ in 0..<2_000 {
            let fen = Int64(generator.next() >> (generator.next() % 63 + 1))
            for language in Language.allCases {
                let text = ReadingTests.money.text(of: .number(fen), language)
                for unit in MoneyUnit.allCases {
                    #expect(try ReadingTests.money.read(text, moneyUnit: unit) == .number(fen), "\(text)")
                    let plain = ReadingTests.money.plainText(of: .number(fen), moneyUnit: unit)
                    #expect(try ReadingTests.money.read(plain, moneyUnit: unit) == .number(fen), "\(plain)")
                }
            }
        }
    }

    @Test func everyDayReadsBackAsItself() throws {
        var generator = Numbers(state: 11)
        for _ in 0..<20_000 {
            let day = CalendarDay(
                year: Int(generator.next() % 9_000) + 1_000,
                month: Int(generator.next() % 13),
                day: Int(generator.next() % 32)
            )
            guard let day else { continue }
            for language in Language.allCases {
                #expect(try ReadingTests.date.read(language.day(day)) == .date(day))
            }
            #expect(try ReadingTests.date.read(day.iso) == .date(day))
            #expect(CalendarDay(iso: day.iso) == day)
        }
    }

    @Test func everyAnswerReadsBackAsItself() throws {
        let answers: [(Question, Answer)] =
            [(ReadingTests.flag, .flag(true)), (ReadingTests.flag, .flag(false))]
            + ReadingTests.kind.values.map { (ReadingTests.kind, .choice($0.name)) }
            + [(ReadingTests.kinds, .choices([])), (ReadingTests.kinds, .choices(["NONE", "FDA"]))]
            + (0..<2_000).map { (ReadingTests.count, .number($0)) }
            + (0...10_000).map { (ReadingTests.share, .number($0)) }
        for (question, answer) in answers {
            #expect(try question.read(question.plainText(of: answer)) == answer)
            for language in Language.allCases {
                let text = question.text(of: answer, language)
                // A label may hold the comma that stands between several.
                if case .choices(let names) = answer, names.count > 1, language == .en { continue }
                #expect(try question.read(text) == answer, "\(text)")
            }
        }
    }

    @Test func wordsStandForCodes() {
        #expect(ReadingTests.kind.text(of: .choice("RESEARCH_INSTITUTE"), .zh) == "科研机构")
        #expect(ReadingTests.share.text(of: .number(3_598), .en) == "35.98%")
        #expect(ReadingTests.count.text(of: .number(1), .en) == "1 day")
        #expect(ReadingTests.count.text(of: .number(1_200), .zh) == "1,200 天")
        #expect(ReadingTests.kinds.text(of: .choices([]), .zh) == "无")
    }

    @Test func whatTheDaemonSaysIsChineseAsAWholeOrNotForPages() {
        let whole = [
            "a unified social credit code has exactly 18 characters": "统一社会信用代码应为 18 位",
            "the value must be from 1 to 12": "数值应在 1 到 12 之间",
            "the facts cannot be evaluated: division by zero": "这些事实无法计算：有一个除数为零",
        ]
        for (message, words) in whole {
            #expect(DaemonWords.wholly(message) == words)
            #expect(DaemonWords.chinese(message) == words)
        }
        // In the terminal the rest of the English is of use.
        for message in ["the facts cannot be evaluated: no such key", "the book of awards: the disk is full"] {
            #expect(DaemonWords.wholly(message) == nil)
            #expect(DaemonWords.known(message) != nil)
        }
        #expect(DaemonWords.wholly("what nobody has said yet") == nil)
        #expect(DaemonWords.chinese("what nobody has said yet") == "请求不合要求：what nobody has said yet")
        #expect(DaemonWords.wholly("请删去一项") == "请删去一项")
    }

    /// What pages, terminal and documents say alike.
    @Test func outcomesBasesAndStagesHaveOneWordingEach() {
        let outcomes: [(AssessmentOutcome, zh: String, en: String)] = [
            (.eligible, "符合条件", "Eligible"), (.ineligible, "不符合条件", "Not eligible"),
            (.undetermined, "尚不能判断：信息不全", "Cannot be decided yet: facts are missing"),
            (.exhausted, "符合条件，但额度已用完", "Eligible, but the cap is used up"),
            (.notInForce, "该日不在施行期", "Not in force on this day"),
        ]
        #expect(outcomes.map(\.0) == AssessmentOutcome.allCases)
        for (outcome, zh, en) in outcomes {
            #expect(Language.zh.outcome(outcome) == zh)
            #expect(Language.en.outcome(outcome) == en)
        }
        let bases: [(AmountBasis, zh: String, en: String)] = [
            (.exact, "标准由文件明确", "rate or sum fixed by the text"),
            (.ceiling, "文件规定的最高额", "the most that the text allows"),
            (.unpublishedRate, "有上限，比例未公布", "capped; the rate is not published"),
            (.agencyRate, "按主管部门确定的比例", "at the rate that the agency has set"),
            (.unpublishedAmount, "给予支持，金额未公布", "support without a published amount"),
            (.nonMonetary, "非资金支持", "no money: a right, a time limit or a service"),
            (.floor, "文件规定的最低额", "the least that the text grants"),
        ]
        #expect(bases.map(\.0) == AmountBasis.allCases)
        for (basis, zh, en) in bases {
            #expect(Language.zh.basis(basis) == zh)
            #expect(Language.en.basis(basis) == en)
        }
        #expect(ApplicationStage.allCases.map(Language.zh.stage) == ["", "拨付时", "公示结束后"])
        #expect(ApplicationStage.allCases.map(Language.en.stage) == ["", "at disbursement", "after the public notice"])
    }
}

/// Numbers that are the same in every run.
struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
