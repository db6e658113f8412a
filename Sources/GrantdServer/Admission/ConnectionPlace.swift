//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService
internal import NIOCore
internal import Synchronization

/// The place that an open connection has, and since when it does nothing with it.
///
/// Told by the connection's event loop, read by the listener's.
package final class ConnectionPlace: Sendable {
    /// Asks a connection to tell its place anew: fired through its pipeline before the place is taken away.
    struct Inquiry: Sendable {
        let place: ConnectionPlace
    }

    let peer: PeerAddress
    let admittedAt: MonotonicTime
    let channel: any Channel
    /// In nanoseconds; `busy` while a call is at work.
    private let idleSince: Atomic<Int64>
    private static let busy = Int64.max

    init(channel: any Channel, peer: PeerAddress, now: MonotonicTime) {
        self.channel = channel
        self.peer = peer
        self.admittedAt = now
        self.idleSince = Atomic(now.nanoseconds)
    }

    /// Tells since when the connection has had no call; nil while it has one.
    package func tell(idleSince time: MonotonicTime?) {
        self.idleSince.store(time?.nanoseconds ?? Self.busy, ordering: .relaxed)
    }

    /// Since when the connection has had no call; nil while it has one.
    var idleSinceTime: MonotonicTime? {
        let nanoseconds = self.idleSince.load(ordering: .relaxed)
        return nanoseconds == Self.busy ? nil : MonotonicTime(nanoseconds: nanoseconds)
    }

    /// Closes the connection, unless it has had a call since it was chosen.
    ///
    /// - Parameters:
    ///   - isSure: close it whatever it does.
    ///   - onResult: called on the connection's event loop with whether it is closed.
    func vacate(isSure: Bool, onResult: @escaping @Sendable (Bool) -> Void) {
        let chosen = self.idleSince.load(ordering: .relaxed)
        self.channel.eventLoop.execute {
            self.channel.pipeline.fireUserInboundEventTriggered(Inquiry(place: self))
            let isIdle = isSure || self.idleSince.load(ordering: .relaxed) <= chosen
            if isIdle { self.channel.closeAtOnce() }
            onResult(isIdle)
        }
    }
}
