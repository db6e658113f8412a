//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// What one connection may do, without any I/O: events go in with the time they happened at, what is to be done
/// comes out.
///
/// **States.** *Open*: calls are served. *Draining*: the server stops; what is in flight is answered, further calls are
/// refused, and once the connection has been quiet for a while its output is closed; a peer that calls on and on is left all
/// the same. *Leaving*: what came is no frame, or was the last that the peer or we wanted; all that follows is thrown away, and
/// once what was taken before is answered and sent the output is closed. *Finishing*: our side is closed, the peer's bytes are
/// thrown away until it closes too. *Closed*: nothing more.
///
/// **Pending calls** are the costly ones that were taken and are not answered; a short call is answered in the turn that
/// takes it, so it never pends. Frames that lie undecoded in the input do not count: they are bounded in bytes.
///
/// **Reading is held** while unsent replies stand at the limit (until half of it is sent) and while decoded work
/// was put off to a later turn. Time limits on unfinished frames do not run while we ourselves do not read.
///
/// **Whose fault.** An event that is late (bytes, answers or ticks after the close) is dropped in silence: events cross
/// with closes. What a peer does wrong comes back as a `Close` with its reason. There is no illegal call that traps.
struct ConnectionStateMachine: ~Copyable {
    private enum State {
        case open(ConnectionTraffic)
        case draining(ConnectionTraffic, quietSince: MonotonicTime)
        case leaving(ConnectionTraffic, since: MonotonicTime, CloseReason)
        case finishing(since: MonotonicTime, CloseReason)
        case closed
    }

    private var state: State
    private let bounds: Bounds

    /// Whether nothing more can happen.
    var isClosed: Bool {
        if case .closed = self.state { true } else { false }
    }

    /// A connection that was opened just now.
    init(bounds: Bounds, now: MonotonicTime) {
        self.state = .open(ConnectionTraffic(now: now))
        self.bounds = bounds
    }

    // MARK: - Calls

    /// What holds for a call that is decoded now.
    func admission() -> Admission {
        switch self.state {
        case .open(let traffic):
            return traffic.pending < self.bounds.callsWaiting ? .serve : .refuseBusy
        case .draining:
            return .refuseStopping
        case .leaving, .finishing, .closed:
            return .ignore
        }
    }

    /// A costly call was taken.
    mutating func callPends() {
        switch self.state {
        case .open(var traffic):
            traffic.pending &+= 1
            self.state = .open(traffic)
        case .draining(var traffic, let quietSince):
            traffic.pending &+= 1
            self.state = .draining(traffic, quietSince: quietSince)
        case .leaving, .finishing, .closed:
            break
        }
    }

    /// The reply to a costly call is written.
    mutating func pendingCallAnswered(now: MonotonicTime) -> OnSettled {
        switch self.state {
        case .open(var traffic):
            let settled = traffic.pendingCallAnswered(now: now)
            self.state = .open(traffic)
            return settled
        case .draining(var traffic, let quietSince):
            let settled = traffic.pendingCallAnswered(now: now)
            self.state = .draining(traffic, quietSince: quietSince)
            return settled
        case .leaving(var traffic, let since, let reason):
            _ = traffic.pendingCallAnswered(now: now)
            self.state = .leaving(traffic, since: since, reason)
            return .proceed
        case .finishing, .closed:
            return .proceed
        }
    }

    // MARK: - Input

    /// Whether the channel may read.
    var mayRead: Bool {
        switch self.state {
        case .open(let traffic), .draining(let traffic, _):
            return !traffic.isHeld && !traffic.isDeferred
        case .leaving(_, _, let reason), .finishing(_, let reason):
            // A stranger's large call is not worth reading, not even to throw it away.
            return reason != .unauthorised
        case .closed:
            return false
        }
    }

    /// Whether frames that were put off may be served now.
    var mayProcess: Bool {
        switch self.state {
        case .open(let traffic), .draining(let traffic, _):
            return !traffic.isHeld
        case .leaving, .finishing, .closed:
            return false
        }
    }

    /// Whether the peer sends nothing more, and waits for what is still to come.
    var isInputClosed: Bool {
        switch self.state {
        case .open(let traffic), .draining(let traffic, _):
            return traffic.inputClosed
        case .leaving, .finishing, .closed:
            return true
        }
    }

    /// Whether the peer has closed its side, and a costly call of it is not answered.
    var waitsWithInputClosed: Bool {
        switch self.state {
        case .open(let traffic), .draining(let traffic, _):
            return traffic.inputClosed && traffic.pending > 0
        case .leaving, .finishing, .closed:
            return false
        }
    }

    /// Bytes came in.
    mutating func bytesArrived(now: MonotonicTime) -> OnBytes {
        switch self.state {
        case .open(var traffic):
            let event = traffic.bytesArrived(now: now)
            self.state = .open(traffic)
            return event
        case .draining(var traffic, _):
            let event = traffic.bytesArrived(now: now)
            self.state = .draining(traffic, quietSince: now)
            return event
        case .leaving, .finishing, .closed:
            return .discard
        }
    }

    /// The input was worked on.
    ///
    /// - Parameters:
    ///   - finishedFrames: whether at least one frame came to its end.
    ///   - isUnfinished: whether a frame has begun and not ended.
    ///   - isDeferred: whether whole frames may be left for a later turn.
    mutating func inputProcessed(
        finishedFrames: Bool,
        isUnfinished: Bool,
        isDeferred: Bool,
        now: MonotonicTime
    ) -> OnSettled {
        switch self.state {
        case .open(var traffic):
            let settled = traffic.inputProcessed(
                finishedFrames: finishedFrames,
                isUnfinished: isUnfinished,
                isDeferred: isDeferred,
                now: now
            )
            self.state = .open(traffic)
            return settled
        case .draining(var traffic, _):
            let settled = traffic.inputProcessed(
                finishedFrames: finishedFrames,
                isUnfinished: isUnfinished,
                isDeferred: isDeferred,
                now: now
            )
            if finishedFrames, traffic.refusedSince == nil { traffic.refusedSince = now }
            // What was put off may have taken longer than the quiet that is waited for, and kept us from reading on.
            self.state = .draining(traffic, quietSince: now)
            return settled
        case .leaving, .finishing, .closed:
            return .proceed
        }
    }

    /// The peer has closed its side.
    mutating func inputClosed() -> OnSettled {
        switch self.state {
        case .open(var traffic):
            traffic.inputClosed = true
            self.state = .open(traffic)
            return traffic.onSettled
        case .draining(var traffic, let quietSince):
            traffic.inputClosed = true
            self.state = .draining(traffic, quietSince: quietSince)
            return traffic.onSettled
        case .leaving(let traffic, _, let reason):
            return traffic.isSettled ? .close(reason) : .proceed
        case .finishing(_, let reason):
            return .close(reason)
        case .closed:
            return .proceed
        }
    }

    /// What came in is no frame, or the last that is taken: nothing more is, and what was taken is answered.
    ///
    /// - Parameter reason: why the connection is then closed.
    mutating func inputBroke(_ reason: CloseReason = .malformed, now: MonotonicTime) -> OnTick {
        switch self.state {
        case .open(var traffic), .draining(var traffic, _):
            traffic.isDeferred = false
            traffic.unfinishedSince = nil
            if traffic.isSettled {
                self.state = .finishing(since: now, reason)
                return .closeOutput
            }
            self.state = .leaving(traffic, since: now, reason)
            return .proceed
        case .leaving, .finishing, .closed:
            return .proceed
        }
    }

    /// Whether replies were ever handed to the channel.
    var hasAnswered: Bool {
        switch self.state {
        case .open(let traffic), .draining(let traffic, _), .leaving(let traffic, _, _):
            return traffic.written > 0
        case .finishing, .closed:
            return false
        }
    }

    /// Since when there has been no call; nil while one is at work.
    var idleSince: MonotonicTime? {
        switch self.state {
        case .open(let traffic), .draining(let traffic, _):
            return traffic.isSettled ? traffic.lastActivity : nil
        case .leaving(_, let since, _), .finishing(let since, _):
            return since
        case .closed:
            return nil
        }
    }

    /// Since when a frame has been unfinished.
    var unfinishedSince: MonotonicTime? {
        switch self.state {
        case .open(let traffic), .draining(let traffic, _):
            return traffic.unfinishedSince
        case .leaving, .finishing, .closed:
            return nil
        }
    }

    // MARK: - Output

    /// Replies are to be handed to the channel.
    ///
    /// - Returns: whether anybody can read them.
    mutating func repliesWritten(bytes: Int) -> Bool {
        switch self.state {
        case .open(var traffic):
            traffic.written &+= bytes
            self.state = .open(traffic)
            return true
        case .draining(var traffic, let quietSince):
            traffic.written &+= bytes
            self.state = .draining(traffic, quietSince: quietSince)
            return true
        case .leaving(var traffic, let since, let reason):
            traffic.written &+= bytes
            self.state = .leaving(traffic, since: since, reason)
            return true
        case .finishing, .closed:
            return false
        }
    }

    /// The channel tells how many bytes of replies it still holds.
    ///
    /// - Parameters:
    ///   - memory: what they take of memory, in bytes.
    ///   - limit: at how much of it reading is held.
    ///   - leastProgress: how many bytes have to leave for a peer to count as reading.
    mutating func unsentChanged(
        to bytes: Int,
        memory: Int,
        limit: Int,
        leastProgress: Int,
        now: MonotonicTime
    ) -> OnUnsent {
        switch self.state {
        case .open(var traffic):
            let event = traffic.unsentChanged(
                to: bytes,
                memory: memory,
                limit: limit,
                leastProgress: leastProgress,
                now: now
            )
            self.state = .open(traffic)
            return event
        case .draining(var traffic, let quietSince):
            let event = traffic.unsentChanged(
                to: bytes,
                memory: memory,
                limit: limit,
                leastProgress: leastProgress,
                now: now
            )
            self.state = .draining(traffic, quietSince: quietSince)
            return event
        case .leaving(var traffic, let since, let reason):
            let event = traffic.unsentChanged(
                to: bytes,
                memory: memory,
                limit: limit,
                leastProgress: leastProgress,
                now: now
            )
            self.state = .leaving(traffic, since: since, reason)
            return event
        case .finishing, .closed:
            return .proceed
        }
    }

    /// For how long the peer has taken nothing of its replies worth speaking of, in nanoseconds.
    func nanosecondsWithoutProgress(now: MonotonicTime) -> Int64 {
        switch self.state {
        case .open(let traffic), .draining(let traffic, _), .leaving(let traffic, _, _):
            return now.nanoseconds(since: traffic.lastProgress)
        case .finishing(let since, _):
            return now.nanoseconds(since: since)
        case .closed:
            return 0
        }
    }

    // MARK: - The end

    /// The server stops.
    mutating func quiesce(now: MonotonicTime) {
        switch self.state {
        case .open(let traffic):
            self.state = .draining(traffic, quietSince: now)
        case .draining, .leaving, .finishing, .closed:
            break
        }
    }

    /// The server can wait no longer: our side is closed with what is sent.
    ///
    /// - Returns: whether the output is to be closed now.
    mutating func cutOff(now: MonotonicTime) -> Bool {
        switch self.state {
        case .open, .draining, .leaving:
            self.state = .finishing(since: now, .stopping)
            return true
        case .finishing, .closed:
            return false
        }
    }

    /// The connection is closed.
    ///
    /// - Parameter reason: why, unless that is settled already, whoever closes it.
    /// - Returns: the reason; nil where it was closed before.
    mutating func closed(_ reason: CloseReason) -> CloseReason? {
        switch self.state {
        case .open, .draining:
            self.state = .closed
            return reason
        case .leaving(_, _, .malformed), .finishing(_, .malformed):
            self.state = .closed
            return .malformed
        case .leaving(_, _, .unauthorised), .finishing(_, .unauthorised):
            self.state = .closed
            return .unauthorised
        case .leaving:
            self.state = .closed
            return reason
        case .finishing:
            self.state = .closed
            return reason
        case .closed:
            return nil
        }
    }

    /// Time has gone by.
    mutating func tick(now: MonotonicTime) -> OnTick {
        switch self.state {
        case .open(let traffic):
            return traffic.onTick(self.bounds, now: now)
        case .draining(var traffic, let quietSince):
            if traffic.isSettled && now.nanoseconds(since: quietSince) >= self.bounds.quiet {
                self.state = .finishing(since: now, .stopping)
                return .closeOutput
            }
            // A peer that goes on calling would never be quiet: it was told often enough.
            if let since = traffic.refusedSince, now.nanoseconds(since: since) >= self.bounds.linger {
                traffic.isDeferred = false
                traffic.unfinishedSince = nil
                self.state = .leaving(traffic, since: now, .stopping)
                return .proceed
            }
            return traffic.onTick(self.bounds, now: now)
        case .leaving(let traffic, let since, let reason):
            if traffic.isSettled {
                self.state = .finishing(since: now, reason)
                return .closeOutput
            }
            let isStalled = now.nanoseconds(since: max(since, traffic.lastActivity)) >= self.bounds.stall
            return traffic.pending == 0 && isStalled ? .close(reason == .peer ? .stalled : reason) : .proceed
        case .finishing(let since, let reason):
            return now.nanoseconds(since: since) >= self.bounds.linger ? .close(reason) : .proceed
        case .closed:
            return .proceed
        }
    }
}
