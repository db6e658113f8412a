//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

extension Evaluation {
    /// What an assessment says, as far as an interview goes by it.
    init(_ reply: AssessmentReply) {
        self.init(
            outcome: reply.outcome,
            missing: reply.missing.map(\.path),
            findings: reply.findings.map { RuleFinding(rule: $0.rule, kind: $0.kind, verdict: $0.verdict) },
            amount: reply.amount,
            potentialAmount: reply.potential
        )
    }
}
