//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// What was not asked, since nothing hangs on it as the answers stand: facts that count only where there is something to
/// say, such as the day of a penalty.
struct UnaskedList {
    let state: JourneyState

    /// The section's id.
    static let id = "unasked"
    /// More than these are folded away.
    private static let mostOpen = 12

    var html: HTML {
        let context = self.state.context
        let open = self.state.questionnaire.questions.filter { self.state.answers.isOpen($0) }
        guard !open.isEmpty else { return HTML() }
        let title = context(Words.Journey.unasked)
        let rows = HTML(.ul, .class("rows")) {
            for question in open {
                HTML(.li) {
                    HTML(.span, .class("mark"), .hidden) { "·" }
                    HTML(.span) { context.language(question.question) }
                    ActionButton(
                        action: .change(path: question.path),
                        text: context(Words.Journey.add),
                        style: "plain",
                        label: context.language.labelled(context(Words.Journey.add), context.language(question.label))
                    ).html
                }
            }
        }
        return HTML(.section, .class("card noprint"), .id(Self.id)) {
            HTML(.h2) { title }
            HTML(.p, .class("muted")) { context(Words.Journey.unaskedNote) }
            if open.count > Self.mostOpen {
                HTML(.details) {
                    HTML(.summary) { Words.Journey.all(open.count, context.language) }
                    rows
                }
            } else {
                rows
            }
        }
    }
}
