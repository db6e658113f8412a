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
        if step.evaluation == nil, step.estimatedCount == 1 { return self(Words.Journey.firstQuestion) }
        return Words.Journey.progress(step.number, of: step.estimatedCount, self)
    }

    /// Why nothing more is asked.
    package func end(_ end: Interview.Step.End) -> String {
        switch end {
        case .complete: self(Words.Journey.nothingToAsk)
        case .ineligible:
            self(Words.Journey.ineligibleAnyway)
        case .notInForce: self(Words.Journey.notInForce)
        }
    }

    /// What kind of answer is wanted, under the question; empty where the question says it.
    package func expected(_ question: Question) -> String {
        switch question.kind {
        case .flag: self(Words.Answers.yesOrNo)
        case .money: Words.Answers.sum(like: self(question.example), self)
        case .number:
            [
                question.unit.map { $0.name(self) }.flatMap { $0.isEmpty ? nil : Words.Answers.unit($0, self) }
                    ?? self(Words.Answers.wholeNumber), self.bounds(question),
            ]
            .filter { !$0.isEmpty }.joined(separator: self(Words.pause))
        case .date: Words.Answers.date(like: self(question.example), self)
        case .text: self(Words.Answers.text)
        case .choice: self(Words.Answers.oneOfThese)
        case .choices:
            question.most.map { Words.Answers.someOfThese(most: $0, self) }
                ?? self(Words.Answers.someOfThese)
        case .entries:
            question.most.map {
                Words.Answers.oneByOne(most: $0, self)
            }
                ?? self(Words.Answers.oneByOne)
        }
    }

    /// Between which values a number must lie; empty where any is taken, and where it is only that none is less than nothing,
    /// or that 32 bits carry it.
    private func bounds(_ question: Question) -> String {
        let least = question.minimum.flatMap { $0 == Int32.min ? nil : question.text(of: .number($0), self) }
        let most = question.maximum.flatMap { $0 == Int32.max ? nil : question.text(of: .number($0), self) }
        return most == nil && question.minimum == 0 ? "" : Words.Answers.bounds(least, most, self)
    }
}
