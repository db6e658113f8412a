//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine

/// The lanes that calls of each kind go to.
package struct ComputeLanes: Sendable {
    /// For what is done in slices.
    package let sliced: ComputeLane
    /// For what cannot be interrupted: it would keep the turns of the others waiting.
    package let offloaded: ComputeLane

    package init(sliced: ComputeLane, offloaded: ComputeLane) {
        self.sliced = sliced
        self.offloaded = offloaded
    }

    /// A lane for sliced calls.
    package static func makeSliced(limits: Limits, clock: ServerClock, isManual: Bool = false) -> ComputeLane {
        let bounds = CallQueue.Bounds(
            waitingBytes: limits.waitingCallBytes,
            callsOfClient: limits.callsWaiting,
            growingBytes: limits.growingReplyBytes,
            untakenBytes: max(limits.replyBytes, 1),
            untakenBytesOfClient: max(limits.unsentBytes, 1)
        )
        return ComputeLane(bounds: bounds, limits: limits, clock: clock, isManual: isManual)
    }

    /// A lane for offloaded calls.
    package static func makeOffloaded(limits: Limits, clock: ServerClock, isManual: Bool = false) -> ComputeLane {
        let bounds = CallQueue.Bounds(
            waitingBytes: max(limits.waitingCallBytes, limits.auctionRequestBytes),
            callsOfClient: limits.auctionsOfConnection,
            growingBytes: limits.growingReplyBytes,
            untakenBytes: max(limits.replyBytes, 1),
            untakenBytesOfClient: max(limits.unsentBytes, 1)
        )
        return ComputeLane(bounds: bounds, limits: limits, clock: clock, isManual: isManual)
    }

    /// Takes a call that is not immediate.
    ///
    /// - Throws: why there is no room for it.
    package func add(_ call: PendingCall) throws(CallError) {
        try self.lane(of: call.method).add(call)
    }

    /// A reply of so many bytes was taken.
    ///
    /// - Parameter method: what it answers; nil for none of the service's methods.
    package func replyTaken(_ method: Method?, _ client: ClientID, bytes: Int) {
        self.lane(of: method).queue.replyTaken(client, bytes: bytes)
    }

    /// The client has unread replies enough: no further call of it is begun.
    package func hold(_ client: ClientID) {
        self.sliced.queue.hold(client)
        self.offloaded.queue.hold(client)
    }

    /// The client has read.
    package func resume(_ client: ClientID) {
        self.sliced.queue.resume(client)
        self.offloaded.queue.resume(client)
    }

    /// Ends all calls of a client.
    package func end(_ client: ClientID, _ error: CallError) {
        self.sliced.queue.end(client, error)
        self.offloaded.queue.end(client, error)
    }

    /// Answers the calls that their callers wait for no longer.
    package func endOverdue(now: MonotonicTime) {
        self.sliced.queue.endOverdue(now: now)
        self.offloaded.queue.endOverdue(now: now)
    }

    private func lane(of method: Method?) -> ComputeLane {
        method?.entry.kind == .offloaded ? self.offloaded : self.sliced
    }
}
