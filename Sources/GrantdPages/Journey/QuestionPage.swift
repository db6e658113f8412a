//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// One question: what is asked, why, and the field for its answer.
struct QuestionPage {
    let state: JourneyState
    let question: Question
    let typed: TypedAnswers
    let problem: AnswerDiagnostic?

    private static let field = "answer"

    func render() -> [UInt8] {
        let context = self.state.context
        let language = context.language
        let progress = self.state.progress(at: self.question)
        let frame = JourneyFrame(
            state: self.state,
            place: .question(self.question),
            title: progress?.words ?? language(self.question.label),
            isWrong: self.problem != nil
        )
        return frame.page {
            ProblemSummary(
                context: context,
                problems: self.problem.map { [(Self.field, language($0.text))] } ?? []
            ).html
            HTML(.div, .class("card")) {
                progress?.html
                FieldView(
                    context: context,
                    question: self.question,
                    typed: self.typed,
                    problem: self.problem,
                    id: Self.field,
                    isHeading: true,
                    offersUnknown: self.mayBeUnknown
                ).html
                WhyView(context: context, reasons: self.state.reasons(for: self.question)).html
                HTML(.div, .class("actions")) {
                    ActionButton(action: .next, text: language(Words.Journey.goOn), style: "go").html
                    if self.offersSkip { ActionButton(action: .skip, text: language(Words.Journey.skip)).html }
                    if self.question.kind == .choices {
                        ActionButton(action: .none, text: context(Words.Journey.noneOfThese)).html
                    }
                    self.back
                }
            }
        }
    }

    private var mayBeUnknown: Bool { self.question.path != StandardQuestions.asOfPath }

    /// “Don't know” stands among the choices where there are some.
    private var offersSkip: Bool {
        switch self.question.kind {
        case .flag, .choices, .entries: false
        case .choice: self.question.values.count > 16
        case .money, .number, .date, .text: self.mayBeUnknown
        }
    }

    private var back: HTML {
        let context = self.state.context
        if self.state.isChanging { return ActionButton(action: .check, text: context(Words.Journey.backToCheck)).html }
        guard self.question.path != StandardQuestions.asOfPath else {
            return HTML(.a, .class("soft"), .href(context.link(toMeasure: self.state.measure.id))) {
                context(Words.Journey.backToMeasure)
            }
        }
        return ActionButton(action: .back, text: context(Words.Journey.back)).html
    }
}

/// Why a question is asked.
struct WhyView {
    let context: PageContext
    let reasons: [String]

    var html: HTML {
        guard !self.reasons.isEmpty else { return HTML() }
        return HTML(.div, .class("why")) {
            HTML(.h2, .class("whytitle")) { self.context(Words.Journey.why) }
            HTML(.ul) { for reason in self.reasons { HTML(.li) { reason } } }
        }
    }
}
