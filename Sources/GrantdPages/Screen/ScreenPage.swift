//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// The questions about the applicant.
struct ScreenPage {
    let context: PageContext
    let questions: [Question]
    let typed: TypedAnswers
    /// By the questions' paths.
    let problems: [String: AnswerDiagnostic]

    func render() -> [UInt8] {
        let context = self.context
        let layout = Layout(
            context: context,
            part: .screen,
            title: context(Words.Site.screen),
            isWrong: !self.problems.isEmpty,
            languageSwitch: .button(form: Layout.form)
        )
        return layout.page {
            HTML(.form, .id(Layout.form), .post, .action(context.link("screen")), .noValidation) {
                HiddenFields(context: context, fields: [(FormField.place, "questions")]).html
                ProblemSummary(
                    context: context,
                    problems: self.questions.enumerated().compactMap { (place, question) in
                        self.problems[question.path].map { (Self.id(place), context.language($0.text)) }
                    }
                ).html
                HTML(.div, .class("card")) {
                    HTML(.h1) { context(Words.Site.screen) }
                    HTML(.p, .class("lead")) { context(Words.Screening.lead) }
                    // The day, which is filled in, comes last.
                    for (place, question) in self.ordered {
                        FieldView(
                            context: context,
                            question: question,
                            typed: self.typed,
                            problem: self.problems[question.path],
                            id: Self.id(place),
                            isHeading: false,
                            offersUnknown: question.path != StandardQuestions.asOfPath
                        ).html
                    }
                    HTML(.div, .class("actions")) {
                        ActionButton(action: .next, text: context(Words.Screening.show), style: "go").html
                    }
                }
            }
        }
    }

    private var ordered: [(Int, Question)] {
        let all = Array(self.questions.enumerated())
        return
            (all.filter { $0.element.path != StandardQuestions.asOfPath }
            + all.filter { $0.element.path == StandardQuestions.asOfPath }).map { ($0.offset, $0.element) }
    }

    private static func id(_ place: Int) -> String { "field-\(place)" }
}
