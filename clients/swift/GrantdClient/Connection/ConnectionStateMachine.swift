//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// One place of the pool: a connection that is made when a call needs it, lost, and made again.
///
/// It holds no channel, completes nothing and reads no clock: each event is a method, and what it returns says what
/// to do. Events come from three sides. *Callers* may do anything at any time. *The peer* may do anything too: replies
/// to calls that were given up are late and dropped, replies to ids never issued are counted and dropped, and nothing
/// of it is an error of ours. *Our own side* keeps one channel at a time: it connects only when told to and reports
/// each channel's end once; an event that does not fit is ignored.
struct ConnectionStateMachine: ~Copyable {
    private enum State {
        /// No channel, and nobody asks for one.
        case idle
        /// A channel is being made.
        case connecting
        /// The last attempt failed; the next is due later.
        case backingOff
        /// Calls go out.
        case active
        /// The daemon said that it is stopping: what is in flight may still be answered, new calls wait for the next channel.
        case draining
        /// The channel is being closed, by us: the peer stops, spoke nonsense, or said nothing for too long.
        case closing
        /// For good. Late events of the last channel change nothing.
        case shutDown
    }

    private var state: State = .idle
    private var ledger = CallLedger()
    private var backoff: Backoff
    private let limit: Int

    init(maximumCallsInFlight: Int, retry: GrantdClientConfiguration.Retry) {
        self.limit = max(1, maximumCallsInFlight)
        self.backoff = Backoff(retry)
    }

    /// When the next call is to be given up, at the earliest; `nil` with no call open.
    var nextDeadline: NIODeadline? { self.ledger.earliestDeadline }

    /// Calls that wait or are in flight.
    var hasOpenCalls: Bool { !self.ledger.isEmpty }

    /// Whether the channel owes a reply: to a call in flight, or to one that was given up.
    var isOwed: Bool { self.ledger.isOwed }

    // MARK: - Callers

    enum OnCall: Equatable {
        /// Send these now; the new call is among them.
        case send(CallID, [CallID])
        /// Make a channel; the call waits for it.
        case connect(CallID)
        /// Nothing to do yet.
        case wait(CallID)
        /// The client was shut down.
        case refuse
    }

    mutating func called(deadline: NIODeadline) -> OnCall {
        switch self.state {
        case .shutDown:
            return .refuse
        case .idle:
            self.state = .connecting
            return .connect(self.ledger.open(deadline: deadline))
        case .active:
            let id = self.ledger.open(deadline: deadline)
            let started = self.ledger.dispatch(limit: self.limit)
            return started.isEmpty ? .wait(id) : .send(id, started)
        case .connecting, .backingOff, .draining, .closing:
            return .wait(self.ledger.open(deadline: deadline))
        }
    }

    /// What follows when calls have been given up or answered.
    enum OnRoom: Equatable {
        /// Send these, which waited; often none.
        case send([CallID])
        /// Nothing is left in flight on a channel that drains: close it.
        case close
    }

    /// The caller no longer waits.
    ///
    /// - Returns: `nil` where the call is over already, and its caller has its result.
    mutating func cancelled(_ id: CallID) -> OnRoom? {
        self.ledger.abandon(id) ? self.useRoom() : nil
    }

    /// A call that was to be sent could not be.
    ///
    /// - Returns: `nil` where the call is over already.
    mutating func notSent(_ id: CallID) -> OnRoom? {
        self.ledger.close(id) ? self.useRoom() : nil
    }

    /// The time of ``nextDeadline`` has come.
    ///
    /// - Returns: The calls whose time is up, and what follows.
    mutating func deadlineReached(now: NIODeadline) -> (expired: [CallID], next: OnRoom) {
        let expired = self.ledger.closeExpired(now: now)
        return (expired, expired.isEmpty ? .send([]) : self.useRoom())
    }

    enum OnShutdown: Equatable {
        /// Fail these; nothing is open that must be closed.
        case fail([CallID])
        /// Close the channel and fail these.
        case close([CallID])
    }

    mutating func shutdown() -> OnShutdown {
        let calls = self.ledger.closeAll()
        let previous = self.state
        self.state = .shutDown
        switch previous {
        case .idle, .connecting, .backingOff, .shutDown: return .fail(calls)
        case .active, .draining, .closing: return .close(calls)
        }
    }

    // MARK: - Channels

    enum OnConnected: Equatable {
        /// Send the calls that waited.
        case send([CallID])
        /// Nobody wants the channel any more.
        case close
    }

    mutating func connected() -> OnConnected {
        guard case .connecting = self.state else { return .close }
        self.state = .active
        return .send(self.ledger.dispatch(limit: self.limit))
    }

    enum OnConnectFailed: Equatable {
        /// Fail these, and call ``backoffEnded()`` after the pause.
        case fail([CallID], backOff: TimeAmount)
        /// Nothing to do.
        case ignore
    }

    mutating func connectFailed(random: UInt64) -> OnConnectFailed {
        guard case .connecting = self.state else { return .ignore }
        self.state = .backingOff
        return .fail(self.ledger.closeAll(), backOff: self.backoff.failed(random: random))
    }

    /// The pause is over.
    ///
    /// - Returns: Whether to make a channel now.
    mutating func backoffEnded() -> Bool {
        guard case .backingOff = self.state else { return false }
        let isWanted = !self.ledger.isEmpty
        self.state = isWanted ? .connecting : .idle
        return isWanted
    }

    enum OnReply: Equatable {
        /// Give the reply to its caller.
        case answer(OnRoom)
        /// Its caller gave up, or has an answer already: drop it. `wasOwed` where it is the first reply to the call.
        case dropLate(wasOwed: Bool)
        /// No call ever had this id: count and drop it.
        case dropUnknown
    }

    /// A reply came.
    ///
    /// - Parameters:
    ///   - id: Its correlation id.
    ///   - isStopping: It says that the daemon is stopping.
    mutating func replied(_ id: CallID, isStopping: Bool) -> OnReply {
        guard self.ledger.inFlight.contains(id), self.ledger.close(id) else {
            let wasOwed = self.ledger.settle(id)
            return self.ledger.wasIssued(id) ? .dropLate(wasOwed: wasOwed) : .dropUnknown
        }
        if case .active = self.state, isStopping { self.state = .draining }
        if !isStopping { self.backoff.succeeded() }
        return .answer(self.useRoom())
    }

    enum OnLeave: Equatable {
        /// Close the channel and fail these, which were in flight.
        case close([CallID])
        /// The channel is going already.
        case ignore
    }

    /// The channel is of no use any more: what came is no reply, or nothing came for too long. It is left; calls that
    /// wait, and those that come, go to the next one.
    mutating func leave() -> OnLeave {
        switch self.state {
        case .active, .draining:
            self.state = .closing
            return .close(self.ledger.closeInFlight())
        case .idle, .connecting, .backingOff, .closing, .shutDown:
            return .ignore
        }
    }

    enum OnClosed: Equatable {
        /// Fail these, which were in flight; nobody waits for another channel.
        case fail([CallID])
        /// Fail these, and call ``backoffEnded()`` after the pause.
        case backOff([CallID], TimeAmount)
    }

    /// The channel has ended, whoever closed it.
    mutating func closed(random: UInt64) -> OnClosed {
        let hadCalls = !self.ledger.isEmpty
        let lost = self.ledger.closeInFlight()
        switch self.state {
        case .active where !hadCalls:
            // An idle channel that the daemon closed is no failure; one that had calls to answer is.
            self.state = .idle
            return .fail(lost)
        case .active, .draining, .closing:
            self.state = .backingOff
            return .backOff(lost, self.backoff.failed(random: random))
        case .idle, .connecting, .backingOff, .shutDown:
            return .fail(lost)
        }
    }

    // MARK: - Inside

    /// Fills the room that a closed call leaves.
    private mutating func useRoom() -> OnRoom {
        switch self.state {
        case .active:
            return .send(self.ledger.dispatch(limit: self.limit))
        case .draining where self.ledger.inFlight.isEmpty:
            self.state = .closing
            return .close
        case .idle, .connecting, .backingOff, .draining, .closing, .shutDown:
            return .send([])
        }
    }
}
