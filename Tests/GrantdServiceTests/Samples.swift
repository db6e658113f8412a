//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import SwiftProtobuf

/// Requests that the built-in policies answer.
enum Samples {
    /// One application: a figure is known, so that the answer is worth something.
    static func application(_ id: String = "a") -> GrantdApplication {
        GrantdApplication.with {
            $0.applicationID = id
            $0.asOf = "2026-03-01"
            $0.subjectID = "s"
            $0.applicant.registeredInBeijing = true
            $0.aiApplicationGeneralAgent = .init()
        }
    }

    static func evaluate(_ id: String = "a") throws -> [UInt8] {
        try GrantdEvaluateRequest.with { $0.application = self.application(id) }.serializedBytes()
    }

    static func batch(count: Int, explain: Bool = false) throws -> [UInt8] {
        try GrantdEvaluateBatchRequest.with {
            $0.applications = (0..<count).map { self.application("\($0)") }
            if explain { $0.explain = .full }
        }.serializedBytes()
    }

    /// An application with so many deals that judging them takes the engine past several of its checkpoints.
    static func longEvaluate() throws -> [UInt8] {
        let deal = """
            {"valid": true, "kind": "TRANSFER", "jurisdiction": "DOMESTIC", "registered_or_recorded_on": "2026-03-01",
             "held_by_applicant": true, "contract_amount_fen": 5}
            """
        let deals = [String](repeating: deal, count: 10_000).joined(separator: ",")
        return try GrantdEvaluateRequest(
            jsonString: """
                {"application": {"as_of": "2026-05-20", "patent_conversion_institution": {"deals": [\(deals)]}}}
                """
        ).serializedBytes()
    }
}
