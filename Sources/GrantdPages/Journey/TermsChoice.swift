//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// By what the answers are judged: the stage that the application has come to, and what is taken for absent. Folded away,
/// as nearly everybody asks before applying.
struct TermsChoice {
    let state: JourneyState

    var html: HTML {
        let context = self.state.context
        let language = context.language
        let hasStages = self.state.measure.rules.contains { $0.stage != .application }
        let hasBars = self.state.measure.rules.contains(where: \.isBar)
        guard hasStages || hasBars else { return HTML() }
        return HTML(.details, .class("noprint"), self.isUsual ? nil : .open) {
            HTML(.summary) { context(Words.Journey.otherTerms) }
            if hasStages {
                HTML(.fieldset, .class("choices side")) {
                    HTML(.legend, .class("label")) { context(Words.Journey.stage) }
                    for stage in [ApplicationStage.application, .publicity, .disbursement] {
                        self.choice(
                            Answers.stageField,
                            stage.name,
                            language.name(of: stage),
                            type: "radio",
                            isChosen: stage == self.state.answers.stage
                        )
                    }
                }
            }
            if hasBars {
                HTML(.div, .class("choices")) {
                    self.choice(
                        Answers.assumptionField,
                        "1",
                        language.assumptionWords,
                        type: "checkbox",
                        isChosen: self.state.answers.assumesUnsetBarsAbsent
                    )
                }
            }
        }
    }

    private var isUsual: Bool { self.state.context.language.terms(self.state.answers) == nil }

    private func choice(_ name: String, _ value: String, _ label: String, type: String, isChosen: Bool) -> HTML {
        let id = "\(name)-\(value)"
        return HTML(.label, .class("choice"), .for(id)) {
            HTML(.input, .type(type), .id(id), .name(name), .value(value), isChosen ? .checked : nil)
            HTML(.span) { label }
        }
    }
}
