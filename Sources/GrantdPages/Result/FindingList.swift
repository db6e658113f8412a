//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// Rule by rule what was found: what fails first, then what is open, then what holds.
struct FindingList {
    let context: PageContext
    let measure: Measure
    let findings: [AssessmentReply.Finding]

    var html: HTML {
        let rank: (AssessmentReply.Finding) -> Int = { finding in
            switch finding.verdict {
            case .fail: 0
            case .unknown: 1
            case .assumed: 2
            case .pass: 3
            }
        }
        let ordered = self.findings.enumerated().sorted {
            (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
        }
        return HTML(.ul, .class("rows")) {
            for (_, finding) in ordered {
                let words = self.context.language.verdict(finding.kind, finding.verdict)
                let rule = self.measure.rules.first { $0.id == finding.rule }
                HTML(.li, .class(self.context.tone(finding.verdict))) {
                    HTML(.span, .class("mark"), .hidden) { words.mark }
                    HTML(.span) {
                        rule.map { self.context($0.label) } ?? finding.rule
                        HTML(.span, .class("word")) { words.word }
                    }
                    HTML(.span, .class("clause"), self.context.chinese) { finding.clause }
                }
            }
        }
    }
}
