//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdPolicy

/// What the router asks others for.
package struct Operators: Sendable {
    /// Gathers the counters of all loops and writes them; nil where nobody gathers any.
    package var metrics: (@Sendable () async -> HTTPReply)?

    package init() {}
}

extension Route.Operation {
    /// What is answered at once; nil for what is not there, or is not answered at once.
    func reply(_ contract: HTTPContract, isStopping: Bool, isDraining: Bool) -> HTTPReply? {
        switch self {
        case .alive: .text(200, "ok")
        case .ready: isStopping ? .text(503, "stopping") : isDraining ? .text(503, "draining") : .text(200, "ok")
        case .metrics: nil
        case .openAPI: contract.openAPI.made
        case .schema: Self.schemaReply(contract.policies.policies)
        }
    }

    /// The descriptors that `GetSchema` answers with.
    private static func schemaReply(_ policies: PolicySet) -> HTTPReply {
        HTTPReply(
            status: 200,
            headers: [
                ("content-type", "application/x-protobuf"), ("cache-control", "no-cache"),
                // Weak, as it is the same for what is compressed and for what is not.
                ("etag", "W/\"\(policies.schemaDigest)\""),
            ],
            body: policies.schema
        )
    }
}
