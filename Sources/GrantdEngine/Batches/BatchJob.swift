//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
package import GrantdSchema

/// A batch on its way: some applications a step, so that other calls are served between. Belongs to its engine's
/// thread.
package final class BatchJob: SlicedJob {
    /// How many applications it has.
    package let count: Int
    /// Whether it is to be assessed by what the book has.
    package var usesLedger: Bool { self.options.usesLedger }

    package let unitsBetweenClocks = 4
    package let heldBytes = 0

    private let engine: Engine
    private let arena: Arena
    private let reader: ApplicationReader
    private let evaluator: Evaluator
    private let decoder: RequestDecoder
    private let options: EvaluationOptions
    /// Behind a pointer and not in the class: every access of a class's variable is checked for exclusivity as the program
    /// runs.
    private let state: UnsafeMutablePointer<State>

    /// How far it is.
    private struct State: BitwiseCopyable {
        var request: BatchRequest
        var left: Int
        /// What the applications that are left may cost.
        var stepsLeft: Int64
    }

    /// Looks the request through.
    ///
    /// - Parameter bytes: They outlive the job.
    init(_ engine: Engine, _ bytes: UnsafeRawBufferPointer, _ arena: Arena) throws(CallError) {
        let request: BatchRequest
        do {
            request = try Self.check(bytes, engine)
        } catch {
            engine.retire(arena)
            throw error
        }
        self.count = request.count
        self.options = request.options
        self.state = .allocate(capacity: 1)
        self.state.initialize(
            to: State(request: request, left: request.count, stepsLeft: engine.limits.callSteps)
        )
        self.engine = engine
        self.arena = arena
        self.evaluator = engine.evaluator
        self.decoder = engine.decoders.application
        self.reader = ApplicationReader(engine.compiled.reading, arena)
    }

    deinit {
        self.state.deallocate()
        self.engine.retire(self.arena)
    }

    private static func check(_ bytes: UnsafeRawBufferPointer, _ engine: Engine) throws(CallError) -> BatchRequest {
        let request: BatchRequest
        do {
            request = try BatchRequest(bytes, decoder: engine.decoders.batch)
        } catch {
            throw CallError(error)
        }
        let limits = engine.limits
        let most = request.options.explains ? limits.explainedBatch : limits.batch
        guard request.count <= most else {
            throw .badRequest(
                "a batch has at most \(limits.batch) applications, \(limits.explainedBatch) with explanations; "
                    + "this one has \(request.count)",
                field: "applications"
            )
        }
        return request
    }

    /// Assesses the next applications and appends their results to `reply`. All steps of a job append to the same
    /// reply, which holds nothing else.
    ///
    /// - Parameters:
    ///   - maximum: The most applications of this step; the default is 64. A long application ends the step: it may cost as
    ///     much as hundreds of others, and the caller looks at the clock between steps.
    ///   - ledger: The book, where the batch asks for it.
    ///   - reply: The `EvaluateBatchResponse` so far.
    /// - Returns: Whether the batch is finished.
    /// - Throws: Over a limit, when the reply would be too large. What is wrong with one application stands beside it
    ///   instead.
    package func step(
        maximum: Int = 64,
        with ledger: (any LedgerReading)? = nil,
        into reply: ByteWriter
    ) throws(CallError) -> Bool {
        for _ in 0..<max(maximum, 1) {
            guard let application = self.state.pointee.request.next() else { return true }
            self.state.pointee.left -= 1
            let mark = reply.count
            do throws(CallError) {
                let result = reply.beginMessage(field: ReplyField.BatchResponse.results, lengthWidth: 2)
                let assessment = reply.beginMessage(field: ReplyField.BatchResult.assessment, lengthWidth: 2)
                try self.assess(application, ledger, into: reply)
                reply.endMessage(assessment, lengthWidth: 2)
                reply.endMessage(result, lengthWidth: 2)
                if reply.isOverLimit { throw CallError.replyTooLarge }
            } catch {
                guard !reply.isOverLimit else { throw error }
                reply.truncate(to: mark)
                let result = reply.beginMessage(field: ReplyField.BatchResponse.results, lengthWidth: 2)
                error.write(field: ReplyField.BatchResult.error, into: reply)
                reply.endMessage(result, lengthWidth: 2)
                if reply.isOverLimit { throw .replyTooLarge }
            }
            if application.count > Self.longApplication { break }
        }
        return self.state.pointee.left <= 0
    }

    /// In bytes; what most applications stay far under.
    private static let longApplication = 2048

    /// Assesses the applications of the next step for what they ask of the book alone: the step is still to be taken.
    package func rehearse(maximum: Int = 64, with ledger: any LedgerReading, into scratch: ByteWriter) {
        let state = self.state.pointee
        // What is wrong is told when the step is taken.
        _ = try? self.step(maximum: maximum, with: ledger, into: scratch)
        self.state.pointee = state
    }

    private func assess(
        _ application: UnsafeRawBufferPointer,
        _ ledger: (any LedgerReading)?,
        into reply: ByteWriter
    ) throws(CallError) {
        guard self.state.pointee.stepsLeft > 0 else { throw .callOverBudget(self.engine.limits) }
        self.arena.reset()
        let base = try self.decoder.decode(application, into: self.arena)
        var input = try self.reader.application(base)
        guard let ledger else { return try self.answer(input, into: reply) }
        let join = LedgerJoin(ledger, self.engine.compiled, self.arena)
        let told = try join.join(&input, awards: self.engine.layout.awards.entries(base))
        try self.answer(input, into: reply)
        told.write(into: reply)
    }

    /// Assesses an application; what it costs, answered or not, is the whole call's.
    @inline(__always)
    private func answer(_ input: ApplicationInput, into reply: ByteWriter) throws(CallError) {
        defer { self.state.pointee.stepsLeft -= self.evaluator.steps }
        try self.evaluator.answer(input, self.options, into: reply)
    }
}

extension BatchRequest {
    /// What is asked about all its applications.
    fileprivate var options: EvaluationOptions {
        EvaluationOptions(
            stage: Stage(rawValue: self.stage) ?? .application,
            assumesUnsetBarsAbsent: self.assumesUnsetBarsAbsent,
            explains: self.explain != 0,
            usesLedger: self.usesLedger
        )
    }
}
