//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages
internal import GrantdPolicy

// The contract's values as those of the interview, which knows no messages.

extension AssessmentOutcome {
    init(_ outcome: GrantdOutcome.Value) {
        self =
            switch outcome {
            case .eligible: .eligible
            case .ineligible: .ineligible
            case .undetermined: .undetermined
            case .exhausted: .exhausted
            case .notInForce: .notInForce
            }
    }

    var tone: Tone {
        switch self {
        case .eligible: .good
        case .ineligible, .notInForce: .bad
        case .undetermined, .exhausted: .doubtful
        }
    }
}

extension AmountBasis {
    init(_ basis: GrantdBasis.Value) {
        self =
            switch basis {
            case .exact: .exact
            case .ceiling: .ceiling
            case .unpublishedRate: .unpublishedRate
            case .agencyRate: .agencyRate
            case .unpublishedAmount: .unpublishedAmount
            case .nonMonetary: .nonMonetary
            case .floor: .floor
            }
    }
}

extension RuleFinding {
    init(_ finding: GrantdFinding) {
        self.init(rule: finding.rule, kind: Kind(finding.kind), verdict: Verdict(finding.verdict))
    }
}

extension RuleFinding.Kind {
    init(_ kind: GrantdFinding.Kind) {
        self =
            switch kind {
            case .requirement: .requirement
            case .bar: .bar
            }
    }
}

extension RuleFinding.Verdict {
    init(_ verdict: GrantdFinding.Verdict) {
        self =
            switch verdict {
            case .pass: .pass
            case .fail: .fail
            case .unknown: .unknown
            case .assumed: .assumed
            }
    }

    var tone: Tone {
        switch self {
        case .pass: .good
        case .fail: .bad
        case .unknown, .assumed: .doubtful
        }
    }
}

extension ApplicationStage {
    init(_ stage: GrantdStage.Value) {
        self =
            switch stage {
            case .application: .application
            case .publicity: .publicity
            case .disbursement: .disbursement
            }
    }
}

extension FactUnit {
    init(_ unit: Unit) {
        let (many, one) = (unit.words(behind: 2), unit.words(behind: 1))
        self.init(
            id: unit.rawValue,
            places: unit.places,
            suffix: BilingualText(zh: many.zh, en: many.en),
            suffixOfOne: BilingualText(zh: one.zh, en: one.en)
        )
    }
}

extension BilingualText {
    /// A text of the daemon's, safe to be shown.
    init(_ text: GrantdText) { self.init(zh: text.zh.printable, en: text.en.printable) }
}

extension Evaluation {
    init(_ assessment: GrantdAssessment) {
        self.init(
            outcome: AssessmentOutcome(assessment.outcome),
            missing: assessment.missing.map(\.path),
            findings: assessment.findings.map { RuleFinding($0) },
            amount: assessment.hasAmountFen ? assessment.amountFen : nil,
            potentialAmount: assessment.hasPotentialAmountFen ? assessment.potentialAmountFen : nil,
            lines: assessment.lines.map { "\($0.id) \(String(describing: $0.value))" }
        )
    }
}
