//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy
package import GrantdSchema

/// An `EvaluateColumnsRequest` on its way: some rows a step, then a column of the reply a step. Belongs to its engine's thread.
package final class ColumnsJob: SlicedJob {
    package let usesLedger: Bool
    package let unitsBetweenClocks = 32

    private let engine: Engine
    private let evaluator: Evaluator
    private let reader: ApplicationReader
    private let arena: Arena
    private let options: EvaluationOptions
    private let entry: PolicySet.Entry
    private let rows: ColumnRows
    private let answer: ColumnsAnswer
    /// What a text that the rows share lies in.
    private let texts: Arena
    /// Behind a pointer and not in the class: every access of a class's variable is checked for exclusivity as the program runs.
    private let state: UnsafeMutablePointer<State>
    /// What is still to be written; nil while rows are assessed.
    private var unwritten: [(path: String, column: any ReplyColumn)]?

    /// How far it is.
    private struct State: BitwiseCopyable {
        var row: Int
        /// What the rows that are left may cost.
        var stepsLeft: Int64
    }

    /// Looks at the request from all sides but its rows'.
    ///
    /// - Parameter bytes: They outlive the job.
    init(_ engine: Engine, _ bytes: UnsafeRawBufferPointer, _ arena: Arena) throws(CallError) {
        let request = try ColumnsRequest(bytes, engine.decoders.columns)
        let compiled = engine.compiled
        let limits = engine.limits
        let texts = Arena(limit: limits.arenaBytes, retained: 4096)
        let entry = try Self.entry(request, compiled, texts)
        var asOf: UnsafePointer<CChar>?
        if let day = request.asOf {
            let text = try Self.text(day, texts, field: "as_of")
            guard civilDay(text) != nil else { throw .badRequest(notADate(text), field: "as_of") }
            asOf = text
        }
        let rows = try Self.rows(request, limits)
        let layout = try ColumnRows(
            request,
            rows: rows,
            asOf: asOf,
            entry: entry,
            compiled,
            arena,
            limits
        )
        self.engine = engine
        self.evaluator = engine.evaluator
        self.reader = ApplicationReader(compiled.reading, arena)
        self.arena = arena
        self.options = request.options
        self.usesLedger = request.options.usesLedger
        self.entry = compiled.policies.entries[entry]
        self.rows = layout
        self.answer = ColumnsAnswer(rows: rows, entry: self.entry, compiled.plans)
        self.texts = texts
        self.state = .allocate(capacity: 1)
        self.state.initialize(to: State(row: 0, stepsLeft: limits.callSteps))
    }

    deinit {
        self.state.deallocate()
        self.engine.retire(self.arena)
    }

    // MARK: - The request

    private static func entry(
        _ request: ColumnsRequest,
        _ compiled: CompiledPolicies,
        _ texts: Arena
    ) throws(CallError) -> Int {
        guard let measure = request.measure else {
            throw .badRequest(
                "the measure must be set, with its programme: medical-device.common-platform",
                field: "measure"
            )
        }
        if let entry = compiled.reading.index.entry(try Self.text(measure, texts, field: "measure")) { return entry }
        let name = String(decoding: measure, as: UTF8.self)
        let nearest = Suggestion.nearest(to: name, among: compiled.policies.entries.map(\.id))
        let hint = nearest.map { "; did you mean \($0)?" } ?? "; ListMeasures names all"
        throw .badRequest("no such measure" + hint, field: "measure")
    }

    private static func rows(_ request: ColumnsRequest, _ limits: EngineLimits) throws(CallError) -> Int {
        guard let rows = request.rows else {
            throw .badRequest("the number of rows must be set", field: "rows")
        }
        let most = request.options.explains ? limits.explainedColumnRows : limits.columnRows
        guard (0...most).contains(rows) else {
            throw .badRequest(
                "a call has 0 to \(limits.columnRows) rows, \(limits.explainedColumnRows) with explanations; this one has \(rows)",
                field: "rows"
            )
        }
        return rows
    }

    private static func text(
        _ bytes: UnsafeRawBufferPointer,
        _ arena: Arena,
        field: String
    ) throws(CallError) -> UnsafePointer<CChar> {
        do throws(Arena.TextFault) {
            return try arena.text(bytes)
        } catch {
            throw .badRequest(error.message, field: field)
        }
    }

    // MARK: - Steps

    package var heldBytes: Int { self.answer.bytes }

    package func step(
        maximum: Int,
        with ledger: (any LedgerReading)?,
        into reply: ByteWriter
    ) throws(CallError) -> Bool {
        if self.unwritten != nil { return try self.write(into: reply) }
        for _ in 0..<max(maximum, 1) {
            let row = self.state.pointee.row
            guard row < self.rows.count else { break }
            self.state.pointee.row = row + 1
            self.assess(row, ledger)
            // It may have cost as much as hundreds of others: the caller looks at the clock.
            if self.rows.hasLists, self.rows.entryCount(row) > Self.manyEntries { break }
        }
        if self.answer.bytes > reply.limit { throw .replyTooLarge }
        if self.state.pointee.row >= self.rows.count {
            // The last one first.
            self.unwritten = self.answer.columns().reversed()
            reply.write(field: ReplyField.ColumnsResponse.rows, varint: Int64(self.rows.count))
        }
        return false
    }

    /// What most rows stay under.
    private static let manyEntries = 32

    package func rehearse(maximum: Int, with ledger: any LedgerReading, into scratch: ByteWriter) {
        let first = self.state.pointee.row
        guard self.unwritten == nil else { return }
        for row in first..<min(first + max(maximum, 1), self.rows.count) {
            // What is wrong is told when the step is taken.
            try? self.rehearse(row, ledger)
        }
    }

    private func rehearse(_ row: Int, _ ledger: any LedgerReading) throws(CallError) {
        self.arena.reset()
        try self.rows.lay(row)
        var input = try self.reader.application(self.rows.application)
        _ = try self.join(&input, ledger)
    }

    private func assess(_ row: Int, _ ledger: (any LedgerReading)?) {
        do throws(CallError) {
            guard self.state.pointee.stepsLeft > 0 else { throw .callOverBudget(self.engine.limits) }
            self.arena.reset()
            try self.rows.lay(row)
            var input = try self.reader.application(self.rows.application)
            var told: LedgerJoin.Told?
            if let ledger { told = try self.join(&input, ledger) }
            let plan = try self.plan(input)
            if self.options.explains { try self.answer.explain(row, plan, input, self.evaluator) }
            if let told { self.answer.add(row, told) }
            self.answer.add(row, plan, self.evaluator)
        } catch {
            self.answer.add(row, error)
        }
    }

    /// Assesses a row; what it costs, answered or not, is the whole call's.
    private func plan(_ input: ApplicationInput) throws(CallError) -> UnsafePointer<MeasurePlan> {
        defer { self.state.pointee.stepsLeft -= self.evaluator.steps }
        return try self.evaluator.assess(input, self.options)
    }

    private func join(_ input: inout ApplicationInput, _ ledger: any LedgerReading) throws(CallError) -> LedgerJoin.Told
    {
        let join = LedgerJoin(ledger, self.engine.compiled, self.arena)
        return try join.join(&input, awards: self.engine.layout.awards.entries(self.rows.application))
    }

    /// Writes the next column, or what stands behind them.
    private func write(into reply: ByteWriter) throws(CallError) -> Bool {
        let next = self.unwritten?.popLast()
        if let next {
            next.column.encoded(next.path).write(field: ReplyField.ColumnsResponse.columns, into: reply)
        } else {
            self.answer.writeEnd(of: self.engine.compiled.policies.programmes[self.entry.programme], into: reply)
        }
        if reply.isOverLimit { throw .replyTooLarge }
        return next == nil
    }
}
