//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import GrantdEngine
internal import GrantdSchema

/// Works on the calls that read or write the book: those that wait are decided in one step, in the order of their turns, and
/// committed together; what only reads is answered before them, by a view of its own.
package final class LedgerRunner: LaneRunner {
    /// A call and what it has come to.
    private struct Work {
        let call: PendingCall
        let task: any LedgerTask
        /// What the task reads, where it was made of something else.
        let request: ByteWriter?
    }

    /// How a turn of a call ended.
    private enum Ending {
        case finished
        case unfinished
        case failed(CallError)
    }

    private let store: (any AwardStore)?
    private let limits: Limits
    private let clock: ServerClock
    private let dryRuns: DryRuns
    private let onFault: (LedgerFault) -> Void
    private let counters: LedgerCounters
    private let requests = LedgerRequests()
    /// What reads and assesses, for the policies that calls began with; the newest last.
    private var assessors: [(policies: CompiledPolicies, assessor: AwardAssessor, engine: Engine)] = []
    /// Calls that are begun and not finished.
    private var begun: [ObjectIdentifier: Work] = [:]
    /// The call that is worked on.
    private var current: PendingCall?

    /// The most that is taken for a step: by ``LedgerTask/weight``, and in bytes of requests.
    private static let stepBounds = (weight: 4_096, bytes: 4 << 20)
    /// How long the batches of a step are decided before it is committed.
    private static let stepNanoseconds: Int64 = 20_000_000

    /// Makes a runner.
    ///
    /// - Parameters:
    ///   - store: the daemon's book; nil where it keeps none.
    ///   - wallClock: tells milliseconds since 1970 where there is no book; the machine's unless given.
    ///   - onFault: told of what is wrong with the book, each time.
    ///   - counters: count what the book does.
    package init(
        store: (any AwardStore)?,
        limits: Limits,
        clock: ServerClock,
        wallClock: @escaping () -> Int64 = LedgerRunner.wallMilliseconds,
        onFault: @escaping (LedgerFault) -> Void = { _ in },
        counters: LedgerCounters = LedgerCounters()
    ) {
        self.counters = counters
        self.store = store
        self.limits = limits
        self.clock = clock
        self.dryRuns = DryRuns(limits: limits, clock: wallClock)
        self.onFault = onFault
    }

    /// What the machine's clock shows, in milliseconds since 1970.
    package static func wallMilliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    package func close() { self.store?.close() }

    /// Takes the calls whose turn it is and works on all of them for one turn.
    @discardableResult
    package func runNext(of queue: CallQueue) -> CallQueue.Next {
        var works: [Work] = []
        var weight = 0
        var bytes = 0
        self.dryRuns.dropIdle(self.clock.now())
        var next = queue.next()
        let first = next
        while case .call(let call) = next {
            if let work = self.work(on: call, queue) {
                works.append(work)
                weight += max(1, work.task.weight)
                bytes += call.request.count
            }
            guard weight < Self.stepBounds.weight, bytes < Self.stepBounds.bytes else { break }
            next = queue.next()
        }
        let lists = works.filter { $0.task is ListAwardsTask }
        let steps = works.filter { !($0.task is ListAwardsTask) }
        if let store = self.store {
            let own = steps.filter { $0.task.target == .ledger }
            // What only reads wants no book that can be written, and keeps no other daemon from it.
            self.step(own.filter { !$0.task.writes }, store, queue)
            self.step(own.filter { $0.task.writes }, store, queue)
        }
        for work in steps where work.task.target != .ledger { self.dryStep(work, queue) }
        for work in lists { self.list(work, queue) }
        // Whoever was told that there is nothing waits for what comes; it came while the step was under way.
        return first
    }

    // MARK: - Calls

    /// The task of a call that was taken, which may have begun before; nil where that is its end.
    private func work(on call: PendingCall, _ queue: CallQueue) -> Work? {
        do throws(CallError) {
            if call.isCancelled(at: self.clock.now()) { throw Refusal.timedOut }
            if let work = self.begun[ObjectIdentifier(call)] { return work }
            return try self.begin(call)
        } catch {
            self.end(call, .failed(error), queue)
            return nil
        }
    }

    private func begin(_ call: PendingCall) throws(CallError) -> Work {
        var request = call.request
        var translated: ByteWriter?
        if case .translate(_, let translate, _) = call.work {
            let writer = ByteWriter(limit: max(self.limits.requestBytes, self.limits.largeRequestBytes))
            try translate(call.request, writer)
            translated = writer
            request = writer.bytes
        }
        guard let method = call.method, call.caller.roles.contains(.agency) else { throw Refusal.forbidden }
        let task = try self.task(method, request, call)
        if self.store == nil, task.target == .ledger { throw Refusal.noLedger }
        return Work(call: call, task: task, request: translated)
    }

    private func task(
        _ method: Method,
        _ request: UnsafeRawBufferPointer,
        _ call: PendingCall
    ) throws(CallError) -> any LedgerTask {
        let (assessor, engine) = self.assessor(for: call.policies)
        let caller = call.caller.name
        switch method {
        case .award, .awardBatch:
            return try AwardTask(
                request,
                isBatch: method == .awardBatch,
                assessor,
                caller: caller,
                limits: self.limits
            )
        case .settle: return try SettleTask(self.requests.settle(request), caller: caller, limits: self.limits)
        case .listAwards: return try ListAwardsTask(self.requests.listAwards(request), limits: self.limits)
        case .putEnvelope:
            return try PutEnvelopeTask(
                self.requests.putEnvelope(request),
                call.policies,
                caller: caller,
                limits: self.limits
            )
        case .listEnvelopes: return try ListEnvelopesTask(self.requests.listEnvelopes(request), limits: self.limits)
        case .evaluate, .evaluateBatch, .evaluateColumns, .screen:
            return try EvaluationTask(request, method, engine, limits: self.limits)
        default:
            throw .fault("a call that has nothing to do with the book was handed to its thread")
        }
    }

    private func assessor(for policies: CompiledPolicies) -> (AwardAssessor, Engine) {
        if let known = self.assessors.first(where: { $0.policies === policies }) {
            return (known.assessor, known.engine)
        }
        // Those before the last are needed only by calls that began before a reload, which keep what they have.
        if self.assessors.count > 1 { self.assessors.removeFirst() }
        let assessor = AwardAssessor(policies, limits: self.limits.engine)
        let engine = Engine(policies, limits: self.limits.engine)
        let isCancelled = { [unowned self] in self.current?.isCancelled(at: self.clock.now()) ?? false }
        assessor.isCancelled = isCancelled
        engine.isCancelled = isCancelled
        self.assessors.append((policies, assessor, engine))
        return (assessor, engine)
    }

    private func end(_ call: PendingCall, _ ending: Ending, _ queue: CallQueue) {
        if case .unfinished = ending {} else { self.dryRuns.end(ObjectIdentifier(call)) }
        switch ending {
        case .finished:
            guard let work = self.begun[ObjectIdentifier(call)] else { return }
            do throws(CallError) {
                let told = try call.told(work.task.reply)
                self.begun[ObjectIdentifier(call)] = nil
                withExtendedLifetime((work, told)) {
                    let payload = told.bytes
                    queue.finished(call, replyBytes: payload.count)
                    if !call.answer(payload, to: work.request?.bytes ?? call.request, self.clock) {
                        queue.replyTaken(call.client, bytes: payload.count)
                    }
                }
            } catch {
                self.end(call, .failed(error), queue)
            }
        case .unfinished:
            let work = self.begun[ObjectIdentifier(call)]
            queue.yielded(call, heldBytes: (work?.task.reply.count ?? 0) + (work?.request?.count ?? 0))
        case .failed(let error):
            self.begun[ObjectIdentifier(call)] = nil
            queue.finished(call, replyBytes: 0)
            call.complete(.failure(error))
        }
    }

    // MARK: - Steps

    /// Asks every task what it needs; those that cannot go on are ended.
    private func prepare(_ works: [Work], _ queue: CallQueue) -> (works: [Work], needs: StepNeeds) {
        let needs = LedgerNeeds()
        var prepared: [Work] = []
        for work in works {
            self.begun[ObjectIdentifier(work.call)] = work
            self.current = work.call
            do throws(CallError) {
                try work.task.prepare(needs)
                prepared.append(work)
            } catch {
                self.end(work.call, .failed(error), queue)
            }
        }
        self.current = nil
        return (prepared, needs.needs)
    }

    /// Asks the daemon's book; what is wrong with it becomes the calls' error.
    private func ask<Value>(
        writing: Bool = false,
        _ body: () throws(LedgerFault) -> Value
    ) throws(CallError) -> Value {
        do throws(LedgerFault) {
            let value = try body()
            if !writing { self.counters.read() }
            return value
        } catch {
            self.counters.failed(error, writing: writing)
            self.onFault(error)
            throw CallError(error)
        }
    }

    /// A step of the daemon's own book, for calls that all write or all read.
    private func step(_ all: [Work], _ store: any AwardStore, _ queue: CallQueue) {
        let (works, needs) = self.prepare(all, queue)
        guard !works.isEmpty else { return }
        let writes = works.contains { $0.task.writes }
        self.take(works, queue) { () throws(CallError) in
            let view = try self.ask(writing: writes) { () throws(LedgerFault) in
                writes ? try store.begin(needs) : try store.read(needs)
            }
            return LedgerStep(needs, view)
        } commit: { step throws(CallError) in
            if !step.entries.isEmpty {
                let began = self.clock.now()
                try self.ask(writing: true) { () throws(LedgerFault) in try store.commit(step.entries) }
                self.counters.committed(step.entries, nanoseconds: self.clock.now().nanoseconds(since: began))
            } else if writes {
                store.abandon()
            }
            self.counters.replayed(step.replays)
        }
    }

    /// A step of a dry run.
    private func dryStep(_ work: Work, _ queue: CallQueue) {
        let (works, needs) = self.prepare([work], queue)
        guard !works.isEmpty else { return }
        self.take(works, queue) { () throws(CallError) in
            let run = try self.run(of: work)
            return LedgerStep(needs, try self.view(of: run, needs), dryAwards: run.count)
        } commit: { step throws(CallError) in
            let run = try self.run(of: work)
            try self.dryRuns.checkRoom(for: step.entries, in: run)
            run.commit(step.entries)
        }
    }

    /// A page of awards.
    private func list(_ work: Work, _ queue: CallQueue) {
        let (works, needs) = self.prepare([work], queue)
        guard !works.isEmpty, let task = work.task as? ListAwardsTask else { return }
        self.take(works, queue) { () throws(CallError) in
            if task.target != .ledger {
                let run = try self.run(of: work)
                let view = try self.view(of: run, needs)
                task.page = run.list(try task.query(view.envelopes))
                return LedgerStep(needs, view)
            }
            guard let store = self.store else { throw Refusal.noLedger }
            let view = try self.ask { () throws(LedgerFault) in try store.read(needs) }
            let query = try task.query(view.envelopes)
            task.page = try self.ask { () throws(LedgerFault) in try store.list(query) }
            return LedgerStep(needs, view)
        } commit: { _ in
        }
    }

    /// The book of a call's dry run.
    private func run(of work: Work) throws(CallError) -> MemoryAwardStore {
        guard case .dryRun(let name) = work.task.target else {
            throw .fault("a call of the book's was taken for a dry run")
        }
        let now = self.clock.now()
        guard let name else { return self.dryRuns.store(ofCall: ObjectIdentifier(work.call), now: now) }
        return try self.dryRuns.store(name, now: now, begins: work.task.writes)
    }

    /// What a dry run sees: its own book above the daemon's.
    private func view(of run: MemoryAwardStore, _ needs: StepNeeds) throws(CallError) -> StepView {
        guard let store = self.store else { return run.read(needs) }
        let base = try self.ask { () throws(LedgerFault) in try store.read(needs.above(run)) }
        return .merged(base, run.read(needs), needs, run)
    }

    /// Takes a step, and ends the turns of its calls.
    private func take(
        _ works: [Work],
        _ queue: CallQueue,
        begin: () throws(CallError) -> LedgerStep,
        commit: (LedgerStep) throws(CallError) -> Void
    ) {
        var endings: [Ending]?
        do throws(CallError) {
            let step = try begin()
            let turns = self.turn(works, step)
            endings = turns
            try commit(step)
        } catch {
            endings = works.indices.map { self.undone(works[$0], endings?[$0], error) }
        }
        for (work, ending) in zip(works, endings ?? []) { self.end(work.call, ending, queue) }
    }

    /// What a turn comes to whose step does not stand.
    ///
    /// - Parameter ending: how it ended; nil where the step could not begin.
    private func undone(_ work: Work, _ ending: Ending?, _ error: CallError) -> Ending {
        if case .failed? = ending { return ending ?? .failed(error) }
        do throws(CallError) {
            return try work.task.undo(error) ? .finished : .unfinished
        } catch {
            return .failed(error)
        }
    }

    /// Gives every task its turn: envelopes go before awards, and these go in order.
    private func turn(_ works: [Work], _ step: LedgerStep) -> [Ending] {
        let end = self.clock.now().advanced(byNanoseconds: Self.stepNanoseconds)
        var endings = [Ending](repeating: .unfinished, count: works.count)
        for pass in [Pass.reads, .envelopes, .awards] {
            for (index, work) in works.enumerated() where Pass(of: work.task) == pass {
                self.current = work.call
                defer { self.current = nil }
                do throws(CallError) {
                    let isFinished = try work.task.work(in: step) { self.clock.now() >= end }
                    endings[index] = isFinished ? .finished : .unfinished
                } catch {
                    endings[index] = .failed(error)
                }
            }
        }
        return endings
    }

    private enum Pass {
        case reads
        case envelopes
        case awards

        init(of task: any LedgerTask) {
            self = !task.writes ? .reads : task.putsEnvelopes ? .envelopes : .awards
        }
    }
}
