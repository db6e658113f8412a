//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What HTTP is served like.
package struct HTTPConfiguration: Sendable {
    /// The origins whose scripts may read answers, as browsers write them (`https://example.org`), or `*` for all. The default
    /// is none.
    package var allowedOrigins: [String] = []
    /// Whether `/metrics`, `/openapi.json` and `/schema.binpb` are told to those who show no token. The default is false.
    package var isOperationPublic = false
    /// Whether the pages are shown to those who show no token. The default is false.
    package var arePagesPublic = false
    /// What a peer may send.
    package var limits = HTTPLimits()

    package init() {}
}
