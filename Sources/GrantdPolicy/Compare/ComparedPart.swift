//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The kinds of things that a comparison tells of.
package enum ComparedPart: String, Sendable, Hashable, CaseIterable {
    case document
    case measure
    case award
    case requirement
    case bar
    case cap
    case fact
    case line
    case definition
    case refusal
    case usedUp = "used-up"
    case figure
    case calendar

    /// What people read.
    package var words: Text {
        switch self {
        case .document: Text(zh: "文件", en: "Document")
        case .measure: Text(zh: "措施", en: "Measure")
        case .award: Text(zh: "支持标准", en: "Award step")
        case .requirement: Text(zh: "条件", en: "Requirement")
        case .bar: Text(zh: "排除情形", en: "Bar")
        case .cap: Text(zh: "上限", en: "Cap")
        case .fact: Text(zh: "所需信息", en: "Fact")
        case .line: Text(zh: "其他结果", en: "Line")
        case .definition: Text(zh: "定义", en: "Definition")
        case .refusal: Text(zh: "不受理的请求", en: "Refused request")
        case .usedUp: Text(zh: "额度用尽", en: "Used up")
        case .figure: Text(zh: "数值", en: "Figure")
        case .calendar: Text(zh: "工作日历", en: "Working calendar")
        }
    }
}

/// The sides of a thing that are compared.
package enum ComparedAspect: String, Sendable, Hashable, CaseIterable {
    case title
    case number
    case issuer
    case issued
    case gazette
    case inForce = "in-force"
    case inForceClause = "in-force-clause"
    case clause
    case basis
    case screening
    case member
    case step
    case label
    case question
    case hint
    case type
    case unit
    case minimum
    case maximum
    case values
    case most
    case condition
    case stage
    case limit
    case value
    case programme
    case years
    case day

    /// What people read.
    package var words: Text {
        switch self {
        case .title: Text(zh: "名称", en: "title")
        case .number: Text(zh: "文号", en: "number")
        case .issuer: Text(zh: "发布机关", en: "issuer")
        case .issued: Text(zh: "发布日期", en: "issued")
        case .gazette: Text(zh: "公报", en: "gazette")
        case .inForce: Text(zh: "施行期", en: "in force")
        case .inForceClause: Text(zh: "施行条款", en: "in force by")
        case .clause: Text(zh: "条款", en: "clause")
        case .basis: Text(zh: "口径", en: "basis")
        case .screening: Text(zh: "筛查", en: "screening")
        case .member: Text(zh: "消息成员", en: "member")
        case .step: Text(zh: "步骤", en: "step")
        case .label: Text(zh: "标签", en: "label")
        case .question: Text(zh: "问题", en: "question")
        case .hint: Text(zh: "提示", en: "hint")
        case .type: Text(zh: "类型", en: "type")
        case .unit: Text(zh: "单位", en: "unit")
        case .minimum: Text(zh: "最小值", en: "minimum")
        case .maximum: Text(zh: "最大值", en: "maximum")
        case .values: Text(zh: "取值", en: "values")
        case .most: Text(zh: "至多项数", en: "most entries")
        case .condition: Text(zh: "表达式", en: "condition")
        case .stage: Text(zh: "阶段", en: "stage")
        case .limit: Text(zh: "限额", en: "limit")
        case .value: Text(zh: "值", en: "value")
        case .programme: Text(zh: "政策", en: "programme")
        case .years: Text(zh: "年份", en: "years")
        case .day: Text(zh: "日期", en: "day")
        }
    }
}
