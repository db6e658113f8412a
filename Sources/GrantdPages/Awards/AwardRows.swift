//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// Awards, one below the other.
struct AwardRows {
    let context: PageContext
    let awards: [AwardList.Award]
    /// The dry run that they are of.
    var dryRun: String?
    /// The number of the first; nil: they are not numbered.
    var first: Int?
    /// What the page is about stands not in every row again.
    var showsApplicant = true
    var showsRun = true

    var html: HTML {
        HTML(self.first == nil ? .ul : .ol, .class("none")) {
            for (index, award) in self.awards.enumerated() { self.row(award, number: self.first.map { $0 + index }) }
        }
    }

    private func row(_ award: AwardList.Award, number: Int?) -> HTML {
        let context = self.context
        return HTML(.li, .class("found")) {
            HTML(.span) {
                if let number { HTML(.span, .class("mark count")) { "\(number)" } }
                HTML(.a, .href(context.link(toAward: award.id, run: self.dryRun))) {
                    context.title(ofMeasure: award.measure, on: award.awardedOn)
                }
                HTML(.span, .class(context.tone(award.state))) { context.words(award.state) }
            }
            HTML(.span, .class(award.amount == nil ? "sum words" : award.state.isLive ? "sum" : "sum gone")) {
                context.sum(award.amount)
            }
            HTML(.p, .class("muted")) { HTML.joined(self.about(award), separator: " · ") }
        }
    }

    private func about(_ award: AwardList.Award) -> [HTML] {
        let context = self.context
        var parts: [HTML] = []
        if self.showsApplicant {
            parts.append(
                self.dryRun == nil
                    ? HTML(.a, .class("plainlink"), .href(context.link(toApplicant: award.creditCode))) {
                        award.creditCode
                    }
                    : HTML(award.creditCode)
            )
        }
        if let subject = award.subjectID { parts.append(HTML(Words.Awards.forSubject(subject, context.language))) }
        parts.append(HTML(Words.Awards.asOf(context.day(award.awardedOn), context.language)))
        if award.state == .reserved, let end = award.expiresAt {
            parts.append(HTML(Words.Awards.held(until: context.moment(end), context.language)))
        }
        if self.showsRun, self.dryRun == nil, let run = award.runID {
            parts.append(
                HTML(.a, .class("plainlink"), .href(context.link(toRun: run, isDry: false))) {
                    Words.Awards.inRun(run, context.language)
                }
            )
        }
        return parts
    }
}
