//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// All answers at a glance, before the result.
struct CheckPage {
    let state: JourneyState

    func render() -> [UInt8] {
        let context = self.state.context
        let language = context.language
        let answers = AnswerList(state: self.state)
        return JourneyFrame(state: self.state, place: .check, title: language(Words.Journey.check)).page {
            HTML(.div, .class("card")) {
                HTML(.h1) { language(Words.Journey.check) }
                HTML(.p, .class("muted")) { context(Words.Journey.allAnswered) }
                answers.html
                answers.tables(under: .h2)
                TermsChoice(state: self.state).html
                HTML(.div, .class("actions")) {
                    ActionButton(action: .result, text: language(Words.Journey.showResult), style: "go").html
                    ActionButton(action: .back, text: language(Words.Journey.back)).html
                }
            }
            UnaskedList(state: self.state).html
        }
    }
}
