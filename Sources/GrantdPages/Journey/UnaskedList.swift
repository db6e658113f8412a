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
        let title = context("没有问到的事项", "What was not asked")
        let rows = HTML(.ul, .class("rows")) {
            for question in open {
                HTML(.li) {
                    HTML(.span, .class("mark"), .hidden) { "·" }
                    HTML(.span) { context.language(question.question) }
                    ActionButton(
                        action: .change(path: question.path),
                        text: context("补充", "Add"),
                        style: "plain",
                        label: context("补充：\(question.label.zh)", "Add: \(question.label.en)")
                    ).html
                }
            }
        }
        return HTML(.section, .class("card noprint"), .id(Self.id)) {
            HTML(.h2) { title }
            HTML(.p, .class("muted")) {
                context(
                    "没有相关情况的不用填。有的请补充，结果可能随之改变。",
                    "Leave these where there is nothing to say. Where there is, add it: the result may change."
                )
            }
            if open.count > Self.mostOpen {
                HTML(.details) {
                    HTML(.summary) { context("共 \(open.count) 项，展开查看", "All \(open.count) of them") }
                    rows
                }
            } else {
                rows
            }
        }
    }
}
