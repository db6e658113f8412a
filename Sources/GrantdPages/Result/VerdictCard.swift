//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// The answer itself: what was decided, how much, and the one sentence that a reader needs first.
struct VerdictCard {
    let context: PageContext
    let measure: Measure
    let assessment: AssessmentReply
    /// What would make the applicant eligible, in sentences; each was tried.
    let remedies: [String]

    var html: HTML {
        let context = self.context
        return HTML(.section, .class("card verdict \(self.tone)")) {
            HTML(.h1) { context(self.measure.title) }
            HTML(.p, .class("band")) {
                "\(Words.Result.mark(self.assessment.outcome, context.language)) \(self.outcome)"
            }
            if let sum = self.sum {
                HTML(.p, .class("sum")) {
                    if let bound = sum.bound { HTML(.span, .class("most")) { "\(bound) " } }
                    sum.text
                }
            }
            self.reasons
            HTML(.p, .class("muted")) { self.sentence }
            if !self.remedies.isEmpty {
                HTML(.div, .class("then")) {
                    HTML(.p) { HTML(.b) { context(Words.Result.wouldChange) } }
                    HTML(.ul) { for remedy in self.remedies { HTML(.li) { remedy } } }
                }
            }
        }
    }

    // MARK: - Words

    private var tone: String {
        switch self.assessment.outcome {
        case .eligible: ""
        case .undetermined, .exhausted: "wait"
        case .ineligible: "bad"
        case .notInForce: "ended"
        }
    }

    private var outcome: String { self.context.language.outcome(self.assessment.outcome) }

    /// The figure that matters: a bound is never shown without saying that it is one.
    private var sum: (bound: String?, text: String)? {
        let context = self.context
        switch self.assessment.outcome {
        case .eligible, .exhausted:
            guard let amount = self.assessment.amount else {
                return (nil, context.language.noSum(self.assessment.basis))
            }
            return (context.bound(self.assessment.basis, fen: amount), context.money(amount))
        case .undetermined:
            return self.assessment.potential.map { (context.atMost, context.money($0)) }
        case .ineligible, .notInForce: return nil
        }
    }

    private var sentence: String {
        let context = self.context
        let review = context(Words.Result.review)
        switch self.assessment.outcome {
        case .eligible: return context.language.sentences(context.language.basisInFull(self.assessment.basis), review)
        case .exhausted:
            let cap =
                self.assessment.bindingCap.flatMap { id in self.measure.caps.first { $0.id == id }?.label }
                ?? self.measure.usedUp?.label
            return cap.map { Words.Result.usedUp(context($0), context.language) } ?? review
        case .undetermined:
            let isBounded = self.assessment.potential != nil
            return context(isBounded ? Words.Result.isUndecidedBound : Words.Result.isUndecided)
        case .ineligible: return review
        case .notInForce:
            return Words.Result.notInForce(self.interval, context.day(self.assessment.asOf), context.language)
        }
    }

    private var interval: String {
        let interval = self.measure.inForce
        return self.context.interval(from: interval.fromText, until: interval.untilText)
    }

    /// What rules the applicant out, the first reason first.
    private var reasons: HTML {
        let context = self.context
        guard self.assessment.outcome == .ineligible else { return HTML() }
        let failed = self.assessment.findings.filter { $0.verdict == .fail }
        return HTML(.ul, .class("because")) {
            for finding in failed {
                HTML(.li) {
                    let label =
                        self.measure.rules.first { $0.id == finding.rule }.map { context($0.label) } ?? finding.rule
                    finding.kind == .bar
                        ? Words.Result.ruledOut(by: label, context.language)
                        : Words.Result.notMet(label, context.language)
                    context.language.inBrackets(finding.clause)
                }
            }
        }
    }
}
