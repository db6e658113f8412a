//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdService
internal import NIOCore

/// The costly calls of an event loop's connections, from the frame to the reply that came back. Used on that loop alone.
final class CostlyCalls {
    private let lanes: ComputeLanes
    private let mailbox: ReplyMailbox
    private var arrived = CircularBuffer<ReplyMailbox.Reply>()
    /// Calls that were taken and whose replies were not handed out.
    private(set) var waiting = 0

    init(lanes: ComputeLanes, mailbox: ReplyMailbox) {
        self.lanes = lanes
        self.mailbox = mailbox
    }

    /// Takes a call of a connection.
    ///
    /// - Parameters:
    ///   - kind: how it is worked on; as the method says unless given.
    ///   - request: copied.
    ///   - subject: what its answer is counted by; nil for what is no call.
    ///   - id: what it is found by in the log.
    ///   - recording: how it is written down once it is answered, if it decides anything.
    ///   - encode: makes of the outcome what goes out; called on any thread.
    /// - Throws: why there is no room for it.
    func add(
        _ work: PendingCall.Work,
        kind: Method.Kind? = nil,
        request: UnsafeRawBufferPointer,
        subject: CallSubject?,
        id: RequestID,
        client: ClientID,
        caller: Caller,
        policies: CompiledPolicies,
        arrival: MonotonicTime,
        deadline: MonotonicTime?,
        recording: DecisionRecording? = nil,
        encode: @escaping @Sendable (PendingCall.Outcome) -> ByteBuffer
    ) throws(CallError) {
        let mailbox = self.mailbox
        let pending = PendingCall(
            work: work,
            kind: kind,
            client: client,
            caller: caller,
            policies: policies,
            request: request,
            arrival: arrival,
            deadline: deadline,
            recording: recording
        ) { outcome, kind in
            var payloadBytes = 0
            var error: CallError.Kind?
            switch outcome {
            case .success(let reply): payloadBytes = reply.payload.count
            case .failure(let failure): error = failure.kind
            }
            mailbox.put(
                ReplyMailbox.Reply(
                    kind: kind,
                    subject: subject,
                    id: id,
                    client: client,
                    arrival: arrival,
                    payloadBytes: payloadBytes,
                    error: error,
                    isFromLane: true,
                    frame: encode(outcome)
                )
            )
        }
        try self.lanes.add(pending)
        self.waiting &+= 1
    }

    /// Makes what takes a reply that is made neither here nor on a compute thread. It must be called once, on any thread.
    func makeReturn(client: ClientID, arrival: MonotonicTime) -> @Sendable (ByteBuffer) -> Void {
        { [mailbox = self.mailbox] reply in
            mailbox.put(
                ReplyMailbox.Reply(
                    kind: .sliced,
                    subject: nil,
                    id: .none,
                    client: client,
                    arrival: arrival,
                    payloadBytes: 0,
                    error: nil,
                    isFromLane: false,
                    frame: reply
                )
            )
        }
    }

    /// Makes what answers calls of a connection in a task.
    func makeClient(_ client: ClientID) -> LaneClient { LaneClient(self.lanes, client) }

    /// The next reply that came back, in the order in which they came.
    func nextReply() -> ReplyMailbox.Reply? {
        if self.arrived.isEmpty { self.arrived.append(contentsOf: self.mailbox.takeAll()) }
        guard let reply = self.arrived.popFirst() else { return nil }
        if reply.isFromLane { self.waiting &-= 1 }
        if reply.payloadBytes > 0 {
            self.lanes.replyTaken(reply.kind, reply.client, bytes: reply.payloadBytes)
        }
        return reply
    }

    /// Whether replies wait that came back. Those in the mailbox count: the turn that they called for may have been spent on others.
    var hasReplies: Bool { !self.arrived.isEmpty || !self.mailbox.isEmpty }

    /// The connection has unread replies enough: no further call of it is begun.
    func hold(_ client: ClientID) { self.lanes.hold(client) }

    /// The connection has read.
    func resume(_ client: ClientID) { self.lanes.resume(client) }

    /// Ends all calls of a connection.
    func end(_ client: ClientID, _ error: CallError) { self.lanes.end(client, error) }

    /// Answers the calls that their callers wait for no longer.
    func endOverdue(now: MonotonicTime) { self.lanes.endOverdue(now: now) }
}
