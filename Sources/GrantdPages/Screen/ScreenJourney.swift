//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// What can we get: a few questions about the applicant on one page, then every measure that is not ruled out.
struct ScreenJourney {
    let context: PageContext

    private static let questionnaire = StandardQuestions.screening

    /// Answers a form; nil: the questions.
    func respond(to form: [(name: String, value: String)]?) -> PageAnswer {
        guard let form else {
            var answers = Answers()
            if let today = CalendarDay(iso: self.context.today) {
                answers.answer(StandardQuestions.asOfPath, .date(today))
            }
            return self.ask(TypedAnswers(self.filled(answers), language: self.context.language), [:])
        }
        let isSwitch = form.contains { $0.name == FormField.languageSwitch }
        let place = form.last { $0.name == FormField.place }?.value
        guard let action = FormAction(form.last { $0.name == FormField.action }?.value ?? "") else {
            return .refused(.badForm)
        }
        let carried = Answers(formFields: form, Self.questionnaire)
        if place == "result" {
            guard isSwitch || action == .result else {
                return self.ask(TypedAnswers(self.filled(carried), language: self.context.language), [:])
            }
            return self.answer(carried)
        }
        let typed = TypedAnswers(form, today: self.context.today)
        if isSwitch { return self.ask(typed, [:]) }
        var answers = Answers()
        var problems: [String: AnswerDiagnostic] = [:]
        for question in Self.questionnaire.questions {
            // Only the day must be known.
            if typed.isEmpty(question), question.path != StandardQuestions.asOfPath { continue }
            do throws(AnswerDiagnostic) {
                if let answer = try typed.read(question, self.context.language) {
                    answers.answer(question.path, answer)
                }
            } catch {
                problems[question.path] = error
            }
        }
        guard problems.isEmpty else { return self.ask(typed, problems) }
        return self.answer(answers)
    }

    private func filled(_ answers: Answers) -> [(Question, Answer?)] {
        Self.questionnaire.questions.map { ($0, answers[$0]) }
    }

    private func ask(_ typed: TypedAnswers, _ problems: [String: AnswerDiagnostic]) -> PageAnswer {
        .page(
            ScreenPage(context: self.context, questions: Self.questionnaire.questions, typed: typed, problems: problems)
                .render()
        )
    }

    private func answer(_ answers: Answers) -> PageAnswer {
        switch self.context.screen(Self.questionnaire.requestJSON(answers, explains: false), isTrial: false) {
        case .success(let reply):
            return .page(
                ScreenResultPage(
                    context: self.context,
                    questionnaire: Self.questionnaire,
                    answers: answers,
                    assessments: reply.assessments
                ).render()
            )
        case .failure(let refusal): return self.show(refusal, answers)
        }
    }

    /// What the engine refuses stands beside the question that it is about.
    private func show(_ refusal: PageContext.Refusal, _ answers: Answers) -> PageAnswer {
        // No answer is so long that it were the reader's doing, whatever the daemon says of entries.
        if refusal.cause == .tooMuch { return .refused(.fails(nil)) }
        guard refusal.cause == .answers, let question = Self.questionnaire.question(for: refusal.field) else {
            return .refused(refusal.page)
        }
        let problem = refusal.problem(with: question, isAnswered: answers[question] != nil)
        return self.ask(
            TypedAnswers(self.filled(answers), language: self.context.language),
            [question.path: problem]
        )
    }
}
