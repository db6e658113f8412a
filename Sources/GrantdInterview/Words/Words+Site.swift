//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// What stands on every page.
    package enum Site {
        package static let brand = BilingualText(zh: "惠企政策测算", en: "Policy support calculator")
        /// What each language is called in itself.
        package static let language = BilingualText(zh: "中文", en: "English")
        package static let skipToContent = BilingualText(zh: "跳到正文", en: "Skip to the content")
        package static let navigation = BilingualText(zh: "主要栏目", en: "Main")
        package static let find = BilingualText(zh: "查政策", en: "Find support")
        package static let screen = BilingualText(zh: "我能享受什么", en: "What can we get?")
        package static let documents = BilingualText(zh: "文件目录", en: "Documents")
        package static let awards = BilingualText(zh: "资金台账", en: "Awards")
        package static let bookNote = BilingualText(
            zh: "以台账为准；时间为北京时间。这里记有各单位得到的支持，请妥善保管。",
            en: "As the book has it; times are Beijing's. It tells what others were awarded: keep it to yourself."
        )
        package static let resultNote = BilingualText(
            zh: "测算结果供参考，以主管部门审核为准。",
            en: "The result is a calculation; the competent authority decides."
        )
        /// What becomes of what a reader enters.
        package static let isLogged = BilingualText(
            zh: "您填写的内容和测算结果会记入本服务的日志，以备核查。",
            en: "What you enter, and what comes of it, is kept in this service's log, so that it can be checked later."
        )
        package static let isNotKept = BilingualText(
            zh: "您填写的内容只在本次测算中使用，不保存、不外传。",
            en: "What you enter is used for this calculation only: it is neither kept nor passed on."
        )
    }
}
