//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
internal import Synchronization

/// What `/openapi.json` answers for policies, made when somebody first asks.
final class OpenAPICache: Sendable {
    private let reply = Mutex<HTTPReply?>(nil)

    /// The answer, where it is made already.
    var made: HTTPReply? { self.reply.withLock { $0 } }

    /// The answer, made where it is not yet. Takes some time: not for an event loop.
    func reply(_ policies: PolicySet, _ access: OpenAPIDocument.Access) -> HTTPReply {
        if let made = self.made { return made }
        let bytes = OpenAPIDocument(policies, access).bytes
        let reply = HTTPReply(
            status: 200,
            headers: [
                ("content-type", "application/json"), ("cache-control", "no-cache"),
                // Weak, as it is the same for what is compressed and for what is not.
                ("etag", "W/\"\(PolicyDigest.of(bytes))\""),
            ],
            body: bytes
        )
        return self.reply.withLock { made in
            let first = made ?? reply
            made = first
            return first
        }
    }
}
