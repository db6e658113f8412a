//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// Why a question is asked, and what another answer would do.
    package enum Reasons {
        package static let or = BilingualText(zh: "或", en: " or ")

        package static func answers(_ answers: String, settle words: String, _ language: Language) -> String {
            language("答\(answers)，\(words)。", "\(answers): \(words).")
        }

        package static let feedsSum = BilingualText(zh: "用于计算支持金额。", en: "The amount is computed from it.")

        package static func feeds(_ summary: String, _ language: Language) -> String {
            language("用于计算支持金额：\(summary)。", "The amount is computed from it: \(summary).")
        }

        package static func requirement(_ label: String, _ language: Language) -> String {
            language("条件：\(label)。", "A requirement: \(label).")
        }

        package static func bar(_ label: String, _ language: Language) -> String {
            language("排除情形：\(label)。", "A bar: \(label).")
        }

        // MARK: - What an answer settles

        package static let ineligible = BilingualText(zh: "则不符合条件", en: "not eligible")
        package static let requirementFails = BilingualText(zh: "则不满足上述条件", en: "the requirement is not met")
        package static let requirementHolds = BilingualText(zh: "则满足这一条件", en: "the requirement is met")
        package static let barIsAbsent = BilingualText(zh: "则不存在该排除情形", en: "the bar is absent")

        // MARK: - What another answer would do

        package static func change(_ label: String, _ answer: String, _ result: String, _ language: Language) -> String
        {
            language("若\(label)为\(answer)，\(result)。", "If \(label) were \(answer), \(result).")
        }
        package static let wouldBeEligible = BilingualText(zh: "则符合条件", en: "it would be eligible")
        package static let wouldBeExhausted = BilingualText(
            zh: "则符合条件，但额度已用完",
            en: "it would be eligible, but the cap is used up"
        )
        package static let wouldBeOpen = BilingualText(
            zh: "则不再被排除，但还需补充其他信息",
            en: "it would no longer be refused, but further facts would be needed"
        )
    }
}
