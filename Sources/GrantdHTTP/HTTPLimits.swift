//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The most that an HTTP peer may send or leave open.
package struct HTTPLimits: Sendable {
    /// Bytes of the request line and the headers together.
    package var headBytes = 16 << 10

    package init() {}
}
