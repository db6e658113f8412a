//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// What the pages of a measure's questions have in common: the frame, the line above, the form.
struct JourneyFrame {
    let state: JourneyState
    let place: JourneyPlace
    let title: String
    var isWrong = false

    func page(@HTMLBuilder content: () -> HTML) -> [UInt8] {
        let context = self.state.context
        let measure = self.state.measure
        let layout = Layout(
            context: context,
            part: .find,
            title: "\(self.title) · \(context(measure.title))",
            isWrong: self.isWrong,
            languageSwitch: .button(form: Layout.form)
        )
        return layout.page {
            HTML(.form, .id(Layout.form), .post, .action(self.state.action), .noValidation) {
                self.state.hidden(at: self.place)
                HTML(.p, .class("eyebrow")) {
                    HTML(.a, .href(context.link(toMeasure: measure.id))) { context(measure.title) }
                    " · \(self.state.entry.programme.documentNumber) \(measure.clause)"
                    " · "
                    Words.Journey.asOf(context.day(self.state.day), context.language)
                }
                content()
            }
        }
    }
}

/// How far the questions have come: a bar, and the same in words.
struct ProgressView {
    let context: PageContext
    /// Of the question shown, from 1.
    let number: Int
    /// About how many there are in all.
    let count: Int

    var html: HTML {
        let width = 1000
        let done = width * max(0, min(self.number - 1, self.count)) / max(self.count, 1)
        return HTML(.div) {
            HTML(.p, .class("step")) { self.words }
            HTML(.svg, .class("progress"), .viewBox(width, 6), .stretched, .hidden) {
                HTML(.rect, .x(0), .width(max(done, 20)), .height(6))
            }
        }
    }

    var words: String {
        Words.Journey.progress(self.number, of: self.count, self.context.language)
    }
}

extension JourneyState {
    /// How far the questions have come at one of them; nil at the day, which is filled in beforehand.
    func progress(at question: Question) -> ProgressView? {
        guard question.path != StandardQuestions.asOfPath else { return nil }
        let asked = self.answers.order.filter { $0 != StandardQuestions.asOfPath }
        let number = (asked.firstIndex(of: question.path) ?? asked.count) + 1
        var count = asked.count
        if case .success(let step) = self.step() {
            // The day counts as one that was asked.
            count = max(count, step.estimatedCount - 1)
        }
        return ProgressView(context: self.context, number: number, count: max(count, number))
    }
}
