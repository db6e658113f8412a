//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdService
internal import NIOCore
internal import Synchronization

/// Replies to costly calls on their way from the threads that made them to an event loop.
final class ReplyMailbox: Sendable {
    /// A reply, as it goes out.
    struct Reply: Sendable {
        /// How its call was worked on.
        let kind: Method.Kind
        /// What it is counted by; nil for what is no call.
        let subject: CallSubject?
        /// What it is found by in the log.
        let id: RequestID
        let client: ClientID
        let arrival: MonotonicTime
        /// The size of its payload, as the compute lanes count it.
        let payloadBytes: Int
        /// The error that it carries; nil where it is an answer.
        let error: CallError.Kind?
        /// Whether it was worked on in a compute lane.
        let isFromLane: Bool
        let frame: ByteBuffer
    }

    private let replies = Mutex<[Reply]>([])
    private let wake: @Sendable () -> Void

    /// Makes a mailbox.
    ///
    /// - Parameter wake: called on any thread when there is something to take.
    init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    /// Puts a reply in.
    func put(_ reply: Reply) {
        let isFirst = self.replies.withLock { replies in
            replies.append(reply)
            return replies.count == 1
        }
        if isFirst { self.wake() }
    }

    /// Whether there is nothing to take.
    var isEmpty: Bool { self.replies.withLock { $0.isEmpty } }

    /// Takes out all there is.
    func takeAll() -> [Reply] {
        self.replies.withLock { replies in
            defer { replies = [] }
            return replies
        }
    }
}
