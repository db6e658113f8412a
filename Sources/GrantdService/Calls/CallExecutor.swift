//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
internal import Synchronization

/// Answers the calls of a transport whose calls are tasks, through the same dispatch, limits and errors as the frames.
///
/// For each thread that the daemon may use it has a place for short calls and a compute lane for costly ones.
package final class CallExecutor: Sendable {
    private struct Place: Sendable {
        let immediate: ImmediateCalls
        let lanes: ComputeLanes
        /// Writes calls down; nil where nobody does.
        let recorder: (any DecisionRecorder)?
    }

    private let limits: Limits
    private let tokens: TokenSet
    private let clock: ServerClock
    private let transport: CallTransport
    private let current: CurrentPolicies
    private let places: [Place]
    private let next = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)

    /// Makes an executor. ``close()`` must be called at the end.
    package init(
        limits: Limits,
        tokens: TokenSet,
        clock: ServerClock,
        threads: Int,
        transport: CallTransport = .grpc,
        readiness: Readiness = Readiness(),
        ledger: AwardLedger,
        decisionLog: (any DecisionLog)? = nil,
        policies: CompiledPolicies
    ) {
        let offloaded = ComputeLanes.makeOffloaded(limits: limits, clock: clock)
        self.limits = limits
        self.tokens = tokens
        self.clock = clock
        self.transport = transport
        self.current = CurrentPolicies(policies)
        self.places = (0..<max(1, threads)).map { _ in
            Place(
                immediate: ImmediateCalls(limits: limits, clock: clock, readiness: readiness, policies: policies),
                lanes: ComputeLanes(
                    sliced: ComputeLanes.makeSliced(limits: limits, clock: clock, ledger: ledger.lane),
                    offloaded: offloaded,
                    ledger: ledger.lane
                ),
                recorder: decisionLog?.makeRecorder()
            )
        }
    }

    /// What is served at this moment.
    package var policies: CompiledPolicies { self.current.policies }

    /// Whether further calls are refused.
    package var isStopping: Bool { self.stopping.load(ordering: .relaxed) }

    /// Whether `credential` is one of the tokens, or no token is asked for.
    package func admits(_ credential: UnsafeRawBufferPointer) -> Bool {
        self.tokens.admits(credential)
    }

    /// Whether callers have to show a token.
    package var asksForTokens: Bool { !self.tokens.isEmpty }

    /// Whose token `credential` is; nil where it is none.
    package func caller(_ credential: UnsafeRawBufferPointer) -> Caller? {
        self.tokens.caller(credential)
    }

    /// The most bytes of a request for the method.
    package func largestRequest(_ method: Method) -> Int {
        self.limits.largestRequest(method)
    }

    /// Answers a call.
    ///
    /// - Throws: what is wrong with it, or why it is not answered: over a limit (2004), late (1008), stopping (2003).
    package func answer(_ call: UnaryCall) async throws(CallError) -> UnaryReply {
        guard call.request.count <= self.largestRequest(call.method) else { throw Refusal.requestTooLarge }
        let number = UInt(bitPattern: self.next.add(1, ordering: .relaxed).oldValue)
        let place = self.places[Int(number % UInt(self.places.count))]
        do throws(CallError) {
            let reply = try await self.answer(call, at: place)
            await place.immediate.count(call, self.transport, error: nil)
            return reply
        } catch {
            await place.immediate.count(call, self.transport, error: error)
            throw error
        }
    }

    private func answer(_ call: UnaryCall, at place: Place) async throws(CallError) -> UnaryReply {
        let isStopping = self.isStopping
        if let refusal = CallDispatcher.refusal(of: call.method, under: isStopping ? .stopping : .normal) {
            throw refusal
        }
        guard call.caller.roles.isSuperset(of: call.method.entry.role) else { throw Refusal.forbidden }
        let policies = self.current.policies
        var kind = call.request.withUnsafeBytes { call.method.kind(of: $0) }
        if kind == .immediate {
            do throws(CallError) {
                let message = try await place.immediate.answer(call, policies, isStopping: isStopping)
                return try await self.record(call, message, policies, place.recorder)
            } catch {
                switch error {
                case .needsLedger: kind = .ledger
                case .preempted: kind = call.method.entry.kind
                default: throw error
                }
            }
        }
        return try await self.answer(call, policies, kind, at: place)
    }

    /// Writes a short call down that is answered. Waits where the log has no room.
    private func record(
        _ call: UnaryCall,
        _ message: [UInt8],
        _ policies: CompiledPolicies,
        _ recorder: (any DecisionRecorder)?
    ) async throws(CallError) -> UnaryReply {
        guard let recorder, call.method.entry.decisionNumber != nil else {
            return UnaryReply(message: message, requestHash: nil)
        }
        let isCancelled = { call.isAbandoned() || call.deadline.map { self.clock.now() >= $0 } ?? false }
        guard await recorder.awaitRoom(while: { !isCancelled() }) else {
            throw isCancelled() ? Refusal.timedOut : Refusal.stopping
        }
        let hash = call.request.withUnsafeBytes { request in
            message.withUnsafeBytes { reply in
                recorder.record(
                    Decision(
                        method: call.method,
                        transport: self.transport,
                        caller: call.caller.number,
                        policies: policies,
                        id: call.id,
                        request: request,
                        reply: reply
                    )
                )
            }
        }
        return UnaryReply(message: message, requestHash: hash)
    }

    /// Answers a call that is not short.
    private func answer(
        _ call: UnaryCall,
        _ policies: CompiledPolicies,
        _ kind: Method.Kind,
        at place: Place
    ) async throws(CallError) -> UnaryReply {
        let lanes = place.lanes
        let outcome: Result<UnaryReply, CallError> = await withCheckedContinuation { continuation in
            let pending = call.request.withUnsafeBytes { bytes in
                PendingCall(
                    work: .answer(call.method),
                    kind: kind,
                    client: call.client,
                    caller: call.caller,
                    policies: policies,
                    request: bytes,
                    arrival: call.arrival,
                    deadline: call.deadline,
                    recording: place.recorder.map { DecisionRecording($0, self.transport, id: call.id) },
                    isAbandoned: call.isAbandoned,
                    completion: { outcome, kind in
                        // Taken at once: what the transport holds is its own to count.
                        if case .success(let reply) = outcome {
                            lanes.replyTaken(kind, call.client, bytes: reply.payload.count)
                        }
                        continuation.resume(
                            returning: outcome.map { reply in
                                UnaryReply(message: [UInt8](reply.payload), requestHash: reply.requestHash)
                            }
                        )
                    }
                )
            }
            do throws(CallError) {
                try lanes.add(pending)
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try outcome.get()
    }

    /// Puts other policies in place of the present ones; calls that are in flight end under those they began with.
    package func replacePolicies(_ policies: CompiledPolicies) {
        self.current.replace(with: policies)
    }

    /// From now on calls are refused, but for the question after the daemon's health; those that were taken are answered.
    package func stop() {
        self.stopping.store(true, ordering: .relaxed)
    }

    /// What was done so far.
    package func statistics() async -> CallStatistics {
        var sum = CallStatistics()
        for place in self.places { sum.add(await place.immediate.currentStatistics()) }
        return sum
    }

    /// Ends the calls that are left, and the threads.
    package func close() {
        for place in self.places {
            place.lanes.sliced.close()
            place.lanes.offloaded.close()
        }
    }
}
