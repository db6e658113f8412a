//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What an answer to a question would settle.
package struct AnswerEffect: Sendable, Hashable {
    package let answer: Answer
    /// The rules that fail with it and do not without it.
    package let fails: [Questionnaire.Rule]
    /// The rules that are met, or the bars that are absent, with it and not without it.
    package let passes: [Questionnaire.Rule]
    package let outcome: AssessmentOutcome
}

extension Interview {
    /// No question is tried with more values than these.
    private static let mostVariants = 32

    /// The answers to assess before ``effects(of:in:_:)``: as they are, the question open, then with each answer that a
    /// question of yes or no, or of a choice, can have. None where nothing can be assessed yet, and for other questions.
    package func variants(of question: Question, in answers: Answers) -> [Answers] {
        let possible = self.possibleAnswers(to: question)
        guard self.questionnaire.measure != nil, answers[StandardQuestions.asOfPath] != nil, !possible.isEmpty else {
            return []
        }
        var open = answers
        open.forget(question.path)
        return [open] + possible.map { open.with(question.path, $0) }
    }

    /// What each answer would settle.
    ///
    /// - Parameter evaluations: One for each of ``variants(of:in:)``, in that order.
    package func effects(of question: Question, _ evaluations: [Evaluation]) -> [AnswerEffect] {
        guard let base = evaluations.first else { return [] }
        let before = Dictionary(base.findings.map { ($0.rule, $0.verdict) }, uniquingKeysWith: { first, _ in first })
        return zip(self.possibleAnswers(to: question), evaluations.dropFirst()).map { answer, evaluation in
            func turned(to verdict: RuleFinding.Verdict) -> [Questionnaire.Rule] {
                evaluation.findings.filter { $0.verdict == verdict && before[$0.rule] != verdict }
                    .compactMap { self.questionnaire.rule($0.rule) }
            }
            return AnswerEffect(
                answer: answer,
                fails: turned(to: .fail),
                passes: turned(to: .pass),
                outcome: evaluation.outcome
            )
        }
    }

    /// Why a question is asked, in sentences.
    ///
    /// - Parameter evaluations: One for each of ``variants(of:in:)``, in that order.
    package func reasons(
        for question: Question,
        _ evaluations: [Evaluation],
        _ language: Language
    ) -> [String] {
        var sentences: [String] = []
        let rules = self.questionnaire.rules(reading: question)
        let effects = self.effects(of: question, evaluations)
        let told = effects.flatMap { $0.fails + $0.passes }
        for rule in rules + told.filter({ !rules.contains($0) }).uniqued() {
            sentences.append(Self.sentence(rule, language))
        }
        // Answers that settle the same stand together.
        var groups: [(answers: [String], words: String)] = []
        for effect in effects {
            guard let words = Self.words(effect, language) else { continue }
            let answer = language.quoted(question.text(of: effect.answer, language))
            if let index = groups.firstIndex(where: { $0.words == words }) {
                groups[index].answers.append(answer)
            } else {
                groups.append(([answer], words))
            }
        }
        for group in groups {
            let answers = group.answers.joined(separator: language(Words.Reasons.or))
            sentences.append(Words.Reasons.answers(answers, settle: group.words, language))
        }
        if question.feedsAward {
            let summary = language(self.questionnaire.awardSummary)
            sentences.append(
                summary.isEmpty
                    ? language(Words.Reasons.feedsSum)
                    : Words.Reasons.feeds(summary, language)
            )
        }
        if sentences.isEmpty { sentences.append(Self.sentence(question, language)) }
        return sentences
    }

    /// What stands where no rule and no sum names the fact by itself.
    private static func sentence(_ question: Question, _ language: Language) -> String {
        switch question.path {
        case StandardQuestions.asOfPath:
            language(Words.Questions.asOfReason)
        case StandardQuestions.subjectPath:
            language(Words.Questions.subjectReason)
        case StandardQuestions.priorAwardsPath:
            language(Words.Questions.priorAwardsReason)
        default:
            language(Words.Questions.otherReason)
        }
    }

    private static func sentence(_ rule: Questionnaire.Rule, _ language: Language) -> String {
        let label = language(rule.label)
        let clause = language.inBrackets(rule.clause)
        return switch rule.kind {
        case .requirement: Words.Reasons.requirement(label + clause, language)
        case .bar: Words.Reasons.bar(label + clause, language)
        }
    }

    /// What an answer settles; `nil` where it settles nothing by itself.
    private static func words(_ effect: AnswerEffect, _ language: Language) -> String? {
        if !effect.fails.isEmpty {
            return effect.outcome == .ineligible
                ? language(Words.Reasons.ineligible)
                : language(Words.Reasons.requirementFails)
        }
        guard !effect.passes.isEmpty else { return nil }
        let bars = effect.passes.allSatisfy { $0.kind == .bar }
        return bars
            ? language(Words.Reasons.barIsAbsent) : language(Words.Reasons.requirementHolds)
    }

    /// Every answer that a question of yes or no, or of a choice, can have.
    func possibleAnswers(to question: Question) -> [Answer] {
        switch question.kind {
        case .flag: [.flag(true), .flag(false)]
        case .choice where question.values.count <= Self.mostVariants: question.values.map { .choice($0.name) }
        default: []
        }
    }
}

extension Array where Element: Hashable {
    /// Each once, where it first stands.
    fileprivate func uniqued() -> Self {
        var seen: Set<Element> = []
        return self.filter { seen.insert($0).inserted }
    }
}
