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
    /// For what reads or writes the book.
    package let ledger: ComputeLane

    package init(sliced: ComputeLane, offloaded: ComputeLane, ledger: ComputeLane) {
        self.sliced = sliced
        self.offloaded = offloaded
        self.ledger = ledger
    }

    private var all: [ComputeLane] { [self.sliced, self.offloaded, self.ledger] }

    /// A lane for sliced calls.
    ///
    /// - Parameter ledger: where calls go that turn out to read the book.
    package static func makeSliced(
        limits: Limits,
        clock: ServerClock,
        ledger: ComputeLane,
        isManual: Bool = false
    ) -> ComputeLane {
        let bounds = CallQueue.Bounds(
            waitingBytes: limits.waitingCallBytes,
            callsOfClient: limits.callsWaiting,
            growingBytes: limits.growingReplyBytes,
            untakenBytes: max(limits.replyBytes, 1),
            untakenBytesOfClient: max(limits.unsentBytes, 1)
        )
        return ComputeLane(bounds: bounds, isManual: isManual) {
            CallRunner(limits: limits, clock: clock, ledger: ledger)
        }
    }

    /// A lane for offloaded calls.
    package static func makeOffloaded(limits: Limits, clock: ServerClock, isManual: Bool = false) -> ComputeLane {
        let bounds = CallQueue.Bounds(
            waitingBytes: max(limits.waitingCallBytes, limits.largeRequestBytes),
            callsOfClient: limits.auctionsOfConnection,
            growingBytes: limits.growingReplyBytes,
            untakenBytes: max(limits.replyBytes, 1),
            untakenBytesOfClient: max(limits.unsentBytes, 1)
        )
        return ComputeLane(bounds: bounds, isManual: isManual) { CallRunner(limits: limits, clock: clock) }
    }

    /// Takes a call that is not immediate.
    ///
    /// - Throws: why there is no room for it.
    package func add(_ call: PendingCall) throws(CallError) {
        try self.lane(of: call.kind).add(call)
    }

    /// A reply of so many bytes was taken.
    ///
    /// - Parameter kind: how its call was worked on.
    package func replyTaken(_ kind: Method.Kind, _ client: ClientID, bytes: Int) {
        self.lane(of: kind).queue.replyTaken(client, bytes: bytes)
    }

    /// The client has unread replies enough: no further call of it is begun.
    package func hold(_ client: ClientID) {
        for lane in self.all { lane.queue.hold(client) }
    }

    /// The client has read.
    package func resume(_ client: ClientID) {
        for lane in self.all { lane.queue.resume(client) }
    }

    /// Ends all calls of a client.
    package func end(_ client: ClientID, _ error: CallError) {
        for lane in self.all { lane.queue.end(client, error) }
    }

    /// Answers the calls that their callers wait for no longer.
    package func endOverdue(now: MonotonicTime) {
        for lane in self.all { lane.queue.endOverdue(now: now) }
    }

    private func lane(of kind: Method.Kind) -> ComputeLane {
        switch kind {
        case .immediate, .sliced: self.sliced
        case .offloaded: self.offloaded
        case .ledger: self.ledger
        }
    }
}
