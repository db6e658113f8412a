//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService
package import NIOCore

/// A request whose head was taken, and its body as far as it is there.
package struct HTTPRequest: Sendable {
    package let head: RequestHead
    package let route: Route
    /// Whether it has shown one of the tokens, where any are asked for.
    package let showsToken: Bool
    /// The most bytes of the body.
    package let mostBytes: Int
    /// When its last byte came in.
    package var arrival: MonotonicTime
    package var body = ByteBuffer()
}
