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
        return JourneyFrame(state: self.state, place: .check, title: language.checkTitle).page {
            HTML(.div, .class("card")) {
                HTML(.h1) { language.checkTitle }
                HTML(.p, .class("muted")) {
                    context(
                        "问题已经答完。核对无误就可以看结果，哪一项要改，点“修改”。",
                        "All questions are answered. Change what is not right, then see the result."
                    )
                }
                answers.html
                answers.tables(under: .h2)
                TermsChoice(state: self.state).html
                HTML(.div, .class("actions")) {
                    ActionButton(action: .result, text: language.resultWord, style: "go").html
                    ActionButton(action: .back, text: language.backWord).html
                }
            }
            UnaskedList(state: self.state).html
        }
    }
}
