//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A call that a transport has read: its caller is admitted, its method is known.
package struct UnaryCall: Sendable {
    /// What is asked for.
    package var method: Method
    /// The message's bytes.
    package var request: [UInt8]
    /// Whose it is.
    package var client: ClientID
    /// Who calls, by the token that was shown.
    package var caller: Caller
    /// What it is found by in logs.
    package var id: RequestID
    /// When it came in.
    package var arrival: MonotonicTime
    /// When its caller stops waiting, if it told.
    package var deadline: MonotonicTime?
    /// Whether the caller went away: work on it may end.
    package var isAbandoned: @Sendable () -> Bool

    package init(
        method: Method,
        request: [UInt8],
        client: ClientID,
        caller: Caller = .anyone,
        id: RequestID = .none,
        arrival: MonotonicTime,
        deadline: MonotonicTime? = nil,
        isAbandoned: @escaping @Sendable () -> Bool = { false }
    ) {
        self.method = method
        self.request = request
        self.client = client
        self.caller = caller
        self.id = id
        self.arrival = arrival
        self.deadline = deadline
        self.isAbandoned = isAbandoned
    }
}

/// What a call of a transport whose calls are tasks is answered with.
package struct UnaryReply: Sendable {
    /// The message's bytes.
    package let message: [UInt8]
    /// What the answer says of its request; nil where it is not written down.
    package let requestHash: RequestHash?
}
