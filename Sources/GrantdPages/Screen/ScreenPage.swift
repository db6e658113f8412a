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
            title: context("我能享受什么", "What can we get?"),
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
                    HTML(.h1) { context("我能享受什么", "What can we get?") }
                    HTML(.p, .class("lead")) {
                        context(
                            "知道多少填多少，不清楚的可以跳过。填好后，按可得支持从高到低列出没有被排除的措施。",
                            "Answer what you know and skip the rest. You will see every measure that is not ruled out, most support "
                                + "first."
                        )
                    }
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
                        ActionButton(action: .next, text: context("看看能享受什么", "Show what we can get"), style: "go").html
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
