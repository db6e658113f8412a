//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import FuzzSupport
internal import GrantdEngine
internal import GrantdPolicy
internal import GrantdSchema
internal import GrantdService

/// What works on calls, without threads and transports, in each of the ways in which the daemon does.
final class CallTarget {
    private let policies: CompiledPolicies
    private let limits: Limits
    private let clock = SteppingClock()
    private let lanes: ManualLanes
    /// What takes steps of calls by itself.
    private let direct: CallDispatcher
    /// What answers on an event loop, and leaves what takes long.
    private let onLoop: CallDispatcher
    private let book = EmptyBook()
    private let reply: ByteWriter
    private let scratch: ByteWriter

    init?() {
        guard let builtIn = try? PolicySet.builtIn() else { return nil }
        // Bounds that small inputs reach.
        var limits = Limits.defaults
        limits.replyBytes = 1 << 20
        limits.growingReplyBytes = 32 << 10
        limits.stepsOnLoop = 64
        limits.engine.steps = 1 << 20
        limits.engine.callSteps = 1 << 21
        limits.engine.columnEntries = 1 << 16
        limits.engine.columnTextBytes = 4 << 20
        let policies = CompiledPolicies(builtIn)
        self.policies = policies
        self.limits = limits
        self.lanes = ManualLanes(limits: limits, clock: self.clock.clock)
        self.direct = CallDispatcher(policies: policies, limits: limits)
        self.onLoop = .forShortCalls(policies: policies, limits: limits, readiness: Readiness())
        self.reply = ByteWriter(limit: limits.replyBytes)
        self.scratch = ByteWriter(limit: limits.replyBytes)
    }

    /// Answers a request in each way, and compares.
    func check(_ method: Method, _ request: UnsafeRawBufferPointer, _ interruption: Interruption) {
        let whole = self.answerWhole(method, request)
        self.checkSlices(method, request, interruption, whole)
        self.checkSteps(method, request, interruption, whole)
        self.checkLoop(method, request, whole)
    }

    // MARK: - On compute threads

    /// In one go: the clock stands still.
    private func answerWhole(_ method: Method, _ request: UnsafeRawBufferPointer) -> CallOutcome {
        self.clock.stepNanoseconds = 0
        self.lanes.forgetAwards(keepsBook: true)
        let call = self.make(.answer(method), 1, request)
        while self.lanes.work() {}
        return call.outcome()
    }

    /// In slices, beside the same call of others, of whom one leaves and comes back.
    private func checkSlices(
        _ method: Method,
        _ request: UnsafeRawBufferPointer,
        _ interruption: Interruption,
        _ whole: CallOutcome
    ) {
        self.clock.stepNanoseconds = interruption.nanosecondsOfReading
        self.lanes.forgetAwards(keepsBook: true)
        var calls = [self.make(.answer(method), 1, request)]
        // What changes the book sees what others have changed: it goes alone.
        if method.entry.hasSideEffects {
            while self.lanes.work() {}
            precondition(Self.areSame(calls[0].outcome(), whole, method), "slices come to something else")
            self.lanes.forgetAwards(keepsBook: true)
            self.leave(method, request, interruption, whole)
            return
        }
        calls.append(self.make(Self.translation(of: method), 2, request))
        self.leave(method, request, interruption, whole)
        calls.append(self.make(.answer(method), 3, request))
        while self.lanes.work() {}
        for call in calls {
            precondition(Self.areSame(call.outcome(), whole, method), "slices come to something else")
        }
    }

    /// Works until nothing is left, on a further call too whose caller waits for some slices only.
    private func leave(
        _ method: Method,
        _ request: UnsafeRawBufferPointer,
        _ interruption: Interruption,
        _ whole: CallOutcome
    ) {
        let deadline = self.clock.clock.now().advanced(
            byNanoseconds: Int64(interruption.slices) * self.limits.turn.nanosecondsClamped
        )
        let call = self.make(.answer(method), 3, request, deadline: interruption.isByTime ? deadline : nil)
        var slices = 0
        while self.lanes.work() {
            slices += 1
            if slices == interruption.slices, !interruption.isByTime {
                self.lanes.lanes.end(ClientID(3), Refusal.timedOut)
            }
        }
        let outcome = call.outcome()
        // Where time is over in the middle of a slice, the applications that were left say so beside those that were not.
        precondition(
            interruption.isByTime || outcome == .failure(Refusal.timedOut) || Self.areSame(outcome, whole, method),
            "a call that was left comes to something else"
        )
    }

    private func make(
        _ work: PendingCall.Work,
        _ client: UInt64,
        _ request: UnsafeRawBufferPointer,
        deadline: MonotonicTime? = nil
    ) -> MadeCall {
        MadeCall(
            work,
            of: ClientID(client),
            policies: self.policies,
            request: request,
            arrival: self.clock.clock.now(),
            deadline: deadline,
            to: self.lanes.lanes
        )
    }

    /// As a request is answered that came compressed or as JSON: it is made on the compute thread, and lives there.
    private static func translation(of method: Method) -> PendingCall.Work {
        .translate(method) { request, writer throws(CallError) in writer.write(request) }
    }

    // MARK: - By itself

    /// Step by step, and where the book is asked, each step with a rehearsal before it.
    private func checkSteps(
        _ method: Method,
        _ request: UnsafeRawBufferPointer,
        _ interruption: Interruption,
        _ whole: CallOutcome
    ) {
        guard method.entry.isStepped else { return }
        let large = self.step(method, request, units: 1 << 20)
        let small = self.step(method, request, units: interruption.unitsOfStep)
        precondition(large.outcome == small.outcome, "small steps come to something else")
        precondition(large.usesLedger || large.outcome == whole, "steps come to something else than slices")
    }

    private func step(
        _ method: Method,
        _ request: UnsafeRawBufferPointer,
        units: Int
    ) -> (outcome: CallOutcome, usesLedger: Bool) {
        self.reply.reset()
        var usesLedger = false
        do throws(CallError) {
            guard let job = try self.direct.beginJob(method, request) else {
                preconditionFailure("a method of many steps has no job")
            }
            usesLedger = job.usesLedger
            repeat {
                if usesLedger {
                    self.scratch.reset()
                    job.rehearse(maximum: units, with: self.book, into: self.scratch)
                }
            } while try !job.step(maximum: units, with: usesLedger ? self.book : nil, into: self.reply)
            return (.success([UInt8](self.reply.bytes)), usesLedger)
        } catch {
            return (.failure(error), usesLedger)
        }
    }

    /// As an event loop tries what may be short: it answers, or leaves it to a compute thread.
    private func checkLoop(_ method: Method, _ request: UnsafeRawBufferPointer, _ whole: CallOutcome) {
        guard !method.entry.isStepped, method.entry.kind == .sliced || method.entry.kind == .immediate else { return }
        let outcome: CallOutcome
        do throws(CallError) {
            try self.onLoop.answer(method, request, isStopping: false, into: self.reply)
            outcome = .success([UInt8](self.reply.bytes))
        } catch {
            if error == .preempted || error == .needsLedger { return }
            outcome = .failure(error)
        }
        precondition(outcome == whole, "an event loop answers something else")
    }

    // MARK: - Comparing

    private static func areSame(_ left: CallOutcome, _ right: CallOutcome, _ method: Method) -> Bool {
        guard method == .award || method == .awardBatch, case .success(let one) = left, case .success(let other) = right
        else { return left == right }
        return Self.withoutAwardIDs(one) == Self.withoutAwardIDs(other)
    }

    /// A book makes ids by chance: 26 letters, of which none beside them is one.
    private static func withoutAwardIDs(_ reply: [UInt8]) -> [UInt8] {
        var reply = reply
        var start = 0
        for index in 0...reply.count {
            if index < reply.count, Self.isLetterOfID(reply[index]) { continue }
            if index - start >= 26 { for place in start..<index { reply[place] = 0 } }
            start = index + 1
        }
        return reply
    }

    private static func isLetterOfID(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: false
        }
    }
}
