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
    /// What it is found by in the log, and what the reply repeats.
    package let id: RequestID
    package let route: Route
    /// Who sent it; nil where it has shown none of the tokens that are asked for.
    package let caller: Caller?
    /// The most bytes of the body.
    package let mostBytes: Int
    /// When its last byte came in.
    package var arrival: MonotonicTime
    package var body = ByteBuffer()

    /// Whether it has shown one of the tokens, where any are asked for.
    package var showsToken: Bool { self.caller != nil }

    /// What its answer is counted by; nil where it is no call.
    var subject: CallSubject? {
        let caller = self.caller?.number ?? .stranger
        return switch self.route {
        case .call(let method): CallSubject(.http, method, caller: caller)
        case .noCall: CallSubject(.http, nil, caller: caller)
        case .operation, .page, .awardsPage: nil
        }
    }
}
