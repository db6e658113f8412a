//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What the router asks others for.
package struct Operators: Sendable {
    /// Gathers the counters of all loops and writes them; nil where nobody gathers any.
    package var metrics: (@Sendable () async -> HTTPReply)?

    package init() {}
}

extension Route.Operation {
    /// What is answered at once; nil for what is not there, or is not answered at once.
    func reply(_ contract: HTTPContract, isStopping: Bool) -> HTTPReply? {
        switch self {
        case .alive: .text(200, "ok")
        case .ready: isStopping ? .text(503, "stopping") : .text(200, "ok")
        case .metrics, .openAPI, .schema: nil
        }
    }
}
