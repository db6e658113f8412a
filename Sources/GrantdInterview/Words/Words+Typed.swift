//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// What people type, in either language, in small letters and with half-width marks.
    package enum Typed {
        static let unknown: Set<String> = [
            "不清楚", "不知道", "未知", "跳过", "don't know", "dont know", "unknown", "not sure", "skip",
        ]
        static let yes: Set<String> = ["是", "是的", "有", "对", "对的", "已", "y", "yes", "true"]
        static let no: Set<String> = ["否", "不是", "不", "无", "没有", "没", "未", "n", "no", "false"]
        /// There is nothing to enter.
        static let none: Set<String> = ["无", "没有", "均无", "都没有", "否", "none", "no", "n", "0"]
        /// What a sentence may end in.
        static let sentenceEnds: Set<Character> = ["。", ".", "!", "！"]
        /// Between several choices.
        static let separators: Set<Character> = [",", "、", ";"]
        /// What a key of the terminal is typed as where a Chinese keyboard is on.
        package static let keys = ["？": "?", "＜": "<", "《": "<", "〈": "<", "！": "!", "＋": "+"]

        // MARK: - Dates

        static let today: Set<String> = ["今天", "今日", "today"]
        static let year: Character = "年"
        static let month: Character = "月"
        static let day: Set<Character> = ["日", "号"]

        // MARK: - Numbers

        /// What stands in front of a sum.
        static let currencies = ["人民币", "rmb", "cny", "¥", "￥"]
        /// What stands behind a sum; the longest first.
        static let yuan = ["元人民币", "元整", "元", "圆", "块", "yuan", "rmb", "cny"]
        /// By which power of ten what stands behind a number makes it larger. The longest first: every one that ends in
        /// another stands before it.
        static let scales: [(suffix: String, power: Int)] = [
            ("百亿", 10), ("千万", 7), ("百万", 6), ("亿", 8), ("万", 4), ("billion", 9), ("million", 6), ("thousand", 3),
        ]
        /// The general measure word: what follows it, 个月 or 个工作日, is said without it too.
        static let measureWord: Character = "个"

        // MARK: - Conditions

        /// What may stand behind a number of a policy file, and by which power of ten the wire's number is larger.
        static let figureUnits: [(suffix: String, power: Int)] = [
            ("亿元", 10), ("万元", 6), ("元", 2), (" million yuan", 8), (" yuan", 2), ("%", 2),
        ]
    }
}
