//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The contract's own words as people read them.
extension Language {
    package func outcome(_ outcome: AssessmentOutcome) -> String {
        switch outcome {
        case .eligible: self("符合条件", "Eligible")
        case .ineligible: self("不符合条件", "Not eligible")
        case .undetermined: self("尚不能判断：信息不全", "Cannot be decided yet: facts are missing")
        case .exhausted: self("符合条件，但额度已用完", "Eligible, but the cap is used up")
        case .notInForce: self("该日不在施行期", "Not in force on this day")
        }
    }

    /// The outcome in a word, for a list.
    package func outcomeInShort(_ outcome: AssessmentOutcome) -> String {
        switch outcome {
        case .eligible: self("符合", "eligible")
        case .ineligible: self("不符合", "not eligible")
        case .undetermined: self("待定", "undetermined")
        case .exhausted: self("额度用完", "exhausted")
        case .notInForce: self("不在施行期", "not in force")
        }
    }

    /// How far a measure's text fixes its figure, in a few words.
    package func basis(_ basis: AmountBasis) -> String {
        switch basis {
        case .exact: self("标准由文件明确", "rate or sum fixed by the text")
        case .ceiling: self("文件规定的最高额", "the most that the text allows")
        case .unpublishedRate: self("有上限，比例未公布", "capped; the rate is not published")
        case .agencyRate: self("按主管部门确定的比例", "at the rate that the agency has set")
        case .unpublishedAmount: self("给予支持，金额未公布", "support without a published amount")
        case .nonMonetary: self("非资金支持", "no money: a right, a time limit or a service")
        case .floor: self("文件规定的最低额", "the least that the text grants")
        }
    }

    /// The same in a sentence, which tells what a sum may still come to.
    package func basisInFull(_ basis: AmountBasis) -> String {
        switch basis {
        case .exact: self("比例或数额由文件明确规定。", "The text fixes the rate or the sum.")
        case .ceiling:
            self("文件规定“不超过”，实际金额在此限额以内核定。", "The text says “up to”: the authority decides within this limit.")
        case .unpublishedRate:
            self("文件只公布了上限，没有公布比例，实际金额可能更低。", "The text publishes a cap and no rate: the sum may be lower.")
        case .agencyRate: self("按主管部门确定的比例计算。", "Worked out at the rate that the agency has set.")
        case .unpublishedAmount: self("文件明确给予支持，但没有公布金额。", "The text promises support without naming a sum.")
        case .nonMonetary:
            self("这项支持不是资金，而是一项权利、时限或服务。", "The support is a right, a time limit or a service, not money.")
        case .floor: self("文件规定的是最低额，实际金额可能更高。", "The text states a least amount: the sum may be higher.")
        }
    }

    /// What a rule said: a mark and a word.
    package func verdict(_ kind: RuleFinding.Kind, _ verdict: RuleFinding.Verdict) -> (mark: String, word: String) {
        switch (kind, verdict) {
        case (.requirement, .pass): ("✓", self("满足", "met"))
        case (.requirement, .fail): ("✗", self("不满足", "not met"))
        case (.bar, .pass): ("✓", self("不存在", "absent"))
        case (.bar, .fail): ("✗", self("存在", "holds"))
        case (_, .assumed): ("~", self("假定不存在", "assumed absent"))
        case (_, .unknown): ("?", self(Words.Assessment.notKnown))
        }
    }

    /// The title of the rules of a kind.
    package func rules(_ kind: RuleFinding.Kind) -> String {
        switch kind {
        case .requirement: self("条件", "Requirements")
        case .bar: self("排除情形", "Bars")
        }
    }

    /// From when on a rule is asked; empty for those that are asked from the application on.
    package func stage(_ stage: ApplicationStage) -> String {
        switch stage {
        case .application: ""
        case .publicity: self("公示结束后", "after the public notice")
        case .disbursement: self("拨付时", "at disbursement")
        }
    }

    /// A stage by itself.
    package func name(of stage: ApplicationStage) -> String {
        stage == .application ? self("申请时", "at the application") : self.stage(stage)
    }

    /// What answers are judged by, where it is not what is usual; nil where it is.
    package func terms(_ answers: Answers) -> String? {
        let stage =
            answers.stage == .application
            ? nil : self("按\(self.name(of: answers.stage))的要求核对", "judged as \(self.name(of: answers.stage))")
        let assumption = answers.assumesUnsetBarsAbsent ? self.assumptionWords : nil
        let words = [stage, assumption].compactMap { $0 }
        return words.isEmpty ? nil : words.joined(separator: self(Words.semicolon))
    }

    package var assumptionWords: String {
        self("没有回答的排除情形视为不存在", "bars that nothing is said about count as absent")
    }

    // MARK: - Sums

    /// `最高 200万元`.
    package func atMost(fen: Int64) -> String { self.atMost(Money.text(fen: fen, self)) }

    /// The same of a sum that is written out.
    package func atMost(_ sum: String) -> String { "\(self(Words.atMost)) \(sum)" }

    /// `不低于 200万元`.
    package func atLeast(fen: Int64) -> String { "\(self(Words.atLeast)) \(Money.text(fen: fen, self))" }

    /// A sum as its basis has it.
    package func money(fen: Int64, _ basis: AmountBasis) -> String {
        if basis == .floor { return self.atLeast(fen: fen) }
        // Nothing is nothing, whatever the rate.
        return basis.isBound && fen != 0 ? self.atMost(fen: fen) : Money.text(fen: fen, self)
    }

    /// What stands where there is no sum.
    package func noSum(_ basis: AmountBasis) -> String {
        switch basis {
        case .nonMonetary: self("非资金", "no money")
        case .unpublishedAmount: self("金额未公布", "not published")
        case .floor: self("只有下限", "a floor only")
        default: self("未设上限", "no stated cap")
        }
    }

    // MARK: - Other values

    package func flag(_ value: Bool) -> String { value ? self("是", "Yes") : self("否", "No") }

    /// `2026年5月20日`; `20 May 2026`.
    package func day(_ day: CalendarDay) -> String {
        switch self {
        case .zh: "\(day.year)年\(day.month)月\(day.day)日"
        case .en: "\(day.day) \(CalendarDay.englishMonths[day.month - 1]) \(day.year)"
        }
    }

    /// A day as the contract writes it, `2026-05-20`, as people read it; what is no such day stands as it is.
    package func day(_ text: String) -> String { CalendarDay(iso: text).map { self.day($0) } ?? text }

    /// `2026年5月`, `May 2026`; a text that is no month as it is.
    package func month(_ text: String) -> String {
        let parts = text.split(separator: "-").map { Int($0) }
        guard parts.count == 2, let year = parts[0], let month = parts[1], (1...12).contains(month) else { return text }
        return self("\(year)年\(month)月", "\(CalendarDay.englishMonths[month - 1]) \(year)")
    }

    /// A moment as the book writes it, `2026-11-29T12:00:00.000Z`, by the clocks of Beijing: `2026年11月29日 20:00`; what is none
    /// stands as it is.
    package func moment(_ text: String) -> String {
        let parts = text.split(separator: "T")
        guard parts.count == 2, parts[1].hasSuffix("Z"), parts[1].utf8.count >= 6, let day = CalendarDay(iso: parts[0]),
            let hour = Int(parts[1].prefix(2)), 0..<24 ~= hour
        else { return text }
        let local = hour + 8
        let shown = self.day(local < 24 ? day : day.next)
        let clock = "\(local % 24 < 10 ? "0" : "")\(local % 24)\(parts[1].dropFirst(2).prefix(3))"
        return self("\(shown) \(clock)", "\(shown), \(clock)")
    }

    /// A quantity with its unit, as people write it: 8,000 basis points are `80%`.
    package func quantity(_ value: Int64, _ unit: FactUnit) -> String {
        Money.decimal(value, places: unit.places) + unit.words(behind: value, self)
    }

    /// A word as it was said: `“是”`.
    package func quoted(_ text: String) -> String { "“\(text)”" }

    /// A remark behind what it belongs to: `（第7条）`; empty where there is none.
    package func inBrackets(_ text: String) -> String { text.isEmpty ? "" : self("（\(text)）", " (\(text))") }

    /// What something is called, and what it is: `计算日期：2026年5月20日`.
    package func labelled(_ label: String, _ text: String) -> String { label + self(Words.colon) + text }

    /// A phrase at the beginning of a line: in English with a capital letter.
    package func capitalized(_ phrase: String) -> String {
        self == .zh ? phrase : phrase.prefix(1).uppercased() + phrase.dropFirst()
    }

    /// Two sentences, one behind the other.
    package func sentences(_ first: String, _ second: String) -> String {
        self == .zh ? first + second : "\(first) \(second)"
    }

    /// A phrase as a sentence by itself.
    package func sentence(_ phrase: String) -> String { self.capitalized(phrase) + self(Words.stop) }
}
