//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a request asks to be done, as far as grantd tells it apart.
package enum HTTPMethod: Sendable, Hashable {
    case get
    case head
    case post
    case options
    case connect
    /// Any other method of HTTP: none of them is served.
    case other
}
