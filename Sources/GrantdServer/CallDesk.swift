//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema
internal import NIOCore

/// Answers calls for a transport whose calls are tasks and not turns of an event loop: what ``Worker`` is to the frames.
///
/// One engine, one call at a time; batches are done in slices, with other calls between them.
actor CallDesk {
    private let limits: Limits
    private let clock: ServerClock
    private let tokens: TokenSet
    private let turnNanoseconds: Int64
    private let current: CurrentPolicies
    private let background: Background

    private var policies: CompiledPolicies
    private var dispatcher: Dispatcher
    private var auctionAnswer: AuctionAnswer
    private let reply: ByteWriter
    private var statistics = ServerStatistics()

    private var batchesAtWork = 0
    private var waitingBatches = CircularBuffer<CheckedContinuation<Void, Never>>()
    /// Bytes of the requests of batches that are not begun.
    private var waitingBytes = 0
    private var auctions = 0

    init(configuration: ServerConfiguration, current: CurrentPolicies, background: Background) {
        let policies = current.policies
        self.limits = configuration.limits
        self.clock = configuration.clock
        self.tokens = configuration.tokens
        self.turnNanoseconds = configuration.limits.turn.nanosecondsClamped
        self.current = current
        self.background = background
        self.policies = policies
        self.dispatcher = Self.makeDispatcher(policies, configuration.limits, configuration.tokens)
        self.auctionAnswer = policies.auctions
        self.reply = ByteWriter(limit: configuration.limits.replyBytes)
    }

    /// Answers a call.
    ///
    /// - Throws: what is wrong with it, or why it is not answered.
    func answer(_ call: DeskCall) async throws(CallError) -> [UInt8] {
        do {
            let answer = try await self.dispatch(call)
            self.count(call, error: nil)
            return answer
        } catch {
            self.count(call, error: error)
            throw error
        }
    }

    /// What was done so far; the latencies begin anew.
    func takeStatistics() -> ServerStatistics {
        self.statistics.takeSnapshot()
    }

    private enum Next {
        case reply([UInt8])
        case error(CallError)
        case batch
        case auction
    }

    private func dispatch(_ call: DeskCall) async throws(CallError) -> [UInt8] {
        self.takeNewPolicies()
        // The bytes that a dispatcher's answer points to are good in here only.
        let next: Next = call.request.withUnsafeBytes { payload in
            let answer = self.dispatcher.dispatch(
                call.method,
                payload: payload,
                deadline: call.deadline,
                now: self.clock.now(),
                load: call.load,
                into: self.reply
            )
            switch answer {
            case .reply: return .reply([UInt8](self.reply.bytes))
            case .error(_, let error): return .error(error)
            case .batch: return .batch
            case .auction: return .auction
            }
        }
        switch next {
        case .reply(let bytes): return bytes
        case .error(let error): throw error
        case .batch: return try await self.answerBatch(call)
        case .auction: return try await self.answerAuction(call)
        }
    }

    private func count(_ call: DeskCall, error: CallError?) {
        if let error { self.statistics.callFailed(code: error.code) }
        self.statistics.callsAnswered(1, afterNanoseconds: self.clock.now().nanoseconds(since: call.arrival))
    }

    private func takeNewPolicies() {
        let policies = self.current.policies
        guard policies !== self.policies else { return }
        self.policies = policies
        self.dispatcher = Self.makeDispatcher(policies, self.limits, self.tokens)
        self.auctionAnswer = policies.auctions
    }

    private static func makeDispatcher(_ policies: CompiledPolicies, _ limits: Limits, _ tokens: TokenSet) -> Dispatcher
    {
        Dispatcher(engine: Engine(policies, limits: limits.engine), tokens: tokens)
    }

    private func checkTime(_ call: DeskCall) throws(CallError) {
        // Nobody reads what is said to a caller that went away.
        if call.isAbandoned() { throw Refusal.timedOut }
        if let deadline = call.deadline, self.clock.now() >= deadline { throw Refusal.timedOut }
    }

    // MARK: - Batches

    private func answerBatch(_ call: DeskCall) async throws(CallError) -> [UInt8] {
        try await self.takePlace(bytes: call.request.count)
        defer { self.givePlace() }
        try self.checkTime(call)
        // The engine of this moment does the whole of it, whatever policies come meanwhile.
        let dispatcher = self.dispatcher
        let job = try call.request.withUnsafeBufferPointer { bytes throws(CallError) in
            try dispatcher.beginBatch(UnsafeRawBufferPointer(bytes))
        }
        let reply = ByteWriter(limit: self.limits.replyBytes)
        while try !self.step(job, into: reply) {
            await Task.yield()
            try self.checkTime(call)
        }
        return withExtendedLifetime(reply) { [UInt8](reply.bytes) }
    }

    /// Assesses the next applications of a batch until a slice is done or the time of a turn is over.
    ///
    /// - Returns: whether the batch is finished.
    private func step(_ job: BatchJob, into reply: ByteWriter) throws(CallError) -> Bool {
        let end = self.clock.now().advanced(byNanoseconds: self.turnNanoseconds)
        var left = self.limits.batchSlice
        repeat {
            if try job.step(maximum: min(left, Self.applicationsBetweenClocks), into: reply) { return true }
            left -= Self.applicationsBetweenClocks
        } while left > 0 && self.clock.now() < end
        return false
    }

    /// Few enough to end a slice in time, many enough that reading the clock costs next to nothing.
    private static let applicationsBetweenClocks = 4

    /// Waits until a batch may begin.
    private func takePlace(bytes: Int) async throws(CallError) {
        guard self.batchesAtWork >= self.limits.batchesAtWork else {
            self.batchesAtWork += 1
            return
        }
        guard self.waitingBytes &+ bytes <= self.limits.waitingBatchBytes else { throw Refusal.waitingBatches }
        self.waitingBytes &+= bytes
        // Whoever ends hands its place on.
        await withCheckedContinuation { self.waitingBatches.append($0) }
        self.waitingBytes &-= bytes
    }

    private func givePlace() {
        if let next = self.waitingBatches.popFirst() {
            next.resume()
        } else {
            self.batchesAtWork -= 1
        }
    }

    // MARK: - Auctions

    private func answerAuction(_ call: DeskCall) async throws(CallError) -> [UInt8] {
        guard self.auctions < self.limits.auctions else { throw Refusal.waitingAuctions }
        self.auctions += 1
        defer { self.auctions -= 1 }
        let answer = self.auctionAnswer
        let limit = self.limits.replyBytes
        let background = self.background
        let result: Result<[UInt8], CallError> = await withCheckedContinuation { continuation in
            background.run {
                let result: Result<[UInt8], CallError>
                do throws(CallError) {
                    result = .success(
                        try call.request.withUnsafeBufferPointer { bytes throws(CallError) in
                            try answer.answer(UnsafeRawBufferPointer(bytes), limit: limit)
                        }
                    )
                } catch {
                    result = .failure(error)
                }
                continuation.resume(returning: result)
            }
        }
        try self.checkTime(call)
        return try result.get()
    }
}
