//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// How long a channel that owes a reply has been silent. Nothing is owed: no silence.
///
/// Only progress counts: a whole reply to a call that this side made, or 1 KiB of a reply under way. A peer that takes bytes
/// and answers nothing, or lets a byte a second trickle in, makes none. What turns out to be the reply to a call that
/// nobody made was none either, however long it was.
struct SilenceWatch: Equatable {
    /// So much of an unfinished reply is progress, in bytes.
    static let progress = 1024

    private let timeout: TimeAmount
    private var isOwed = false
    /// When a reply came that was owed, or when the first owed call was sent.
    private var since: NIODeadline = .uptimeNanoseconds(0)
    /// When the reply under way last made progress.
    private var partSince: NIODeadline?
    /// What had come of it then, in bytes.
    private var partBytes = 0

    /// - Parameter timeout: The longest silence; none is watched for where it is 0 or less.
    init(timeout: Duration) { self.timeout = TimeAmount(clamping: timeout) }

    /// When the silence has lasted too long; `nil` where nothing is owed.
    var deadline: NIODeadline? {
        guard self.isOwed, self.timeout > .zero else { return nil }
        return max(self.partSince ?? self.since, self.since) + self.timeout
    }

    /// A call was sent.
    ///
    /// - Returns: Whether the silence begins to count with it.
    mutating func sent(now: NIODeadline) -> Bool {
        guard !self.isOwed else { return false }
        self.isOwed = true
        self.since = now
        return true
    }

    /// A whole reply came.
    ///
    /// - Parameters:
    ///   - wasOwed: It answers a call of ours for the first time, one that was given up included.
    ///   - isOwed: Others are still owed.
    mutating func replied(wasOwed: Bool, isOwed: Bool, now: NIODeadline) {
        if wasOwed { self.since = now }
        (self.partSince, self.partBytes) = (nil, 0)
        self.isOwed = isOwed
    }

    /// A reply has begun and has not ended.
    ///
    /// - Parameter bytes: What has come of it.
    mutating func receivedPart(bytes: Int, now: NIODeadline) {
        guard bytes - self.partBytes >= Self.progress else { return }
        (self.partSince, self.partBytes) = (now, bytes)
    }

    /// The channel is gone: nothing is owed any more.
    mutating func reset() {
        self.isOwed = false
        (self.partSince, self.partBytes) = (nil, 0)
    }
}
