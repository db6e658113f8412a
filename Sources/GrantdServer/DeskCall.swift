//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A call that was read and whose caller is admitted.
package struct DeskCall: Sendable {
    /// What is asked for.
    package var method: Method
    /// The message's bytes.
    package var request: [UInt8]
    /// When it came in.
    package var arrival: MonotonicTime
    /// When its caller stops waiting, if it told.
    package var deadline: MonotonicTime?
    /// Whether the caller went away: work on it may end.
    package var isAbandoned: @Sendable () -> Bool
    /// Whether there is room for it.
    var load = Dispatcher.Load.normal

    package init(
        method: Method,
        request: [UInt8],
        arrival: MonotonicTime,
        deadline: MonotonicTime? = nil,
        isAbandoned: @escaping @Sendable () -> Bool = { false }
    ) {
        self.method = method
        self.request = request
        self.arrival = arrival
        self.deadline = deadline
        self.isAbandoned = isAbandoned
    }
}
