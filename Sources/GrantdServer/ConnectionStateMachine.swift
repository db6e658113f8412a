//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What one connection may do, without any I/O: events go in with the time they happened at, what is to be done
/// comes out.
///
/// **States.** *Open*: calls are served. *Draining*: the server stops; what is in flight is answered, further calls are
/// refused, and once the connection has been quiet for a while its output is closed. *Leaving*: what came is no frame; it
/// and all that follows is thrown away, and once what was taken before is answered and sent the output is closed.
/// *Finishing*: our side is closed, the peer's bytes are thrown away until it closes too. *Closed*: nothing more.
///
/// **Waiting calls** are the batches that were taken and are not answered; a single call is answered in the turn that
/// takes it, so it never waits. Frames that lie undecoded in the input do not count: they are bounded in bytes.
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
        /// What came is not a frame, or a frame beyond all bounds.
        case malformed
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

    /// What to do when nothing more can come in, or when a waiting call was answered.
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

    private struct Traffic {
        var waiting = 0
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
        var isSettled: Bool { self.waiting == 0 && self.unsent == 0 && !self.isDeferred }

        func settledAfterInput() -> OnSettled {
            self.inputClosed && self.isSettled ? .close(.peer) : .proceed
        }
    }

    private enum State {
        case open(Traffic)
        case draining(Traffic, quietSince: MonotonicTime)
        case leaving(Traffic, since: MonotonicTime)
        case finishing(since: MonotonicTime, CloseReason)
        case closed
    }

    private var state: State
    private let bounds: Bounds

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
            return traffic.waiting < self.bounds.callsWaiting ? .serve : .refuseBusy
        case .draining:
            return .refuseStopping
        case .leaving, .finishing, .closed:
            return .ignore
        }
    }

    /// A batch was taken and waits for its turn.
    mutating func callWaits() {
        self.withTraffic { traffic in traffic.waiting &+= 1 }
    }

    /// A waiting batch was answered (its reply is written), or dropped.
    mutating func waitingCallAnswered(now: MonotonicTime) -> OnSettled {
        self.withTraffic { traffic in
            traffic.waiting = max(0, traffic.waiting &- 1)
            traffic.lastActivity = now
            return traffic.settledAfterInput()
        } ?? .proceed
    }

    // MARK: - Input

    /// Whether the channel may read.
    var mayRead: Bool {
        switch self.state {
        case .open(let traffic), .draining(let traffic, _):
            return !traffic.isHeld && !traffic.isDeferred
        case .leaving, .finishing:
            return true
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

    /// Bytes came in.
    mutating func bytesArrived(now: MonotonicTime) -> OnBytes {
        switch self.state {
        case .open(var traffic):
            traffic.lastActivity = now
            let busy = traffic.isHeld || traffic.isDeferred
            self.state = .open(traffic)
            return busy ? .keep : .process
        case .draining(var traffic, _):
            traffic.lastActivity = now
            let busy = traffic.isHeld || traffic.isDeferred
            self.state = .draining(traffic, quietSince: now)
            return busy ? .keep : .process
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
        self.withTraffic { traffic in
            if !isUnfinished || isDeferred {
                traffic.unfinishedSince = nil
            } else if finishedFrames || traffic.unfinishedSince == nil {
                traffic.unfinishedSince = now
            }
            traffic.isDeferred = isDeferred
            return traffic.settledAfterInput()
        } ?? .proceed
    }

    /// The peer has closed its side.
    mutating func inputClosed() -> OnSettled {
        switch self.state {
        case .open(var traffic):
            traffic.inputClosed = true
            let settled = traffic.settledAfterInput()
            self.state = .open(traffic)
            return settled
        case .draining(var traffic, let quietSince):
            traffic.inputClosed = true
            let settled = traffic.settledAfterInput()
            self.state = .draining(traffic, quietSince: quietSince)
            return settled
        case .leaving(let traffic, _):
            return traffic.isSettled ? .close(.malformed) : .proceed
        case .finishing(_, let reason):
            return .close(reason)
        case .closed:
            return .proceed
        }
    }

    /// What came in is no frame: nothing more is taken, and what was taken is answered.
    mutating func inputBroke(now: MonotonicTime) -> OnTick {
        switch self.state {
        case .open(var traffic), .draining(var traffic, _):
            traffic.isDeferred = false
            traffic.unfinishedSince = nil
            if traffic.isSettled {
                self.state = .finishing(since: now, .malformed)
                return .closeOutput
            }
            self.state = .leaving(traffic, since: now)
            return .proceed
        case .leaving, .finishing, .closed:
            return .proceed
        }
    }

    /// Since when there has been no call; nil while one is at work.
    var idleSince: MonotonicTime? {
        switch self.state {
        case .open(let traffic), .draining(let traffic, _):
            return traffic.isSettled ? traffic.lastActivity : nil
        case .leaving(_, let since), .finishing(let since, _):
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

    /// Replies were handed to the channel.
    mutating func repliesWritten(bytes: Int) {
        self.withTraffic { traffic in traffic.written &+= bytes }
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
        return self.withTraffic { traffic in
            let drained = traffic.written &- bytes
            if drained &- traffic.drained >= leastProgress || bytes == 0 {
                traffic.drained = drained
                traffic.lastProgress = now
                traffic.lastActivity = now
            }
            traffic.unsent = bytes
            if case .close(let reason) = traffic.settledAfterInput() { return .close(reason) }
            if !traffic.isHeld && memory >= limit {
                traffic.isHeld = true
                traffic.lastProgress = now
                return .holdReading
            }
            if traffic.isHeld && memory <= limit / 2 {
                traffic.isHeld = false
                // The time in which we did not read is not the peer's.
                if traffic.unfinishedSince != nil { traffic.unfinishedSince = now }
                return .resumeReading
            }
            return .proceed
        } ?? .proceed
    }

    // MARK: - The end

    /// The server stops.
    mutating func quiesce(now: MonotonicTime) {
        guard case .open(let traffic) = self.state else { return }
        self.state = .draining(traffic, quietSince: now)
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
    /// - Returns: why, where that is settled already and whoever closes it.
    @discardableResult
    mutating func closed() -> CloseReason? {
        defer { self.state = .closed }
        switch self.state {
        case .leaving, .finishing(_, .malformed): return .malformed
        case .open, .draining, .finishing, .closed: return nil
        }
    }

    /// Time has gone by.
    mutating func tick(now: MonotonicTime) -> OnTick {
        switch self.state {
        case .open(let traffic):
            let overdue = Self.overdue(traffic, bounds: self.bounds, now: now)
            return overdue.map { .close($0) } ?? .proceed
        case .draining(let traffic, let quietSince):
            if traffic.isSettled && now.nanoseconds(since: quietSince) >= self.bounds.quiet {
                self.state = .finishing(since: now, .stopping)
                return .closeOutput
            }
            let overdue = Self.overdue(traffic, bounds: self.bounds, now: now)
            return overdue.map { .close($0) } ?? .proceed
        case .leaving(let traffic, let since):
            if traffic.isSettled {
                self.state = .finishing(since: now, .malformed)
                return .closeOutput
            }
            let isStalled = now.nanoseconds(since: max(since, traffic.lastActivity)) >= self.bounds.stall
            return traffic.waiting == 0 && isStalled ? .close(.malformed) : .proceed
        case .finishing(let since, let reason):
            return now.nanoseconds(since: since) >= self.bounds.linger ? .close(reason) : .proceed
        case .closed:
            return .proceed
        }
    }

    private static func overdue(_ traffic: Traffic, bounds: Bounds, now: MonotonicTime) -> CloseReason? {
        if traffic.isHeld && now.nanoseconds(since: traffic.lastProgress) >= bounds.stall {
            return .stalled
        }
        if let since = traffic.unfinishedSince, !traffic.isHeld, !traffic.isDeferred,
            now.nanoseconds(since: since) >= bounds.unfinishedFrame
        {
            return .unfinishedFrame
        }
        if traffic.waiting == 0 && !traffic.isDeferred && now.nanoseconds(since: traffic.lastActivity) >= bounds.idle {
            return .idle
        }
        return nil
    }

    /// Changes the traffic of a connection that still has some.
    @discardableResult
    private mutating func withTraffic<Result>(
        _ change: (_ traffic: inout Traffic) -> Result
    ) -> Result? {
        switch self.state {
        case .open(var traffic):
            let result = change(&traffic)
            self.state = .open(traffic)
            return result
        case .draining(var traffic, let quietSince):
            let result = change(&traffic)
            self.state = .draining(traffic, quietSince: quietSince)
            return result
        case .leaving(var traffic, let since):
            let result = change(&traffic)
            self.state = .leaving(traffic, since: since)
            return result
        case .finishing, .closed:
            return nil
        }
    }
}
