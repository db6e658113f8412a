//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdMessages
internal import SwiftProtobuf

/// Requests that the built-in policies answer.
package protocol CallSamples {}

extension CallSamples {
    /// One application: a figure is known, so that the answer is worth something.
    package static func application(_ id: String = "a") -> GrantdApplication {
        GrantdApplication.with {
            $0.applicationID = id
            $0.asOf = "2026-03-01"
            $0.subjectID = "s"
            $0.applicant.registeredInBeijing = true
            $0.aiApplicationGeneralAgent = .init()
        }
    }

    package static func evaluate(_ id: String = "a") throws -> [UInt8] {
        try GrantdEvaluateRequest.with { $0.application = self.application(id) }.serializedBytes()
    }

    /// As many entries of which nothing is known as a request has that is short by its bytes.
    package static func shortButCostly() throws -> [UInt8] {
        try GrantdEvaluateRequest.with {
            $0.application.asOf = "2026-03-01"
            $0.application.brainStimulatorReimbursementImplant.items = .init(repeating: .init(), count: 1_000)
        }.serializedBytes()
    }

    package static func batch(count: Int, explain: Bool = false) throws -> [UInt8] {
        try GrantdEvaluateBatchRequest.with {
            $0.applications = (0..<count).map { self.application("\($0)") }
            if explain { $0.explain = .full }
        }.serializedBytes()
    }
}
