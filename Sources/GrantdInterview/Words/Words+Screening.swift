//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// What an applicant can get of all measures.
    package enum Screening {
        package static let lead = BilingualText(
            zh: "知道多少填多少，不清楚的可以跳过。填好后，按可得支持从高到低列出没有被排除的措施。",
            en:
                "Answer what you know and skip the rest. You will see every measure that is not ruled out, most "
                + "support first."
        )
        package static let show = BilingualText(zh: "看看能享受什么", en: "Show what we can get")

        package static func found(_ count: Int, _ language: Language) -> String {
            language("可能享受 \(count) 项措施", "\(count) measures you may get")
        }

        package static let nothing = BilingualText(zh: "没有可以申请的措施", en: "No measure is open to you")
        package static let order = BilingualText(
            zh: "按可得支持从高到低排列。金额前有“最高”的，是上限，不是应得数；点名称继续回答，就能算准。",
            en:
                "Most support first. “At most” is a bound, not a sum: choose a measure and answer its questions to "
                + "know."
        )
        package static let change = BilingualText(zh: "修改我的情况", en: "Change my answers")
        package static let list = BilingualText(zh: "按可得支持排列", en: "By the support that they can bring")

        package static func missing(_ count: Int, _ language: Language) -> String {
            language("还需约 \(count) 项信息", count == 1 ? "about 1 fact needed" : "about \(count) facts needed")
        }
    }
}
