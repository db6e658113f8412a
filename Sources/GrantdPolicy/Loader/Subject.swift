//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a message is about: a key as the file writes it, or a part of the file in words.
///
/// A literal is the English phrase; the Chinese one stands in the table here, and a key is the same in both languages.
struct Subject: Sendable, ExpressibleByStringInterpolation {
    let zh: String
    let en: String

    init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }

    init(stringLiteral phrase: String) {
        self.init(zh: Self.chinese[phrase] ?? "\(phrase) ", en: phrase)
    }

    private static let chinese: [String: String] = [
        "the file": "文件", "a programme": "项目", "a measure": "措施", "a rule": "规则", "a requirement": "条件",
        "a bar": "禁止情形", "an entry of any_of": "any_of 的一项", "an entry of refuse": "refuse 的一项",
        "a fact": "事实", "a value": "取值", "a step": "步骤", "a table": "表", "a row": "表的一行", "a cap": "上限",
        "a calculator": "计算器", "a figure": "数值", "a line": "明细行", "a document": "文件条目",
        "a repealed document": "失效文件条目", "a year": "年份", "a range of days": "一段日期", "a make-up day": "调休上班日",
    ]
}
