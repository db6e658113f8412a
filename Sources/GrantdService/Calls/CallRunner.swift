//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// Works on the calls of a queue, one slice after the other.
package final class CallRunner: LaneRunner {
    /// A call of many steps on its way.
    private struct Work {
        let job: any SlicedJob
        /// What the job reads, where it was made of something else.
        let request: ByteWriter?
        let reply: ByteWriter
    }

    private enum Progress {
        /// - Parameter heldBytes: what the call has taken of memory beside its request.
        case unfinished(heldBytes: Int)
        /// - Parameter request: the message that was answered.
        case finished(ByteWriter, request: UnsafeRawBufferPointer)
    }

    private let limits: Limits
    /// Where calls go that turn out to read the book; nil where none does.
    private let ledger: ComputeLane?
    private let clock: ServerClock
    private let sliceNanoseconds: Int64
    /// What answers, for the policies that the calls began with; the newest last.
    private var dispatchers: [(policies: CompiledPolicies, dispatcher: CallDispatcher)] = []
    private var batches: [ObjectIdentifier: Work] = [:]
    private var spareReplies: [ByteWriter] = []
    private let reply: ByteWriter
    /// The request that was made of another.
    private let translated: ByteWriter
    /// The call that is worked on.
    private var current: PendingCall?

    package init(limits: Limits, clock: ServerClock, ledger: ComputeLane? = nil) {
        self.limits = limits
        self.ledger = ledger
        self.clock = clock
        self.sliceNanoseconds = limits.turn.nanosecondsClamped
        self.reply = ByteWriter(limit: limits.replyBytes, retained: Self.retainedReply)
        self.translated = ByteWriter(limit: Self.mostTranslated(limits))
    }

    private static func mostTranslated(_ limits: Limits) -> Int {
        max(limits.requestBytes, limits.largeRequestBytes)
    }

    /// Works for one slice on the call whose turn it is.
    ///
    /// - Returns: what came next in the queue.
    @discardableResult
    package func runNext(of queue: CallQueue) -> CallQueue.Next {
        let next = queue.next()
        guard case .call(let call) = next else { return next }
        self.current = call
        defer { self.current = nil }
        do throws(CallError) {
            switch try self.advance(call) {
            case .unfinished(let heldBytes):
                queue.yielded(call, heldBytes: heldBytes)
            case .finished(let reply, let request):
                let told = try call.told(reply)
                withExtendedLifetime(told) {
                    let payload = told.bytes
                    queue.finished(call, replyBytes: payload.count)
                    if !call.answer(payload, to: request, self.clock) {
                        queue.replyTaken(call.client, bytes: payload.count)
                    }
                }
                self.forget(call)
            }
        } catch {
            queue.finished(call, replyBytes: 0)
            self.forget(call)
            self.end(call, error)
        }
        return next
    }

    package func close() {}

    /// Ends a call that has no answer here: one that reads the book goes to its thread.
    private func end(_ call: PendingCall, _ error: CallError) {
        guard error == .needsLedger, let ledger = self.ledger else {
            call.complete(.failure(error))
            return
        }
        do throws(CallError) {
            try ledger.add(call.forLedger())
        } catch {
            call.complete(.failure(error))
        }
    }

    private func advance(_ call: PendingCall) throws(CallError) -> Progress {
        let now = self.clock.now()
        // Nobody reads what is said to a caller that went away.
        if call.isCancelled(at: now) { throw Refusal.timedOut }
        let end = now.advanced(byNanoseconds: self.sliceNanoseconds)
        switch call.work {
        case .answer(let method) where method.entry.isStepped,
            .translate(let method, _, _) where method.entry.isStepped:
            return try self.advanceJob(method, call, until: end)
        case .answer(let method):
            try self.dispatcher(for: call.policies).answer(method, call.request, isStopping: false, into: self.reply)
            return .finished(self.reply, request: call.request)
        case .translate(let method, let translate, _):
            self.translated.reset()
            try translate(call.request, self.translated)
            let request = self.translated.bytes
            try self.dispatcher(for: call.policies).answer(method, request, isStopping: false, into: self.reply)
            return .finished(self.reply, request: request)
        case .custom(let work):
            self.reply.reset()
            try work(call.request, self.dispatcher(for: call.policies).engine, self.reply)
            if self.reply.isOverLimit { throw Refusal.replyTooLarge }
            return .finished(self.reply, request: call.request)
        }
    }

    /// Takes the next steps of a call until the slice is over.
    private func advanceJob(
        _ method: Method,
        _ call: PendingCall,
        until end: MonotonicTime
    ) throws(CallError) -> Progress {
        let work = try self.work(method, on: call)
        repeat {
            if try work.job.step(maximum: work.job.unitsBetweenClocks, with: nil, into: work.reply) {
                return .finished(work.reply, request: work.request?.bytes ?? call.request)
            }
        } while !call.isAbandoned && self.clock.now() < end
        // A request that was compressed may be as large as a reply, and is held as long.
        return .unfinished(heldBytes: work.reply.count + work.job.heldBytes + (work.request?.count ?? 0))
    }

    private func work(_ method: Method, on call: PendingCall) throws(CallError) -> Work {
        if let begun = self.batches[ObjectIdentifier(call)] { return begun }
        var translated: ByteWriter?
        if case .translate(_, let translate, _) = call.work {
            let writer = ByteWriter(limit: Self.mostTranslated(self.limits))
            try translate(call.request, writer)
            translated = writer
        }
        let request = translated?.bytes ?? call.request
        guard let job = try self.dispatcher(for: call.policies).beginJob(method, request) else {
            throw CallError.fault("a call of one piece was taken for one of many steps")
        }
        if job.usesLedger { throw CallError.needsLedger }
        let reply =
            self.spareReplies.popLast() ?? ByteWriter(limit: self.limits.replyBytes, retained: Self.retainedReply)
        let work = Work(job: job, request: translated, reply: reply)
        self.batches[ObjectIdentifier(call)] = work
        return work
    }

    /// Gives back what a call has taken that is at its end.
    private func forget(_ call: PendingCall) {
        guard let work = self.batches.removeValue(forKey: ObjectIdentifier(call)) else { return }
        guard self.spareReplies.count < 2 else { return }
        work.reply.reset()
        self.spareReplies.append(work.reply)
    }

    /// What a writer keeps of a large reply: a batch of some thousand applications fits.
    private static let retainedReply = 1 << 20

    private func dispatcher(for policies: CompiledPolicies) -> CallDispatcher {
        if let last = self.dispatchers.last, last.policies === policies { return last.dispatcher }
        if let known = self.dispatchers.first(where: { $0.policies === policies }) { return known.dispatcher }
        // Those before the last are needed only by calls that began before a reload.
        if self.dispatchers.count > 1 { self.dispatchers.removeFirst() }
        let dispatcher = CallDispatcher(policies: policies, limits: self.limits)
        dispatcher.isCancelled = { [unowned self] in self.current?.isCancelled(at: self.clock.now()) ?? false }
        self.dispatchers.append((policies, dispatcher))
        return dispatcher
    }
}
