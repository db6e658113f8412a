//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// How long a channel that owes a reply has been silent. Nothing is owed: no silence.
///
/// Only progress counts: a whole reply to a call that this side made, 1 KiB of a reply under way, or, while a request is still
/// being sent, bytes that the peer takes. A peer that takes whole requests and answers nothing, or lets a byte a second
/// trickle in, makes none. What turns out to be the reply to a call that nobody made was none either, however long it was.
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
    /// What was given to the channel to send, in bytes.
    private var sentBytes = 0
    /// What the peer had taken of it at the last look.
    private var takenBytes = 0
    /// When that look was, where something was left to be sent; bytes that are taken after it are progress.
    private var unsentSince: NIODeadline?

    /// - Parameter timeout: The longest silence; none is watched for where it is 0 or less.
    init(timeout: Duration) { self.timeout = TimeAmount(clamping: timeout) }

    /// When the silence has lasted too long; `nil` where nothing is owed.
    var deadline: NIODeadline? {
        guard self.isOwed, self.timeout > .zero else { return nil }
        return max(self.partSince ?? self.since, self.since) + self.timeout
    }

    /// When to look at what is left to be sent, or, where nothing is, whether the silence has lasted too long; `nil` where
    /// nothing is owed.
    ///
    /// Nobody says when the peer takes bytes. A few looks within the timeout are near enough.
    var nextLook: NIODeadline? {
        guard let deadline = self.deadline, let unsentSince = self.unsentSince else { return self.deadline }
        return min(deadline, unsentSince + .nanoseconds(self.timeout.nanoseconds / 4))
    }

    /// Calls were given to the channel to send.
    ///
    /// - Parameter bytes: The size of their frames.
    mutating func sent(bytes: Int, now: NIODeadline) {
        self.sentBytes += bytes
        guard !self.isOwed else { return }
        self.isOwed = true
        self.since = now
    }

    /// Somebody looked at what is left to be sent: after each flush, and at ``nextLook``.
    ///
    /// - Parameter unsentBytes: So much.
    mutating func looked(unsentBytes: Int, now: NIODeadline) {
        let takenBytes = self.sentBytes - unsentBytes
        if self.unsentSince != nil, takenBytes > self.takenBytes { self.since = now }
        self.takenBytes = takenBytes
        self.unsentSince = unsentBytes > 0 ? now : nil
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
        (self.sentBytes, self.takenBytes, self.unsentSince) = (0, 0, nil)
    }
}
