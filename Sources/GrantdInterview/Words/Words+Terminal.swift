//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// What is asked and said in a terminal.
    package enum Terminal {
        package static let answers = BilingualText(zh: "回答", en: "the answers")
        package static let title = BilingualText(zh: "所填信息", en: "Answers")
        package static let clockIsWrong = BilingualText(zh: "系统时钟有误", en: "the clock of this machine is wrong")
        package static let firstQuestion = BilingualText(zh: "这是第一题。", en: "This is the first question.")
        package static let keys = BilingualText(
            zh: "回车：不清楚，跳过 · ?：为什么问 · <：上一题 · !：直接看结果",
            en: "Enter: don’t know, skip · ?: why · <: back · !: straight to the result"
        )

        package static func now(_ answer: String, _ language: Language) -> String {
            language("现在的回答：\(answer)；< 保留", "Now: \(answer); < keeps it")
        }

        package static func byDefault(_ answer: String, _ language: Language) -> String {
            language("直接回车为 \(answer)", "Enter takes \(answer)")
        }

        // MARK: - Lists

        package static let anyEntries = BilingualText(zh: "有要填写的吗？（是/否）", en: "Is there any to enter? (yes/no)")

        package static func moreEntries(_ count: Int, _ language: Language) -> String {
            language("已填 \(count) 项，还有吗？（是/否）", "\(count) entered. Any more? (yes/no)")
        }

        package static func mostEntries(_ most: Int, _ language: Language) -> String {
            language("至多 \(most) 项。", "At most \(most).")
        }

        package static func entry(_ number: Int, _ language: Language) -> String {
            language("第 \(number) 项：", "Entry \(number): ")
        }

        // MARK: - The check

        package static func unasked(_ count: Int, _ language: Language) -> String {
            language(
                "另有 \(count) 题没有问到，不影响结果；输入 + 逐题回答。",
                "\(count) more were not asked, as nothing hangs on them; + asks them."
            )
        }

        package static let check = BilingualText(
            zh: "输入编号修改，回车查看结果。",
            en: "A number changes that answer; Enter shows the result."
        )

        package static func numberOrNothing(_ most: Int, _ language: Language) -> String {
            language("请输入 1 至 \(most) 的编号，或直接回车。", "Enter a number from 1 to \(most), or nothing.")
        }

        // MARK: - All measures

        package static let screening = BilingualText(
            zh: "先了解申请单位，再列出可申请的支持。",
            en: "First some questions about the applicant, then what is open."
        )
        package static let choose = BilingualText(
            zh: "输入编号，继续测算其中一项；直接回车结束。",
            en: "A number goes on with that measure; nothing ends."
        )

        package static func number(_ most: Int, _ language: Language) -> String {
            language("请输入 1 至 \(most) 的编号。", "Enter a number from 1 to \(most).")
        }

        package static func saved(_ file: String, _ language: Language) -> String {
            language("请求已存入 \(file)", "The request is in \(file)")
        }

        // MARK: - The command's help

        package static let abstract = BilingualText(
            zh: "逐题提问，测算一项支持；不写措施则先看能享受哪些支持。",
            en: "Ask question by question what a measure comes to; without one, first which are open."
        )
        package static let discussion = BilingualText(
            zh: """
                只问影响结果的问题。金额可写 1,234.56元、200万元、1.5亿；日期可写 2026年5月20日、2026-05-20 或 20260520。\
                回车：不清楚，跳过；?：为什么问；<：上一题；!：直接看结果。也可由管道逐行输入；输入结束时按已知信息测算。
                """,
            en: """
                Only what matters is asked. Sums may be 1,234.56 or 2 million yuan or 200万元; dates 2026-05-20, 20 May 2026 \
                or 2026年5月20日. Enter: don't know, skip; ?: why; <: back; !: straight to the result. Answers may come out \
                of a pipe, one a line; where they end, what is known is assessed.
                """
        )
        package static let saveHelp = BilingualText(
            zh: "把最后一次的请求以 JSON 存入文件（仅本人可读）；grantctl evaluate FILE 得到同样的结果。",
            en:
                "Write the last request as JSON to a file that only you can read; grantctl evaluate FILE gives the "
                + "same result."
        )
        package static let stageHelp = BilingualText(
            zh: "按哪个阶段的要求核对；默认 application。",
            en: "The stage by whose rules it is judged; by default application."
        )
        package static let assumptionHelp = BilingualText(
            zh: "没有回答的排除情形视为不存在。",
            en: "Take bars that nothing is said about for absent."
        )
        package static let measureHelp = BilingualText(
            zh: "措施的完整编号，如 medical-device.product-approval；`grantctl measures` 列出全部。",
            en: "The measure's full id, as medical-device.product-approval; `grantctl measures` lists them."
        )
    }
}
