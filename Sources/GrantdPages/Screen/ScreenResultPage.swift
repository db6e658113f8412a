//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// Every measure that the applicant is not ruled out from, most support first; each leads into its own questions, and takes
/// the answers along.
struct ScreenResultPage {
    let context: PageContext
    let questionnaire: Questionnaire
    let answers: Answers
    let assessments: [AssessmentReply]

    func render() -> [UInt8] {
        let context = self.context
        let count = self.assessments.count
        let layout = Layout(
            context: context,
            part: .screen,
            title: Words.Screening.found(count, context.language),
            languageSwitch: .button(form: Layout.form)
        )
        return layout.page {
            HTML(.form, .id(Layout.form), .post, .action(context.link("screen"))) {
                HiddenFields(
                    context: context,
                    fields: self.answers.formFields(self.questionnaire) + [(FormField.place, "result")]
                ).html
                HTML(.div, .class("card")) {
                    HTML(.h1) {
                        count == 0
                            ? context(Words.Screening.nothing)
                            : Words.Screening.found(count, context.language)
                    }
                    HTML(.p, .class("muted")) { self.known }
                    HTML(.p, .class("muted")) { context(Words.Screening.order) }
                    HTML(.div, .class("actions noprint")) {
                        ActionButton(action: .check, text: context(Words.Screening.change)).html
                    }
                }
                if count > 0 {
                    HTML(.section, .class("card")) {
                        HTML(.h2) { context(Words.Screening.list) }
                        HTML(.ol, .class("none")) { for assessment in self.assessments { self.row(assessment) } }
                    }
                }
            }
        }
    }

    private func row(_ assessment: AssessmentReply) -> HTML {
        let context = self.context
        guard let entry = context.shelf.entry(assessment.measure), let version = entry.shown(on: assessment.asOf) else {
            return HTML()
        }
        let sum = self.sum(assessment)
        return HTML(.li, .class("found")) {
            HTML(
                .button,
                .class("plain pick"),
                .name(FormField.action),
                .value(FormAction.next.text),
                .formAction(Link(["measures", entry.id, "ask"]))
            ) { context(version.measure.title) }
            HTML(.span, .class(sum.isSum ? "sum" : "sum words")) { sum.text }
            HTML(.p, .class("muted")) {
                "\(context(entry.programme.title)) · \(version.measure.clause)"
                HTML(.span, .class("tag")) { self.standing(assessment) }
            }
        }
    }

    private func sum(_ assessment: AssessmentReply) -> (text: String, isSum: Bool) {
        if let amount = assessment.amount {
            return (self.context.language.money(fen: amount, assessment.basis), true)
        }
        if let potential = assessment.potential { return (self.context.atMost(potential), true) }
        return (self.context.language.noSum(assessment.basis), false)
    }

    private func standing(_ assessment: AssessmentReply) -> String {
        guard assessment.outcome == .undetermined else { return self.context.language.outcome(assessment.outcome) }
        let count = assessment.missing.count
        return Words.Screening.missing(count, self.context.language)
    }

    /// What was said, in one line.
    private var known: String {
        let language = self.context.language
        return self.questionnaire.questions.compactMap { question in
            self.answers[question].map {
                language.labelled(language(question.label), question.text(of: $0, language))
            }
        }.joined(separator: self.context(Words.semicolon))
    }
}
