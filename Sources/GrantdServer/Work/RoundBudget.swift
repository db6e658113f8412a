//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What the connections that an event loop reads from one after the other may take of it together before it looks at its sockets
/// again.
///
/// A turn bounds what one connection takes, and sixteen of them in a row would keep a seventeenth waiting for sixteen. Beyond the
/// budget each is served one call, and the rest of its calls in a turn of its own.
struct RoundBudget {
    private let nanoseconds: Int64
    private var spent: Int64 = 0

    init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    var isSpent: Bool { self.spent >= self.nanoseconds }

    /// A connection's calls took so long. Trains as short as most are do not count: nobody waits long for them.
    ///
    /// - Returns: Whether they were the first that count: the round's end is to be told.
    mutating func spend(_ nanoseconds: Int64) -> Bool {
        guard nanoseconds >= self.nanoseconds / 8 else { return false }
        let isFirst = self.spent == 0
        self.spent += nanoseconds
        return isFirst
    }

    /// The loop looks at its sockets next.
    mutating func end() { self.spent = 0 }
}
