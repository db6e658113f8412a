//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
package import GrantdSchema
internal import Synchronization

/// Who calls, as far as turns and shares are concerned: a connection.
package struct ClientID: Sendable, Hashable {
    private let number: UInt64

    /// Takes a number that the transport knows its client by.
    package init(_ number: UInt64) {
        self.number = number
    }

    private static let last = Atomic<UInt64>(0)

    /// One that no other client of the process has.
    package static func unique() -> ClientID {
        ClientID(Self.last.add(1, ordering: .relaxed).newValue)
    }
}

/// A costly call that was taken and is not answered.
///
/// It keeps a copy of its request and the policies that it began with, and is completed once, by whoever comes first: the
/// compute thread with an answer, or the queue with the reason why there is none.
package final class PendingCall: Sendable {
    /// The reply, or why there is none.
    package typealias Outcome = Result<Reply, CallError>

    /// What a call is answered with.
    package struct Reply {
        /// Good for as long as the completion runs.
        package let payload: UnsafeRawBufferPointer
        /// What the answer says of its request; nil where it is not written down.
        package let requestHash: RequestHash?
    }

    /// What is to be done with the request on the compute thread.
    package enum Work: Sendable {
        /// Answer it as the method does.
        case answer(Method)
        /// Make the method's request of it, which is written to the writer, and answer that; `told` makes of the reply what
        /// is told in its place, or nil where it is told as it is.
        case translate(
            Method,
            @Sendable (UnsafeRawBufferPointer, ByteWriter) throws(CallError) -> Void,
            told: (@Sendable (UnsafeRawBufferPointer) throws(CallError) -> ByteWriter?)? = nil
        )
        /// Whatever else needs an engine: the reply is written to the writer.
        case custom(@Sendable (UnsafeRawBufferPointer, Engine, ByteWriter) throws(CallError) -> Void)

        /// What is asked for; nil where that is none of the service's methods.
        package var method: Method? {
            switch self {
            case .answer(let method), .translate(let method, _, _): method
            case .custom: nil
            }
        }

        /// How it is worked on, as far as the method tells.
        package var kind: Method.Kind { self.method?.entry.kind ?? .sliced }
    }

    package let work: Work
    /// How it is worked on.
    package let kind: Method.Kind
    package let client: ClientID
    package let caller: Caller
    package let policies: CompiledPolicies
    /// When its last byte came in.
    package let arrival: MonotonicTime
    /// When its caller stops waiting, if it told.
    package let deadline: MonotonicTime?
    /// The message's bytes, good for as long as the call lives.
    // Written before anybody else sees the call, and never after.
    nonisolated(unsafe) package let request: UnsafeRawBufferPointer
    /// How it is written down; nil where it is not.
    private let recording: DecisionRecording?
    private let isAbandonedByTransport: (@Sendable () -> Bool)?
    private let completion: @Sendable (Outcome, Method.Kind) -> Void
    private let ended = Atomic<Bool>(false)

    /// Makes a call.
    ///
    /// - Parameters:
    ///   - work: what is to be done.
    ///   - kind: how it is worked on; as the method says unless given.
    ///   - caller: who may do what; needed by the book alone.
    ///   - request: copied.
    ///   - recording: how it is written down once it is answered, if it decides anything.
    ///   - isAbandoned: whether the caller went away, where the transport does not end its calls itself.
    ///   - completion: called once, on the thread that ends the call, with the way it was worked on.
    package init(
        work: Work,
        kind: Method.Kind? = nil,
        client: ClientID,
        caller: Caller = .stranger,
        policies: CompiledPolicies,
        request: UnsafeRawBufferPointer,
        arrival: MonotonicTime,
        deadline: MonotonicTime?,
        recording: DecisionRecording? = nil,
        isAbandoned: (@Sendable () -> Bool)? = nil,
        completion: @escaping @Sendable (Outcome, Method.Kind) -> Void
    ) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: request.count, alignment: 16)
        copy.copyMemory(from: request)
        self.work = work
        self.kind = kind ?? work.kind
        self.client = client
        self.caller = caller
        self.policies = policies
        self.request = UnsafeRawBufferPointer(copy)
        self.arrival = arrival
        self.deadline = deadline
        self.recording = work.method?.entry.decisionNumber == nil ? nil : recording
        self.isAbandonedByTransport = isAbandoned
        self.completion = completion
    }

    deinit { self.request.deallocate() }

    /// The same call, to be worked on by the thread of the book. Of the two only one may be completed.
    func forLedger() -> PendingCall {
        PendingCall(
            work: self.work,
            kind: .ledger,
            client: self.client,
            caller: self.caller,
            policies: self.policies,
            request: self.request,
            arrival: self.arrival,
            deadline: self.deadline,
            recording: self.recording,
            isAbandoned: { self.isAbandoned },
            completion: { outcome, kind in
                guard !self.ended.exchange(true, ordering: .relaxed) else { return }
                self.completion(outcome, kind)
            }
        )
    }

    /// Whether it ends with the first slice that is worked on it, so that others of its client may be worked on beside it.
    var endsAtOnce: Bool {
        guard let method = self.method else { return false }
        return method != .awardBatch && !method.entry.isStepped
    }

    /// What is asked for; nil where that is none of the service's methods.
    package var method: Method? { self.work.method }

    /// What it takes of memory while it waits, in bytes.
    var cost: Int { self.request.count + Self.overhead }

    private static let overhead = 512

    /// Whether nobody waits for it any more.
    package var isAbandoned: Bool {
        self.ended.load(ordering: .relaxed) || self.isAbandonedByTransport?() == true
    }

    func isOverdue(at now: MonotonicTime) -> Bool {
        guard let deadline = self.deadline else { return false }
        return now >= deadline
    }

    /// Whether work on it is in vain: its caller went away, or has waited as long as it would.
    func isCancelled(at now: MonotonicTime) -> Bool { self.isAbandoned || self.isOverdue(at: now) }

    /// What the caller is told: the method's reply, or what is made of it.
    func told(_ reply: ByteWriter) throws(CallError) -> ByteWriter {
        guard case .translate(_, _, let told?) = self.work else { return reply }
        return try told(reply.bytes) ?? reply
    }

    /// Answers the call, unless it has ended, and writes it down. Waits where the log has no room.
    ///
    /// - Parameters:
    ///   - payload: what the caller is told, as protobuf.
    ///   - request: the message that was answered, as protobuf.
    ///   - clock: tells how long its caller waits.
    /// - Returns: whether this was its end, and the payload is the completion's.
    func answer(
        _ payload: UnsafeRawBufferPointer,
        to request: UnsafeRawBufferPointer,
        _ clock: ServerClock
    ) -> Bool {
        if let recording = self.recording,
            !recording.recorder.waitForRoom(while: { !self.isCancelled(at: clock.now()) })
        {
            self.complete(.failure(self.isCancelled(at: clock.now()) ? Refusal.timedOut : Refusal.stopping))
            return false
        }
        guard !self.ended.exchange(true, ordering: .relaxed) else { return false }
        var hash: RequestHash?
        if let recording = self.recording, let method = self.method {
            hash = recording.recorder.record(
                Decision(
                    method: method,
                    transport: recording.transport,
                    caller: self.caller.number,
                    policies: self.policies,
                    id: recording.id,
                    request: request,
                    reply: payload
                )
            )
        }
        self.completion(.success(Reply(payload: payload, requestHash: hash)), self.kind)
        return true
    }

    /// Ends the call, unless it has ended.
    ///
    /// - Returns: whether this was its end.
    @discardableResult
    func complete(_ outcome: Outcome) -> Bool {
        guard !self.ended.exchange(true, ordering: .relaxed) else { return false }
        self.completion(outcome, self.kind)
        return true
    }
}
