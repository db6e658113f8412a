//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An auction that was taken and is not answered. Its event loop's alone.
final class AuctionCall {
    let correlationID: Int64
    let arrival: MonotonicTime
    /// When its caller stops waiting, if it told.
    let deadline: MonotonicTime?
    /// The connection that its reply goes to; nil once nobody waits for it any more.
    private(set) var connection: ConnectionHandler?

    init(correlationID: Int64, arrival: MonotonicTime, deadline: MonotonicTime?, connection: ConnectionHandler) {
        self.correlationID = correlationID
        self.arrival = arrival
        self.deadline = deadline
        self.connection = connection
    }

    /// It was answered, or its connection is closed: nobody waits for it any more.
    func settle() {
        self.connection = nil
    }

    func isOverdue(at now: MonotonicTime) -> Bool {
        guard let deadline = self.deadline else { return false }
        return now >= deadline
    }
}
