//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// What of a page is to be corrected; has the focus as the page opens.
struct ProblemSummary {
    let context: PageContext
    /// The id of each field and what is wrong with it.
    let problems: [(id: String, text: String)]

    var html: HTML {
        guard !self.problems.isEmpty else { return HTML() }
        return HTML(.div, .class("problems"), .role("alert"), .focusable, .autofocus) {
            HTML(.h2) { self.context(Words.Journey.problems) }
            HTML(.ul, .class("none")) {
                for problem in self.problems {
                    HTML(.li) { HTML(.a, .href(Link(fragment: problem.id))) { problem.text } }
                }
            }
        }
    }
}
