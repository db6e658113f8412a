//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdSchema

/// `Evaluate`, `EvaluateBatch`, `EvaluateColumns` and `Screen` by what the book has.
final class EvaluationTask: LedgerTask {
    let target = LedgerTarget.ledger
    let writes = false
    let reply: ByteWriter
    private let engine: Engine
    private let request: UnsafeRawBufferPointer
    private let method: Method
    private let job: (any SlicedJob)?

    /// The most applications of a turn.
    private static let applicationsOfTurn = 64

    /// Begins a call.
    ///
    /// - Parameter request: outlives the task.
    init(_ request: UnsafeRawBufferPointer, _ method: Method, _ engine: Engine, limits: Limits) throws(CallError) {
        self.engine = engine
        self.request = request
        self.method = method
        self.job =
            switch method {
            case .evaluateBatch: try engine.beginBatch(request)
            case .evaluateColumns: try engine.beginColumns(request)
            default: nil
            }
        self.reply = ByteWriter(limit: limits.replyBytes)
    }

    var weight: Int { self.method == .evaluate ? 1 : Self.applicationsOfTurn }

    func prepare(_ needs: LedgerNeeds) throws(CallError) {
        let mark = self.reply.count
        defer { self.reply.truncate(to: mark) }
        if let job = self.job {
            job.rehearse(maximum: Self.applicationsOfTurn, with: needs, into: self.reply)
        } else {
            try self.answer(needs)
        }
    }

    func work(in step: LedgerStep, until isOver: () -> Bool) throws(CallError) -> Bool {
        if let job = self.job {
            return try job.step(maximum: Self.applicationsOfTurn, with: step, into: self.reply)
        }
        try self.answer(step)
        if self.reply.isOverLimit { throw Refusal.replyTooLarge }
        return true
    }

    private func answer(_ ledger: any LedgerReading) throws(CallError) {
        if self.method == .screen {
            try self.engine.screen(self.request, with: ledger, into: self.reply)
        } else {
            try self.engine.evaluate(self.request, with: ledger, into: self.reply)
        }
    }
}
