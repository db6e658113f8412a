//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An interview: what to ask next, why it is asked, and what would change the outcome.
///
/// It assesses nothing itself. Each of its three questions is answered in two steps: first it says which sets of answers it
/// wants to have assessed, then, given an assessment for each, it says what follows. Who assesses at once passes a function;
/// who asks a daemon sends them as a batch.
package struct Interview: Sendable {
    /// Where an interview stands.
    package struct Step: Sendable, Hashable {
        /// Why nothing is asked any more.
        package enum End: Sendable, Hashable {
            /// Nothing is missing, or nobody knows what is.
            case complete
            /// Whatever else is answered, the application is not eligible.
            case ineligible
            /// The measure is not in force on the day.
            case notInForce
        }

        /// What to ask next; `nil` where nothing more needs to be.
        package let next: Question?
        /// Set where ``next`` is not.
        package let end: End?
        /// What the answers come to as they are; `nil` while the day is not known.
        package let evaluation: Evaluation?
        /// The number of the next question, or of the last, from 1.
        package let number: Int
        /// About how many questions there are in all, at least ``number``.
        package let estimatedCount: Int
        /// Nothing was answered or passed over yet.
        let isFirst: Bool
        /// Questions that were neither answered nor passed over, and that nothing hangs on as far as the rules say; in the
        /// order of the questionnaire. Where the interview ends they may still be answered.
        package let unasked: [Question]
        /// Facts that are missing although they were asked for, as paths.
        package let unknown: [String]
    }

    package let questionnaire: Questionnaire

    package init(_ questionnaire: Questionnaire) { self.questionnaire = questionnaire }

    /// How many unknown entries stand for a list that nobody has filled in yet, which the daemon reads as an empty one: what
    /// is missing of them shows where in the order the list matters. No more than the order hangs on it.
    private static let probedEntries = [1, 64]

    // MARK: - What to ask next

    /// The answers to assess before ``step(_:_:goesOn:)``: the answers as they are, then the same with unknown entries in
    /// the lists that are still open. None while the day is not known, and none where no measure is asked about.
    package func probes(of answers: Answers) -> [Answers] {
        guard self.questionnaire.measure != nil, answers[StandardQuestions.asOfPath] != nil else { return [] }
        let open = self.openLists(answers)
        guard !open.isEmpty else { return [answers] }
        return [answers]
            + Self.probedEntries.map { count in
                open.reduce(into: answers) { answers, list in
                    let count = min(count, list.most ?? count)
                    answers.answer(list.path, .entries(Array(repeating: [:], count: count)))
                }
            }
    }

    /// Where the interview stands.
    ///
    /// - Parameters:
    ///   - answers: What was answered.
    ///   - evaluations: One for each of ``probes(of:)``, in that order.
    ///   - goesOn: Ask everything, even where nothing hangs on it any more.
    package func step(_ answers: Answers, _ evaluations: [Evaluation], goesOn: Bool = false) -> Step {
        let open = self.questionnaire.questions.filter { answers.isOpen($0) }
        guard let plain = evaluations.first else {
            // The day comes first; without a measure everything is asked, in order.
            let day = open.first { $0.path == StandardQuestions.asOfPath }
            return self.step(
                answers,
                next: self.questionnaire.measure == nil ? open : day.map { [$0] } ?? [],
                open,
                nil
            )
        }
        if plain.outcome == .notInForce { return self.step(answers, next: [], open, plain, end: .notInForce) }
        if self.isSettled(plain, answers) {
            return self.step(answers, next: goesOn ? open : [], open, plain, end: .ineligible)
        }
        // With unknown entries first: they show where in the order an open list matters.
        let wanted = self.wanted(answers, evaluations.dropFirst() + [plain])
        if !wanted.isEmpty { return self.step(answers, next: wanted, open, plain) }
        let lists = open.filter { $0.kind.isList && $0.path != StandardQuestions.priorAwardsPath }
        return self.step(answers, next: lists.isEmpty && goesOn ? open : lists, open, plain)
    }

    /// Where the interview stands.
    ///
    /// - Parameters:
    ///   - answers: What was answered.
    ///   - goesOn: Ask everything, even where nothing hangs on it any more.
    ///   - evaluate: Assesses answers that hold a day; throws where they are refused.
    package func step(
        _ answers: Answers,
        goesOn: Bool = false,
        evaluate: (Answers) throws -> Evaluation
    ) rethrows -> Step {
        let step = self.step(answers, try self.probes(of: answers).map(evaluate), goesOn: goesOn)
        let probes = self.optionalProbes(step, answers)
        return self.step(step, probes, optional: probes.map { try? evaluate($0.answers) })
    }

    private func step(
        _ answers: Answers,
        next: [Question],
        _ open: [Question],
        _ evaluation: Evaluation?,
        end: Step.End = .complete
    ) -> Step {
        let asked = answers.order.count { self.questionnaire.question(for: $0) != nil }
        let next = next.filter { question in open.contains { $0.path == question.path } }
        let missing = evaluation?.missing ?? []
        return Step(
            next: next.first,
            end: next.isEmpty ? end : nil,
            evaluation: evaluation,
            number: next.isEmpty ? max(1, asked) : asked + 1,
            estimatedCount: max(1, asked + next.count),
            isFirst: asked == 0,
            unasked: next.isEmpty ? open : [],
            unknown: next.isEmpty ? missing : []
        )
    }

    /// The open questions that the missing facts ask, each once, in their order.
    private func wanted(_ answers: Answers, _ evaluations: [Evaluation]) -> [Question] {
        var seen: Set<String> = []
        return evaluations.lazy.filter { $0.outcome != .ineligible }.flatMap(\.missing)
            .compactMap { self.questionnaire.question(for: $0) }
            .filter { answers.isOpen($0) && seen.insert($0.path).inserted }
    }

    /// Whether no further answer can undo a refusal: a rule has failed that no open list has a part in. Every other unset
    /// fact is unknown to the daemon, and a rule fails only by what is known.
    private func isSettled(_ evaluation: Evaluation, _ answers: Answers) -> Bool {
        guard evaluation.outcome == .ineligible else { return false }
        let open = self.openLists(answers)
        return open.isEmpty
            || evaluation.failedRules.contains { id in
                self.questionnaire.rule(id)?.hasKnownFacts == true && !open.contains { $0.rules.contains(id) }
            }
    }

    /// The lists that nobody has filled in yet. Earlier awards can be unknown by themselves.
    private func openLists(_ answers: Answers) -> [Question] {
        self.questionnaire.questions.filter {
            $0.kind == .entries && $0.path != StandardQuestions.priorAwardsPath && answers.isOpen($0)
        }
    }
}
