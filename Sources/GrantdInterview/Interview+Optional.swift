//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Facts that may be left out without anything missing, and yet change the answer where they are known: a period that a
/// notice sets, a ban that has ended. No assessment lists them, so they are found by trying.
extension Interview {
    /// One answer to a question that nothing is missing without, to be assessed.
    package struct OptionalProbe: Sendable, Hashable {
        package let question: Question
        /// All answers with it.
        package let answers: Answers
    }

    /// No more answers than these are tried.
    private static let mostProbes = 512
    /// How many years from the day on a date is tried.
    private static let probedYears = 10

    /// The answers to assess before ``step(_:_:optional:)``. None while the interview has not come to its end.
    package func optionalProbes(_ step: Step, _ answers: Answers) -> [OptionalProbe] {
        guard step.end == .complete, case .date(let day)? = answers[StandardQuestions.asOfPath] else { return [] }
        var probes: [OptionalProbe] = []
        for question in step.unasked where question.path != StandardQuestions.subjectPath {
            for answer in self.sampleAnswers(to: question, day) {
                guard probes.count < Self.mostProbes else { return probes }
                probes.append(OptionalProbe(question: question, answers: answers.with(question.path, answer)))
            }
        }
        return probes
    }

    /// Where the interview stands when what changes the answer is asked too.
    ///
    /// - Parameters:
    ///   - step: Where it would stand.
    ///   - evaluations: One for each of ``optionalProbes(_:_:)``, in that order; `nil` where such an answer is refused.
    package func step(_ step: Step, _ probes: [OptionalProbe], optional evaluations: [Evaluation?]) -> Step {
        guard let base = step.evaluation else { return step }
        var seen: Set<String> = []
        let wanted = zip(probes, evaluations).compactMap { probe, evaluation -> Question? in
            guard let evaluation, evaluation != base, seen.insert(probe.question.path).inserted else { return nil }
            return probe.question
        }
        guard let next = wanted.first else { return step }
        let number = step.isFirst ? 1 : step.number + 1
        return Step(
            next: next,
            end: nil,
            evaluation: base,
            number: number,
            estimatedCount: number + wanted.count - 1,
            isFirst: step.isFirst,
            unasked: [],
            unknown: []
        )
    }

    /// Some answers of every kind that rules tell apart.
    private func sampleAnswers(to question: Question, _ day: CalendarDay) -> [Answer] {
        switch question.kind {
        case .flag, .choice: self.possibleAnswers(to: question)
        case .date:
            [-Self.probedYears, 0, Self.probedYears]
                .compactMap { CalendarDay(year: day.year + $0, month: day.month, day: min(day.day, 28)) }
                .map { .date($0) }
        case .money, .number:
            [question.minimum ?? 0, 1, 100_000_000_000]
                .filter { $0 >= question.minimum ?? .min && $0 <= question.maximum ?? .max }
                .map { .number($0) }
        case .text, .choices, .entries: []
        }
    }
}
