//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The most that an HTTP peer may send.
package struct HTTPLimits: Sendable {
    /// Bytes of the request line and the headers together. The default is 16 KiB.
    package var headBytes = 16 << 10
    /// Headers of a request. The default is 100.
    package var headers = 100
    /// Bytes of a form. The default is 1 MiB.
    package var formBytes = 1 << 20
    /// Bytes of a body that nobody reads. The default is 64 KiB.
    package var ignoredBytes = 64 << 10
    /// Bytes of JSON that are read on the event loop; more is read on a compute thread. The default is 8 KiB.
    package var immediateBytes = 8 << 10

    package init() {}
}
