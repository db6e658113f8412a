//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// The page of a measure.
    package enum Measure {
        package static let support = BilingualText(zh: "支持方式", en: "Support")
        package static let sum = BilingualText(zh: "金额", en: "Sum")
        package static let applicants = BilingualText(zh: "申请人", en: "Applicants")
        package static let askSum = BilingualText(zh: "测算我能得多少", en: "Work out what we can get")
        package static let askWhether = BilingualText(zh: "看看是否符合", en: "See whether we qualify")

        package static func mostQuestions(_ count: Int, _ language: Language) -> String {
            language("最多 \(count) 题，不清楚的可以跳过", "At most \(count) questions; any can be skipped")
        }

        package static let requirements = BilingualText(zh: "需要符合", en: "What must hold")
        package static let bars = BilingualText(zh: "有下列情形的，不予支持", en: "What rules an application out")
        package static let award = BilingualText(zh: "金额怎么算", en: "How the sum is worked out")

        package static func base(_ label: String, _ language: Language) -> String {
            language("以“\(label)”为基数", "Start from: \(label)")
        }

        package static func table(by label: String, _ language: Language) -> String {
            language("按“\(label)”定额", "By \(label)")
        }

        package static let earlierAwards = BilingualText(
            zh: "此前获得的本项支持计入上限或影响资格，测算时会问到。",
            en: "Earlier awards of this measure count towards its caps, or rule it out; you will be asked about them."
        )
        package static let furtherResults = BilingualText(zh: "测算还会告诉您", en: "What else you will be told")
        package static let questions = BilingualText(zh: "测算时会问到的事项", en: "What you may be asked")
        package static let dates = BilingualText(zh: "施行期和依据", en: "Dates and source")

        /// Where a programme's document stands, behind its title.
        package static func source(_ number: String, _ issuer: String, _ day: String, _ language: Language) -> String {
            language("（\(number)，\(issuer)，\(day)），", " (\(number), \(issuer), \(day)), ")
        }
    }
}
