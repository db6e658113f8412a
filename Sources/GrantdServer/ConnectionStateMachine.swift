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
/// refused, and once the connection has been quiet for a while its output is closed. *Leaving*: what came is no frame, or
/// was the last that the peer or we wanted; all that follows is thrown away, and once what was taken before is answered and sent the output is closed.
/// *Finishing*: our side is closed, the peer's bytes are thrown away until it closes too. *Closed*: nothing more.
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
    /// The bounds the machine keeps, in bytes, calls and nanoseconds.
    struct Bounds: Sendable {
        var callsWaiting: Int
        var unfinishedFrame: Int64
        var stall: Int64
        var idle: Int64
        var quiet: Int64
        var linger: Int64

        init(limits: Limits, quietPeriod: Duration, linger: Duration) {
            self.callsWaiting = limits.callsWaiting
            self.unfinishedFrame = limits.unfinishedFrame.nanosecondsClamped
            self.stall = limits.stall.nanosecondsClamped
            self.idle = limits.idle.nanosecondsClamped
            self.quiet = quietPeriod.nanosecondsClamped
            self.linger = linger.nanosecondsClamped
        }
    }

    /// Why a connection is closed.
    enum CloseReason: String, Sendable, CaseIterable {
        /// The peer closed it, or it broke.
        case peer
        /// Nothing came for too long.
        case idle
        /// A frame was begun and not ended in time.
        case unfinishedFrame = "unfinished-frame"
        /// The peer does not read its replies.
        case stalled
        /// Its unread replies took memory that there was no more of.
        case unread = "unread-replies"
        /// What came is not a frame, or a frame beyond all bounds.
        case malformed
        /// It sent a large call without a token where one is asked for.
        case unauthorised
        /// The peer speaks TLS, and the daemon was given no certificate.
        case tls = "tls-on-a-plain-port"
        /// Unfinished frames take more memory than there is for them.
        case memory
        /// The server stops.
        case stopping
    }

    /// What holds for the call that was just decoded.
    enum Admission: Equatable, Sendable {
        /// Serve it.
        case serve
        /// Refuse it: too many calls wait.
        case refuseBusy
        /// Refuse it: the server stops.
        case refuseStopping
        /// Drop it: nobody would read the answer.
        case ignore
    }

    /// What to do with bytes that came in.
    enum OnBytes: Equatable {
        /// Decode and serve.
        case process
        /// Keep them for later.
        case keep
        /// Throw them away.
        case discard
    }

    /// What to do after the amount of unsent replies has changed.
    enum OnUnsent: Equatable {
        case proceed
        /// Stop reading.
        case holdReading
        /// Read again.
        case resumeReading
        /// Close: the peer has closed its side and everything is sent.
        case close(CloseReason)
    }

    /// What to do when nothing more can come in, or when a pending call was answered.
    enum OnSettled: Equatable {
        case proceed
        case close(CloseReason)
    }

    /// What to do at a tick.
    enum OnTick: Equatable {
        case proceed
        /// Close our side of the connection.
        case closeOutput
        case close(CloseReason)
    }

    /// What a connection has under way.
    private struct Traffic {
        var pending = 0
        var unsent = 0
        var drained = 0
        var written = 0
        var isHeld = false
        var isDeferred = false
        var inputClosed = false
        var unfinishedSince: MonotonicTime?
        var lastActivity: MonotonicTime
        var lastProgress: MonotonicTime

        init(now: MonotonicTime) {
            self.lastActivity = now
            self.lastProgress = now
        }

        /// Whether nothing is left to answer or to send.
        var isSettled: Bool { self.pending == 0 && self.unsent == 0 && !self.isDeferred }

        /// What is to be done where nothing more can come in.
        var onSettled: OnSettled { self.inputClosed && self.isSettled ? .close(.peer) : .proceed }

        mutating func bytesArrived(now: MonotonicTime) -> OnBytes {
            self.lastActivity = now
            return self.isHeld || self.isDeferred ? .keep : .process
        }

        mutating func pendingCallAnswered(now: MonotonicTime) -> OnSettled {
            self.pending = max(0, self.pending &- 1)
            self.lastActivity = now
            return self.onSettled
        }

        mutating func inputProcessed(
            finishedFrames: Bool,
            isUnfinished: Bool,
            isDeferred: Bool,
            now: MonotonicTime
        ) -> OnSettled {
            if !isUnfinished || isDeferred {
                self.unfinishedSince = nil
            } else if finishedFrames || self.unfinishedSince == nil {
                self.unfinishedSince = now
            }
            self.isDeferred = isDeferred
            return self.onSettled
        }

        mutating func unsentChanged(
            to bytes: Int,
            memory: Int,
            limit: Int,
            leastProgress: Int,
            now: MonotonicTime
        ) -> OnUnsent {
            let drained = self.written &- bytes
            if drained &- self.drained >= leastProgress || bytes == 0 {
                self.drained = drained
                self.lastProgress = now
                self.lastActivity = now
            }
            self.unsent = bytes
            if case .close(let reason) = self.onSettled { return .close(reason) }
            if !self.isHeld && memory >= limit {
                self.isHeld = true
                self.lastProgress = now
                return .holdReading
            }
            if self.isHeld && memory <= limit / 2 {
                self.isHeld = false
                // The time in which we did not read is not the peer's.
                if self.unfinishedSince != nil { self.unfinishedSince = now }
                return .resumeReading
            }
            return .proceed
        }

        func onTick(_ bounds: Bounds, now: MonotonicTime) -> OnTick {
            if self.isHeld && now.nanoseconds(since: self.lastProgress) >= bounds.stall { return .close(.stalled) }
            if let since = self.unfinishedSince, !self.isHeld, !self.isDeferred,
                now.nanoseconds(since: since) >= bounds.unfinishedFrame
            {
                return .close(.unfinishedFrame)
            }
            if self.pending == 0 && !self.isDeferred && now.nanoseconds(since: self.lastActivity) >= bounds.idle {
                return .close(.idle)
            }
            return .proceed
        }
    }

    private enum State {
        case open(Traffic)
        case draining(Traffic, quietSince: MonotonicTime)
        case leaving(Traffic, since: MonotonicTime, CloseReason)
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
        self.state = .open(Traffic(now: now))
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
        case .draining(let traffic, let quietSince):
            if traffic.isSettled && now.nanoseconds(since: quietSince) >= self.bounds.quiet {
                self.state = .finishing(since: now, .stopping)
                return .closeOutput
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
