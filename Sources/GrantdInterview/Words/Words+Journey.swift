//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// The questions of a measure, one after the other, on a page and in the terminal.
    package enum Journey {
        /// `第 2 题，共约 4 题`.
        package static func progress(_ number: Int, of count: Int, _ language: Language) -> String {
            language("第 \(number) 题，共约 \(count) 题", "Question \(number) of about \(count)")
        }

        package static let firstQuestion = BilingualText(zh: "第 1 题", en: "Question 1")

        package static func asOf(_ day: String, _ language: Language) -> String {
            language("以\(day)为准", "as of \(day)")
        }

        package static let goOn = BilingualText(zh: "继续", en: "Continue")
        package static let back = BilingualText(zh: "返回上一题", en: "Back")
        package static let skip = BilingualText(zh: "不清楚，先跳过", en: "I don’t know, skip it")
        package static let why = BilingualText(zh: "为什么问这个？", en: "Why is this asked?")
        package static let change = BilingualText(zh: "修改", en: "Change")
        package static let remove = BilingualText(zh: "删除", en: "Remove")
        package static let problems = BilingualText(zh: "有内容需要更正", en: "Something needs to be corrected")

        // MARK: - What is asked

        package static let chooseOne = BilingualText(zh: "请选择", en: "Choose one")
        package static let noneOfThese = BilingualText(zh: "以上都没有", en: "None of these")
        package static let moneyUnit = BilingualText(zh: "金额单位", en: "Unit")
        package static let backToMeasure = BilingualText(zh: "返回措施说明", en: "Back to the measure")
        package static let backToCheck = BilingualText(zh: "返回核对", en: "Back to the check")

        // MARK: - Lists

        package static func entry(_ number: Int, _ language: Language) -> String {
            language("第 \(number) 项", "entry \(number)")
        }

        package static func change(entry number: Int, _ language: Language) -> String {
            language("修改第 \(number) 项", "Change entry \(number)")
        }

        package static func remove(entry number: Int, _ language: Language) -> String {
            language("删除第 \(number) 项", "Remove entry \(number)")
        }

        package static let addEntry = BilingualText(zh: "添加一项", en: "Add an entry")
        package static let addAnother = BilingualText(zh: "再添加一项", en: "Add another")
        package static let noEntries = BilingualText(zh: "没有", en: "None")
        package static let noneAdded = BilingualText(zh: "还没有添加。", en: "None added yet.")
        package static let noMoreEntries = BilingualText(zh: "没有更多了，继续", en: "That is all, continue")
        package static let entryNumber = BilingualText(zh: "序号", en: "No.")
        package static let entryActions = BilingualText(zh: "操作", en: "Change")
        package static let entryMayBeOpen = BilingualText(zh: "不清楚的可以不填。", en: "Leave empty what you do not know.")
        package static let saveEntry = BilingualText(zh: "保存这一项", en: "Save this entry")
        package static let leaveEntry = BilingualText(zh: "不保存，返回", en: "Back without saving")
        package static let entriesSoFar = BilingualText(zh: "已经添加的", en: "Added so far")

        package static func notListed(_ count: Int, _ language: Language) -> String {
            language("另有 \(count) 项未列出。", "\(count) more.")
        }

        // MARK: - The check

        package static let check = BilingualText(zh: "请核对您的回答", en: "Check your answers")
        package static let allAnswered = BilingualText(
            zh: "问题已经答完。核对无误就可以看结果，哪一项要改，点“修改”。",
            en: "All questions are answered. Change what is not right, then see the result."
        )
        package static let showResult = BilingualText(zh: "查看结果", en: "Show the result")

        // MARK: - Why nothing more is asked

        package static let nothingToAsk = BilingualText(zh: "已没有需要再问的。", en: "Nothing more needs to be asked.")
        package static let ineligibleAnyway = BilingualText(
            zh: "按已有回答不符合条件，其余问题不影响这一结论。",
            en: "With these answers it is not eligible, whatever the rest."
        )
        package static let notInForce = BilingualText(
            zh: "该措施这一天不在施行期内。",
            en: "The measure is not in force on this day."
        )

        // MARK: - What was not asked

        package static let unasked = BilingualText(zh: "没有问到的事项", en: "What was not asked")
        package static let unaskedNote = BilingualText(
            zh: "没有相关情况的不用填。有的请补充，结果可能随之改变。",
            en: "Leave these where there is nothing to say. Where there is, add it: the result may change."
        )
        package static let add = BilingualText(zh: "补充", en: "Add")

        package static func all(_ count: Int, _ language: Language) -> String {
            language("共 \(count) 项，展开查看", "All \(count) of them")
        }

        // MARK: - How it is judged

        package static let otherTerms = BilingualText(zh: "换一种方式核对", en: "Judge it in another way")
        package static let stage = BilingualText(zh: "申请到了哪一步？", en: "How far has the application come?")
    }
}
