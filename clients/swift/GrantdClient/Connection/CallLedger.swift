//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// A call's number on its connection: what the wire calls its correlation id. Positive, never used twice.
typealias CallID = Int64

/// Which calls of a connection wait for their turn, which are in flight, and when each is given up.
struct CallLedger {
    /// Of calls that were given up so many are remembered; the reply to a further one is late like any other, but owed no
    /// more. It takes a peer that answers nothing and no silence timeout to have so many.
    static let mostAbandoned = 65_536

    private(set) var waiting = CircularBuffer<CallID>()
    private(set) var inFlight: Set<CallID> = []
    /// Calls that were sent and given up, and whose replies have not come.
    private var abandoned: Set<CallID> = []
    private var deadlines: [CallID: NIODeadline] = [:]
    private var lastIssued: CallID = 0
    /// No deadline of an open call is before this; it may be early, never late.
    private(set) var earliestDeadline: NIODeadline?

    var isEmpty: Bool { self.deadlines.isEmpty }

    /// Whether the peer owes a reply, to a call in flight or to one that was given up.
    var isOwed: Bool { !self.inFlight.isEmpty || !self.abandoned.isEmpty }

    /// Takes up a call, which then waits.
    mutating func open(deadline: NIODeadline) -> CallID {
        self.lastIssued &+= 1
        let id = self.lastIssued
        self.waiting.append(id)
        self.deadlines[id] = deadline
        self.earliestDeadline = min(self.earliestDeadline ?? deadline, deadline)
        return id
    }

    /// Puts as many waiting calls in flight as the limit allows.
    mutating func dispatch(limit: Int) -> [CallID] {
        var started: [CallID] = []
        while self.inFlight.count < limit, let id = self.waiting.popFirst() {
            self.inFlight.insert(id)
            started.append(id)
        }
        return started
    }

    /// Closes a call that is answered, or that never went out.
    ///
    /// - Returns: Whether it was open.
    mutating func close(_ id: CallID) -> Bool {
        guard self.deadlines.removeValue(forKey: id) != nil else { return false }
        if self.inFlight.remove(id) == nil { self.waiting.removeAll { $0 == id } }
        if self.deadlines.isEmpty { self.earliestDeadline = nil }
        return true
    }

    /// Closes a call that nobody waits for any more; where it was sent its reply is still owed.
    ///
    /// - Returns: Whether it was open.
    mutating func abandon(_ id: CallID) -> Bool {
        let wasSent = self.inFlight.contains(id)
        guard self.close(id) else { return false }
        if wasSent { self.noteAbandoned(id) }
        return true
    }

    /// The reply to a call that was given up has come.
    ///
    /// - Returns: Whether it was owed.
    mutating func settle(_ id: CallID) -> Bool { self.abandoned.remove(id) != nil }

    private mutating func noteAbandoned(_ id: CallID) {
        if self.abandoned.count < Self.mostAbandoned { self.abandoned.insert(id) }
    }

    /// Closes every call whose time is up and finds the next deadline.
    mutating func closeExpired(now: NIODeadline) -> [CallID] {
        var expired: [CallID] = []
        var earliest: NIODeadline?
        for (id, deadline) in self.deadlines {
            if deadline <= now {
                expired.append(id)
            } else {
                earliest = min(earliest ?? deadline, deadline)
            }
        }
        self.earliestDeadline = earliest
        guard !expired.isEmpty else { return [] }
        for id in expired {
            self.deadlines[id] = nil
            if self.inFlight.remove(id) != nil { self.noteAbandoned(id) }
        }
        self.waiting.removeAll { self.deadlines[$0] == nil }
        return expired.sorted()
    }

    /// Closes the calls that are in flight; those that wait go on waiting, and nothing is owed.
    mutating func closeInFlight() -> [CallID] {
        let ids = self.inFlight.sorted()
        for id in ids { self.deadlines[id] = nil }
        self.inFlight = []
        self.abandoned = []
        if self.deadlines.isEmpty { self.earliestDeadline = nil }
        return ids
    }

    /// Closes every call.
    mutating func closeAll() -> [CallID] {
        let ids = self.deadlines.keys.sorted()
        self.waiting.removeAll()
        self.inFlight = []
        self.abandoned = []
        self.deadlines = [:]
        self.earliestDeadline = nil
        return ids
    }

    /// Whether the id was ever given to a call: a reply to it is late, to any other is not ours.
    func wasIssued(_ id: CallID) -> Bool { id >= 1 && id <= self.lastIssued }
}
