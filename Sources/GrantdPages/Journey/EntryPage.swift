//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// An entry of a list: its questions on one page.
struct EntryPage {
    let state: JourneyState
    let list: Question
    let index: Int
    let typed: TypedAnswers
    /// By the questions' paths.
    let problems: [String: AnswerDiagnostic]

    func render() -> [UInt8] {
        let context = self.state.context
        let language = context.language
        let entries = self.state.answers.entries(of: self.list)
        let title = language.labelled(language(self.list.label), Words.Journey.entry(self.index + 1, language))
        let frame = JourneyFrame(
            state: self.state,
            place: .entry(list: self.list, index: self.index),
            title: title,
            isWrong: !self.problems.isEmpty
        )
        return frame.page {
            ProblemSummary(
                context: context,
                problems: self.list.entries.enumerated().compactMap { (place, question) in
                    self.problems[question.path].map {
                        (Self.id(place), language.labelled(language(question.label), language($0.text)))
                    }
                }
            ).html
            HTML(.div, .class("card")) {
                HTML(.h1) { title }
                HTML(.p, .class("muted")) { context(Words.Journey.entryMayBeOpen) }
                for (place, question) in self.list.entries.enumerated() {
                    FieldView(
                        context: context,
                        question: question,
                        typed: self.typed,
                        problem: self.problems[question.path],
                        id: Self.id(place),
                        isHeading: false,
                        offersUnknown: true
                    ).html
                }
                HTML(.div, .class("actions")) {
                    ActionButton(action: .next, text: context(Words.Journey.saveEntry), style: "go").html
                    ActionButton(action: .back, text: context(Words.Journey.leaveEntry)).html
                }
            }
            if !entries.isEmpty, self.index == entries.count {
                HTML(.div, .class("card")) {
                    HTML(.h2) { context(Words.Journey.entriesSoFar) }
                    EntryTable(context: context, list: self.list, entries: entries, isChangeable: false).html
                }
            }
        }
    }

    private static func id(_ place: Int) -> String { "field-\(place)" }
}
