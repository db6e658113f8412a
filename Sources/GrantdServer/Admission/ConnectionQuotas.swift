//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// How many connections there may be: in all, from one address, and of those who have not shown a token.
struct ConnectionQuotas: Sendable, Equatable {
    let total: Int
    let ofPeer: Int
    /// Of strangers. Where tokens are asked for, the rest of the places is kept for those who have shown one.
    let ofStrangers: Int

    /// The quotas that the limits give.
    ///
    /// - Parameters:
    ///   - asksForTokens: whether there are strangers at all.
    ///   - room: how many connections the process may have open.
    init(limits: Limits, asksForTokens: Bool, room: Int) {
        let total = min(limits.connections, room)
        self.total = total
        self.ofPeer = min(max(total, 1), limits.connectionsPerPeer ?? Self.quarter(of: total))
        self.ofStrangers = asksForTokens ? total - total / 4 : total
    }

    /// A quarter, but never so little that one host's pool of connections would not fit.
    private static func quarter(of total: Int) -> Int { max(total / 4, 16) }
}
