//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One other answer with which an application would not be refused.
package struct AnswerChange: Sendable, Hashable {
    package let question: Question
    package let answer: Answer
    /// What it would come to.
    package let evaluation: Evaluation

    /// `若“在京注册”为“是”，则符合条件。`
    package func sentence(_ language: Language) -> String {
        let label = language.quoted(language(self.question.label))
        let answer = self.question.text(of: self.answer, language)
        let word = self.question.kind.isQuoted ? language.quoted(answer) : answer
        let result =
            switch self.evaluation.outcome {
            case .eligible: language(Words.Reasons.wouldBeEligible)
            case .exhausted: language(Words.Reasons.wouldBeExhausted)
            default:
                language(Words.Reasons.wouldBeOpen)
            }
        return Words.Reasons.change(label, word, result, language)
    }
}

extension Interview {
    /// No more answers than these are tried.
    private static let mostCandidates = 96

    /// One change of an answer, to be assessed.
    package struct Candidate: Sendable, Hashable {
        package let question: Question
        package let answer: Answer
        /// All answers with the change.
        package let answers: Answers
    }

    /// The changes of one answer that may undo a refusal: another answer to a question of yes or no or of a choice, and for a
    /// number the figures of the rules that failed. None where the application is not refused.
    package func candidates(_ answers: Answers, _ evaluation: Evaluation) -> [Candidate] {
        guard evaluation.outcome == .ineligible else { return [] }
        let failed = evaluation.failedRules.compactMap { self.questionnaire.rule($0) }
        let failedIDs = Set(failed.map(\.id))
        let answered = self.questionnaire.questions.filter { answers[$0] != nil }
        // What the failed rules name comes first.
        let named = answered.filter { !failedIDs.isDisjoint(with: $0.rules) }
        let others = answered.filter { failedIDs.isDisjoint(with: $0.rules) }
        var candidates: [Candidate] = []
        for question in named + others {
            guard let given = answers[question] else { continue }
            let figures = failed.filter { question.rules.contains($0.id) }.flatMap(\.figures)
            for answer in self.alternatives(to: given, question, figures) {
                guard candidates.count < Self.mostCandidates else { return candidates }
                candidates.append(
                    Candidate(question: question, answer: answer, answers: answers.with(question.path, answer))
                )
            }
        }
        return candidates
    }

    /// The changes that the assessments confirm: one for each question, but for a choice every value that does.
    ///
    /// - Parameter evaluations: One for each candidate, in that order.
    package func changes(_ candidates: [Candidate], _ evaluations: [Evaluation]) -> [AnswerChange] {
        var numbered: Set<String> = []
        return zip(candidates, evaluations).compactMap { candidate, evaluation in
            switch evaluation.outcome {
            case .ineligible, .notInForce: return nil
            case .eligible, .exhausted, .undetermined: break
            }
            if case .number = candidate.answer, !numbered.insert(candidate.question.path).inserted { return nil }
            return AnswerChange(question: candidate.question, answer: candidate.answer, evaluation: evaluation)
        }
    }

    /// The changes of one answer that would undo a refusal.
    ///
    /// - Parameter evaluate: Assesses answers.
    package func changes(
        _ answers: Answers,
        _ evaluation: Evaluation,
        evaluate: (Answers) throws -> Evaluation
    ) rethrows -> [AnswerChange] {
        let candidates = self.candidates(answers, evaluation)
        return self.changes(candidates, try candidates.map { try evaluate($0.answers) })
    }

    /// Other answers than the one that was given; for a number the nearest first.
    private func alternatives(to given: Answer, _ question: Question, _ figures: [Int64]) -> [Answer] {
        guard case .number(let number) = given else {
            return self.possibleAnswers(to: question).filter { $0 != given }
        }
        var tried: Set<Int64> = [number]
        let near = figures.flatMap { figure in
            [
                figure, figure.addingReportingOverflow(1).partialValue,
                figure.subtractingReportingOverflow(1).partialValue,
            ]
        }
        return near.filter { value in
            value >= question.minimum ?? .min && value <= question.maximum ?? .max && tried.insert(value).inserted
        }
        .sorted { Self.distance($0, number) < Self.distance($1, number) }
        .map { .number($0) }
    }

    private static func distance(_ first: Int64, _ second: Int64) -> UInt64 {
        let (difference, overflows) = first.subtractingReportingOverflow(second)
        return overflows ? .max : difference.magnitude
    }
}

extension QuestionKind {
    /// Whether an answer is a word, which stands in quotation marks within a sentence.
    fileprivate var isQuoted: Bool {
        switch self {
        case .flag, .text, .choice, .choices: true
        case .money, .number, .date, .entries: false
        }
    }
}
