//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages

/// What an application came to under one policy set, as far as it is compared.
struct ImpactResult {
    /// What a sum is: the amount, the most that there can be, or the least.
    enum Meaning: String, CaseIterable {
        case amount
        case atMost = "at_most"
        case atLeast = "at_least"

        init(_ basis: GrantdBasis.Value) {
            switch basis {
            case .ceiling, .unpublishedRate: self = .atMost
            case .floor: self = .atLeast
            case .exact, .agencyRate, .unpublishedAmount, .nonMonetary: self = .amount
            }
        }
    }

    let assessment: GrantdAssessment

    var meaning: Meaning { Meaning(self.assessment.basis) }

    /// What there is to be had, in fen: nothing where the answer is no; `nil` where facts are missing, or the text has no
    /// figure.
    var fen: Int64? {
        switch self.assessment.outcome {
        case .eligible, .exhausted: self.assessment.hasAmountFen ? self.assessment.amountFen : nil
        case .ineligible, .notInForce: 0
        case .undetermined: nil
        }
    }

    func rules(_ verdict: GrantdFinding.Verdict) -> [GrantdFinding] {
        self.assessment.findings.filter { $0.verdict == verdict }
    }

    var json: String {
        let assessment = self.assessment
        var members = [#""outcome":"\#(Self.name(assessment.outcome))""#]
        if assessment.hasAmountFen { members.append(#""amount_fen":\#(assessment.amountFen)"#) }
        if assessment.hasPotentialAmountFen {
            members.append(#""potential_amount_fen":\#(assessment.potentialAmountFen)"#)
        }
        members.append(#""meaning":"\#(self.meaning.rawValue)""#)
        if assessment.hasBindingCap { members.append(#""binding_cap":\#(AnswerJSON.quoted(assessment.bindingCap))"#) }
        let failed = self.rules(.fail).map { AnswerJSON.quoted($0.rule) }
        if !failed.isEmpty { members.append(#""failed":[\#(failed.joined(separator: ","))]"#) }
        let missing = assessment.missing.map { AnswerJSON.quoted($0.path) }
        if !missing.isEmpty { members.append(#""missing":[\#(missing.joined(separator: ","))]"#) }
        if assessment.missingOmitted > 0 { members.append(#""missing_omitted":\#(assessment.missingOmitted)"#) }
        return "{\(members.joined(separator: ","))}"
    }

    static func name(_ outcome: GrantdOutcome.Value) -> String {
        switch outcome {
        case .eligible: "ELIGIBLE"
        case .ineligible: "INELIGIBLE"
        case .undetermined: "UNDETERMINED"
        case .exhausted: "EXHAUSTED"
        case .notInForce: "NOT_IN_FORCE"
        }
    }
}
