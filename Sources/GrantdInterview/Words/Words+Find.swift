//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// The page that finds measures.
    package enum Find {
        package static let heading = BilingualText(zh: "查一查，有哪些支持", en: "Which support is there?")

        package static func lead(measures: Int, documents: Int, _ language: Language) -> String {
            language(
                "收录北京市 \(documents) 份文件、\(measures) 项措施。给谁、给多少、依据哪一条，逐项写明；答几道题，就能测算结果。",
                "\(measures) measures from \(documents) documents of Beijing: who gets what, how much, under which "
                    + "clause. "
                    + "Answer a few questions to work out yours."
            )
        }

        package static func title(found count: Int, _ language: Language) -> String {
            language("查到 \(count) 项 · 查政策", "\(count) found · Find support")
        }

        package static let inviteTitle = BilingualText(zh: "不确定能申请哪一项？", en: "Not sure which ones apply to you?")
        package static let inviteText = BilingualText(
            zh: "说说您单位的基本情况，我们按可得支持从高到低列出来。",
            en: "Tell us a little about your organisation and see what it can get, most support first."
        )
        package static let correctDate = BilingualText(zh: "请先改正日期。", en: "Please correct the date first.")
        package static let nothing = BilingualText(
            zh: "没有符合条件的措施。换个说法，或者少选一些条件再试。",
            en: "Nothing found. Try other words, or fewer filters."
        )

        package static func count(_ count: Int, _ language: Language) -> String {
            language("共 \(count) 项措施", count == 1 ? "1 measure" : "\(count) measures")
        }

        package static func clause(_ clause: String, _ language: Language) -> String {
            language("条款：\(clause)", "clause \(clause)")
        }

        // MARK: - The form

        package static let text = BilingualText(zh: "关键词", en: "Words")
        package static let textExample = BilingualText(
            zh: "例如：算力券、注册上市、中试平台",
            en: "For example: voucher, registration, platform"
        )
        package static let search = BilingualText(zh: "查找", en: "Search")
        package static let programme = BilingualText(zh: "政策文件", en: "Programme")
        package static let allProgrammes = BilingualText(zh: "全部", en: "All")
        package static let applicant = BilingualText(zh: "申请人类型", en: "Applicant")
        package static let any = BilingualText(zh: "不限", en: "Any")
        package static let fixedSum = BilingualText(zh: "标准明确的资金", en: "Money, at a fixed rate or sum")
        package static let cappedSum = BilingualText(zh: "有最高限额的资金", en: "Money, up to a limit")
        package static let otherSupport = BilingualText(zh: "非资金或金额未公布", en: "No money, or not published")
        package static let day = BilingualText(zh: "在这一天有效", en: "In force on")
    }
}
