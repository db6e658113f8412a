//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// An assessment, and a list of them, in a terminal.
    package enum Assessment {
        package static let application = BilingualText(zh: "申请", en: "Application")

        package static func asOf(_ day: String, _ language: Language) -> String {
            language("计算日期 \(day)", "as of \(day)")
        }

        package static let outcome = BilingualText(zh: "结论", en: "Outcome")
        package static let amount = BilingualText(zh: "金额", en: "Amount")
        package static let support = BilingualText(zh: "可得", en: "Support")
        package static let basis = BilingualText(zh: "口径", en: "Basis")
        package static let cutBy = BilingualText(zh: "封顶", en: "Cut by")
        package static let missing = BilingualText(zh: "尚缺信息", en: "Missing")

        package static func more(_ count: Int, _ language: Language) -> String {
            language("另有 \(count) 项未列出。", "And \(count) more.")
        }

        package static let caps = BilingualText(zh: "上限", en: "Caps")
        package static let limit = BilingualText(zh: "限额", en: "limit")
        package static let used = BilingualText(zh: "已用", en: "used")
        package static let left = BilingualText(zh: "剩余", en: "left")
        package static let notKnown = BilingualText(zh: "未知", en: "not known")
        package static let binds = BilingualText(zh: "← 起约束作用", en: "← binds")

        package static func usedNote(isOfBook: Bool) -> BilingualText {
            isOfBook
                ? BilingualText(
                    zh: "“已用”计申报的此前支持和台账中的核定。",
                    en: "Used: by the earlier awards that the application reports and those of the book."
                )
                : BilingualText(
                    zh: "“已用”仅计申请中申报的此前支持。",
                    en: "Used: by the earlier awards that the application reports."
                )
        }

        package static let lines = BilingualText(zh: "其他结果", en: "Further results")
        package static let reasoning = BilingualText(zh: "理由", en: "Reasoning")

        package static func envelope(_ title: String, _ language: Language) -> String {
            language("预算额度“\(title)”", "envelope: \(title)")
        }

        // MARK: - A list

        package static let nothing = BilingualText(zh: "没有可申请的措施。", en: "No measure is open to this applicant.")
        package static let measureColumn = BilingualText(zh: "措施", en: "measure")
        package static let supportColumn = BilingualText(zh: "可得", en: "support")
        package static let outcomeColumn = BilingualText(zh: "结论", en: "outcome")
        package static let missingColumn = BilingualText(zh: "尚缺", en: "missing")
        package static let noBound = BilingualText(zh: "尚无上限", en: "no bound yet")
    }
}
