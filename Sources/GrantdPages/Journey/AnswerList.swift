//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// All answers, each with a button to change it.
struct AnswerList {
    let state: JourneyState

    var html: HTML {
        let context = self.state.context
        let language = context.language
        return HTML(.dl, .class("answers")) {
            for path in self.state.answers.order {
                if let question = self.state.questionnaire.question(for: path) {
                    HTML(.div) {
                        HTML(.dt) { language(question.question) }
                        if let answer = self.state.answers[path] {
                            HTML(.dd) { question.text(of: answer, language) }
                        } else {
                            HTML(.dd, .class("unknown")) { Question.unknown(language) }
                        }
                        HTML(.dd, .class("change noprint")) {
                            ActionButton(
                                action: .change(path: path),
                                text: language(Words.Journey.change),
                                style: "plain",
                                label: language.labelled(language(Words.Journey.change), language(question.label))
                            ).html
                        }
                    }
                }
            }
        }
    }

    /// By what they are judged, where that is not what is usual.
    var terms: HTML {
        guard let terms = self.state.context.language.terms(self.state.answers) else { return HTML() }
        return HTML(.p) { self.state.context.language.sentence(terms) }
    }

    /// The entries of lists, below.
    ///
    /// - Parameter heading: Of the level that fits the page.
    func tables(under heading: HTML.Element) -> HTML {
        var html = HTML()
        for path in self.state.answers.order {
            guard let question = self.state.questionnaire.question(for: path) else { continue }
            let entries = self.state.answers.entries(of: question)
            guard !entries.isEmpty else { continue }
            html.append(HTML(heading, .class("part")) { self.state.context.language(question.label) })
            html.append(
                EntryTable(context: self.state.context, list: question, entries: entries, isChangeable: false).html
            )
        }
        return html
    }
}
