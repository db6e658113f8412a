//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// What kind of answer is wanted, what answers are called, and what is wrong with one.
    package enum Answers {
        package static let none = BilingualText(zh: "无", en: "none")
        package static let unknown = BilingualText(zh: "不清楚", en: "don’t know")

        package static func entries(_ count: Int, _ language: Language) -> String {
            language("\(count) 项", count == 1 ? "1 entry" : "\(count) entries")
        }

        // MARK: - What is wanted

        package static let dateExample = BilingualText(zh: "2026年5月20日", en: "20 May 2026 or 2026-05-20")
        package static let moneyExample = BilingualText(zh: "200万元、1,234.56元", en: "2,000,000 or 1,234.56 yuan")
        package static let yesOrNo = BilingualText(zh: "是或否", en: "yes or no")

        package static func sum(like example: String, _ language: Language) -> String {
            language("金额，例如 \(example)", "a sum, such as \(example)")
        }

        package static func unit(_ name: String, _ language: Language) -> String {
            language("单位：\(name)", "in \(name)")
        }

        package static let wholeNumber = BilingualText(zh: "整数", en: "a whole number")

        package static func date(like example: String, _ language: Language) -> String {
            language("日期，例如 \(example)", "a date, such as \(example)")
        }

        package static let text = BilingualText(zh: "文字", en: "a text")
        package static let oneOfThese = BilingualText(zh: "选择一项", en: "one of these")
        package static let someOfThese = BilingualText(zh: "可选多项", en: "one or more of these")

        package static func someOfThese(most: Int, _ language: Language) -> String {
            language("可选多项，至多 \(most) 项", "one or more of these, at most \(most)")
        }

        package static let oneByOne = BilingualText(zh: "逐项填写", en: "one entry at a time")

        package static func oneByOne(most: Int, _ language: Language) -> String {
            let most = Money.grouped(most)
            return language("逐项填写，至多 \(most) 项", "one entry at a time, at most \(most)")
        }

        /// Between which values a number must lie.
        package static func bounds(_ least: String?, _ most: String?, _ language: Language) -> String {
            switch (least, most) {
            case (let least?, let most?): language("\(least) 至 \(most)", "\(least) to \(most)")
            case (nil, let most?): language("不大于 \(most)", "at most \(most)")
            case (let least?, nil): language("不小于 \(least)", "at least \(least)")
            case (nil, nil): ""
            }
        }

        // MARK: - Nothing was answered

        package static let noFlag = BilingualText(zh: "请选择“是”或“否”。", en: "Choose yes or no.")
        package static let noSum = BilingualText(zh: "请填写金额，例如 200万元。", en: "Enter a sum, such as 2,000,000 yuan.")
        package static let noNumber = BilingualText(zh: "请填写数字。", en: "Enter a number.")
        package static let noDate = BilingualText(
            zh: "请填写日期，例如 2026年5月20日。",
            en: "Enter a date, such as 20 May 2026 or 2026-05-20."
        )
        package static let noText = BilingualText(zh: "请填写内容。", en: "Enter a text.")
        package static let noChoice = BilingualText(zh: "请选择一项。", en: "Choose one of them.")
        package static let noChoices = BilingualText(zh: "请选择一项或多项。", en: "Choose one or more of them.")
        package static let noEntryYet = BilingualText(zh: "请逐项添加，没有请答“无”。", en: "Add each of them, or answer “none”.")
        package static let noEntryAdded = BilingualText(
            zh: "请先添加一项；确实没有的，请选“没有”。",
            en: "Add an entry first; if there are none, choose “None”."
        )
        package static let emptyEntry = BilingualText(
            zh: "请至少填写一项内容，或者返回上一页。",
            en: "Fill in at least one field, or go back."
        )

        // MARK: - What was answered is none

        package static let notYesOrNo = BilingualText(zh: "请回答“是”或“否”。", en: "Answer yes or no.")

        package static func notAChoice(_ labels: some Sequence<BilingualText>, hasMore: Bool) -> BilingualText {
            let zh = labels.map(\.zh).joined(separator: Words.comma.zh)
            let en = labels.map(\.en).joined(separator: Words.comma.en)
            return BilingualText(
                zh: "没有这一选项，请选择：\(zh)\(hasMore ? "等" : "")。",
                en: "There is no such choice; choose one of: \(en)\(hasMore ? ", …" : "")."
            )
        }

        package static func tooManyChoices(_ most: Int) -> BilingualText {
            BilingualText(zh: "至多选择 \(most) 项。", en: "Choose at most \(most).")
        }

        package static let noYear = BilingualText(
            zh: "请写明年份，例如 2026年5月20日。",
            en: "Write the year too, such as 20 May 2026."
        )

        package static func noSuchDay(_ year: Int, _ month: Int, _ day: Int) -> BilingualText {
            BilingualText(
                zh: "没有\(year)年\(month)月\(day)日这一天，请核对日期。",
                en: "There is no day \(year)-\(month)-\(day); check the date."
            )
        }

        package static let negativeSum = BilingualText(
            zh: "金额不能为负数，请填写 0 或更大的金额。",
            en: "A sum cannot be negative; enter 0 or more."
        )
        package static let negative = BilingualText(
            zh: "不能为负数，请填写 0 或更大的数。",
            en: "It cannot be negative; enter 0 or more."
        )

        package static func tooSmall(_ least: BilingualText) -> BilingualText {
            BilingualText(zh: "不得小于 \(least.zh)，请核对后重填。", en: "It must be at least \(least.en); check it.")
        }

        package static func tooLarge(_ most: BilingualText) -> BilingualText {
            BilingualText(zh: "不得大于 \(most.zh)，请核对后重填。", en: "It must be at most \(most.en); check it.")
        }

        package static let notASum = BilingualText(
            zh: "请用数字填写金额，例如 1,234.56元 或 200万元。",
            en: "Enter the sum in digits, such as 1,234.56 yuan or 2 million yuan."
        )
        package static let finerThanFen = BilingualText(
            zh: "金额最多精确到分（0.01元），不会四舍五入，请填写准确金额。",
            en: "A sum goes to the fen (0.01 yuan) and is never rounded; enter it exactly."
        )
        package static let notANumber = BilingualText(zh: "请用数字填写，例如 1,200。", en: "Enter it in digits, such as 1,200.")
        package static let notWhole = BilingualText(zh: "请填写整数。", en: "Enter a whole number.")

        package static func tooPrecise(_ places: Int) -> BilingualText {
            BilingualText(
                zh: "小数点后最多 \(places) 位，不会四舍五入，请填写准确数值。",
                en: "At most \(places) digits behind the point; it is never rounded, so enter it exactly."
            )
        }

        package static let badGrouping = BilingualText(
            zh: "逗号只能作千位分隔，如 1,234,567；小数请用小数点。",
            en: "Commas stand between thousands, as in 1,234,567; use a point for decimals."
        )
        package static let numberTooLarge = BilingualText(zh: "数值过大，请核对后重填。", en: "The number is too large; check it.")

        package static func tooLong(_ most: Int) -> BilingualText {
            BilingualText(zh: "内容过长，请不超过 \(most) 字。", en: "Too long; write at most \(most) characters.")
        }

        package static let invisible = BilingualText(
            zh: "内容含有不可见字符（如换行、零宽字符），请删去后重填。",
            en: "The text holds a character that does not show, such as a line break; leave it out."
        )

        // MARK: - Too much, or not to be taken together

        package static func tooManyEntries(_ most: Int) -> BilingualText {
            BilingualText(zh: "至多填写 \(most) 项。", en: "At most \(most) entries.")
        }

        package static let pageIsFull = BilingualText(
            zh: "网页上填不下更多项了；条目很多时，请用 grantctl 或接口测算。",
            en: "A page holds no more entries; for many of them use grantctl or the API."
        )
        package static let tooMuch = BilingualText(
            zh: "这里的内容太多，一次算不完，请减少条目后再试。",
            en: "There is more here than can be worked out at once: use fewer entries."
        )

        /// - Parameter reason: What the engine says of it; its Chinese may be missing.
        package static func contradicts(_ reason: (zh: String?, en: String)) -> BilingualText {
            BilingualText(
                zh: "这个回答与其他回答合在一起不成立，请核对后修改。" + (reason.zh.map { Language.zh.inBrackets($0) } ?? ""),
                en: "This answer cannot be taken together with the others: \(reason.en)."
            )
        }
    }
}
