//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What an interview says beside its questions.
extension Language {
    /// `第 2 题，共约 4 题`.
    package func progress(_ step: Interview.Step) -> String {
        // Before the day is known nobody knows how many there are.
        if step.evaluation == nil, step.estimatedCount == 1 { return self("第 1 题", "Question 1") }
        return self(
            "第 \(step.number) 题，共约 \(step.estimatedCount) 题",
            "Question \(step.number) of about \(step.estimatedCount)"
        )
    }

    /// Why nothing more is asked.
    package func end(_ end: Interview.Step.End) -> String {
        switch end {
        case .complete: self("已没有需要再问的。", "Nothing more needs to be asked.")
        case .ineligible:
            self("按已有回答不符合条件，其余问题不影响这一结论。", "With these answers it is not eligible, whatever the rest.")
        case .notInForce: self("该措施这一天不在施行期内。", "The measure is not in force on this day.")
        }
    }

    package var continueWord: String { self("继续", "Continue") }
    package var backWord: String { self("返回上一题", "Back") }
    package var skipWord: String { self("不清楚，先跳过", "I don’t know, skip it") }
    package var whyWord: String { self("为什么问这个？", "Why is this asked?") }
    package var changeWord: String { self("修改", "Change") }
    package var checkTitle: String { self("请核对您的回答", "Check your answers") }
    package var resultWord: String { self("查看结果", "Show the result") }
    package var addEntryWord: String { self("添加一项", "Add an entry") }
    package var noEntriesWord: String { self("没有", "None") }
    package var removeWord: String { self("删除", "Remove") }
    package var wouldChangeTitle: String { self("怎样才会符合", "What would make it eligible") }
    package var errorPrefix: String { self("错误：", "Error: ") }
    package var problemsTitle: String { self("有内容需要更正", "Something needs to be corrected") }

    /// What kind of answer is wanted, under the question; empty where the question says it.
    package func expected(_ question: Question) -> String {
        switch question.kind {
        case .flag: self("是或否", "yes or no")
        case .money: self("金额，例如 \(question.example.zh)", "a sum, such as \(question.example.en)")
        case .number:
            [
                question.unit.map { $0.name(self) }.flatMap { $0.isEmpty ? nil : self("单位：\($0)", "in \($0)") }
                    ?? self("整数", "a whole number"), self.bounds(question),
            ]
            .filter { !$0.isEmpty }.joined(separator: self("，", ", "))
        case .date: self("日期，例如 \(question.example.zh)", "a date, such as \(question.example.en)")
        case .text: self("文字", "a text")
        case .choice: self("选择一项", "one of these")
        case .choices:
            question.most.map { self("可选多项，至多 \($0) 项", "one or more of these, at most \($0)") }
                ?? self("可选多项", "one or more of these")
        case .entries:
            question.most.map {
                self("逐项填写，至多 \(Money.grouped($0)) 项", "one entry at a time, at most \(Money.grouped($0))")
            }
                ?? self("逐项填写", "one entry at a time")
        }
    }

    /// Between which values a number must lie; empty where any is taken, and where it is only that none is less than nothing,
    /// or that 32 bits carry it.
    private func bounds(_ question: Question) -> String {
        let least = question.minimum.flatMap { $0 == Int32.min ? nil : question.text(of: .number($0), self) }
        let most = question.maximum.flatMap { $0 == Int32.max ? nil : question.text(of: .number($0), self) }
        return switch (least, most) {
        case (let least?, let most?): self("\(least) 至 \(most)", "\(least) to \(most)")
        case (nil, let most?): self("不大于 \(most)", "at most \(most)")
        case (let least?, nil): question.minimum == 0 ? "" : self("不小于 \(least)", "at least \(least)")
        case (nil, nil): ""
        }
    }
}
