//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

extension ConnectionStateMachine {
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
}
