//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The measures that an applicant is not ruled out from, most support first.
struct ScreenReply {
    let assessments: [AssessmentReply]

    init(_ reply: KeptReply) {
        self.assessments = reply.view.messages("assessments").map(AssessmentReply.init)
        withExtendedLifetime(reply.arena) {}
    }
}
