//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdTesting
internal import SwiftProtobuf

/// Requests that the built-in policies answer.
enum Samples: CallSamples {
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
