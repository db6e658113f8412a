//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// What a connection has under way.
struct ConnectionTraffic {
    var pending = 0
    var unsent = 0
    var drained = 0
    var written = 0
    var isHeld = false
    var isDeferred = false
    var inputClosed = false
    var unfinishedSince: MonotonicTime?
    /// When the first call came that the server, which stops, refused.
    var refusedSince: MonotonicTime?
    var lastActivity: MonotonicTime
    var lastProgress: MonotonicTime

    init(now: MonotonicTime) {
        self.lastActivity = now
        self.lastProgress = now
    }

    /// Whether nothing is left to answer or to send.
    var isSettled: Bool { self.pending == 0 && self.unsent == 0 && !self.isDeferred }

    /// What is to be done where nothing more can come in.
    var onSettled: ConnectionStateMachine.OnSettled { self.inputClosed && self.isSettled ? .close(.peer) : .proceed }

    mutating func bytesArrived(now: MonotonicTime) -> ConnectionStateMachine.OnBytes {
        self.lastActivity = now
        return self.isHeld || self.isDeferred ? .keep : .process
    }

    mutating func pendingCallAnswered(now: MonotonicTime) -> ConnectionStateMachine.OnSettled {
        self.pending = max(0, self.pending &- 1)
        self.lastActivity = now
        return self.onSettled
    }

    mutating func inputProcessed(
        finishedFrames: Bool,
        isUnfinished: Bool,
        isDeferred: Bool,
        now: MonotonicTime
    ) -> ConnectionStateMachine.OnSettled {
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
    ) -> ConnectionStateMachine.OnUnsent {
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

    func onTick(_ bounds: ConnectionStateMachine.Bounds, now: MonotonicTime) -> ConnectionStateMachine.OnTick {
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
