//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
package import GrantdPolicy
package import GrantdSchema

/// Answers the calls of `grantd.v1.Calculator` and `grantd.v1.Catalogue`: bytes of a request in, bytes of a reply out.
///
/// An engine belongs to one thread. Its memory is used again for every call: once it has grown to what the calls need,
/// evaluating one application without explanations allocates nothing from the heap. The same request and the same
/// policies give the same bytes.
///
/// The module's folders stand in one order, and each uses those before it alone: `Calls`, `Encoding`, `Reading`, `Calculators`,
/// `Planning`; `Deciding`, `Explaining`, `Writing`, `Evaluating`; `Catalogue`, `Auction`, `Compiling`; `Ledger`, `Screening`,
/// `Answering`, `Batches`, `Columns`.
package final class Engine {
    let limits: EngineLimits
    let evaluator: Evaluator
    let decoders: RequestDecoders
    let layout: RequestLayout
    private let catalogueRequests: CatalogueRequests
    let arena: Arena
    let reader: ApplicationReader
    /// What it decides by.
    package let compiled: CompiledPolicies
    /// Assessments that wait for their place in a screening's order.
    let scratch: ByteWriter
    private var idleArenas: [Arena] = []

    /// Makes an engine that answers by these policies.
    package init(_ compiled: CompiledPolicies, limits: EngineLimits = .defaults) {
        self.compiled = compiled
        self.layout = compiled.reading.layout
        self.limits = limits
        self.evaluator = Evaluator(
            compiled.reading,
            compiled.plans,
            compiled.explanations,
            calendar: compiled.policies.references.calendar,
            limits: limits
        )
        self.decoders = RequestDecoders(compiled.decoding, listEntries: limits.listEntries)
        self.arena = Arena(limit: limits.arenaBytes, retained: limits.retainedArenaBytes)
        self.catalogueRequests = CatalogueRequests(
            compiled.decoding,
            listEntries: limits.listEntries,
            self.arena
        )
        self.reader = ApplicationReader(compiled.reading, self.arena)
        self.scratch = ByteWriter(limit: limits.arenaBytes)
    }

    /// Asked every 65,536 steps or so of a call (0.3 ms), on the engine's thread: true where nobody waits for the reply any
    /// more. The call then ends as ``CallError/cancelled``; of a batch, each application from there on. The default is nil:
    /// nobody is asked. Not for an engine of which ``preemptCalls(afterSteps:)`` was called: that takes its place.
    package var isCancelled: (() -> Bool)? {
        get { self.evaluator.assessor.workspace.isCancelled }
        set { self.evaluator.assessor.workspace.isCancelled = newValue }
    }

    /// From here on a call that takes more than so many steps ends as ``CallError/preempted``: who answers here has others to
    /// serve.
    package func preemptCalls(afterSteps steps: Int) {
        let assessor = self.evaluator.assessor
        assessor.workspace.stepsBetweenLooks = Int64(steps)
        assessor.workspace.isCancelled = { true }
        assessor.cancellation = .preempted
    }

    /// Makes an engine of its own, which shares nothing with others.
    package convenience init(policies: PolicySet, limits: EngineLimits = .defaults) {
        self.init(CompiledPolicies(policies), limits: limits)
    }

    // MARK: - Calculator

    /// Answers an `EvaluateRequest` with an `Assessment`, appended to `reply`.
    ///
    /// - Throws: A bad request with the field it is about, relative to the application; over a limit;
    ///   ``CallError/needsLedger``. The caller then throws `reply` away.
    package func evaluate(_ request: UnsafeRawBufferPointer, into reply: ByteWriter) throws(CallError) {
        self.arena.reset()
        let base = try self.decoders.evaluate.decode(request, into: self.arena)
        guard let application = self.layout.evaluateApplication.message(base) else {
            throw .badRequest("the application must be set", field: "application")
        }
        let options = self.layout.evaluateOptions.read(base)
        if options.usesLedger { throw .needsLedger }
        let input = try self.reader.application(application)
        try self.evaluator.answer(input, options, into: reply)
    }

    /// Room for what a job has taken beside this engine's own calls, until ``retire(_:)``.
    func takeArena() -> Arena {
        self.idleArenas.popLast() ?? Arena(limit: self.limits.arenaBytes, retained: self.limits.retainedArenaBytes)
    }

    /// Takes the arena of a finished job back.
    func retire(_ arena: Arena) {
        arena.reset()
        if self.idleArenas.count < 8 { self.idleArenas.append(arena) }
    }

    /// Answers a `ScreenRequest` with a `ScreenResponse`, appended to `reply`.
    ///
    /// - Throws: As ``evaluate(_:into:)``; a field inside a known application begins with `known[0].`.
    package func screen(_ request: UnsafeRawBufferPointer, into reply: ByteWriter) throws(CallError) {
        self.arena.reset()
        let base = try self.decoders.screen.decode(request, into: self.arena)
        if self.layout.screenOptions.read(base).usesLedger { throw .needsLedger }
        try self.screen(base, nil, into: reply)
    }

    /// Screens a decoded request, with what the book has where that is asked for.
    func screen(_ base: UnsafeRawPointer, _ join: LedgerJoin?, into reply: ByteWriter) throws(CallError) {
        self.scratch.reset()
        self.evaluator.assessor.beginCall()
        var screening = Screening(
            base,
            reading: self.compiled.reading,
            self.compiled.screening,
            self.reader,
            self.evaluator,
            self.scratch,
            join
        )
        try screening.run(into: reply)
    }

    // MARK: - Catalogue

    /// Answers a `ListMeasuresRequest` with a `ListMeasuresResponse`, appended to `reply`.
    package func listMeasures(_ request: UnsafeRawBufferPointer, into reply: ByteWriter) throws(CallError) {
        self.arena.reset()
        let request = try self.catalogueRequests.listMeasures(request)
        try self.compiled.catalogue.list(asOf: request.asOf, programme: request.programme, into: reply)
    }

    /// Answers a `DescribeMeasureRequest` with a `MeasureDescription`, appended to `reply`.
    package func describeMeasure(_ request: UnsafeRawBufferPointer, into reply: ByteWriter) throws(CallError) {
        self.arena.reset()
        let request = try self.catalogueRequests.describeMeasure(request)
        try self.compiled.catalogue.describe(
            request.measure,
            asOf: request.asOf,
            index: self.compiled.reading.index,
            into: reply
        )
    }

    /// Answers a `ListDocumentsRequest` with a `ListDocumentsResponse`, appended to `reply`.
    package func listDocuments(_ request: UnsafeRawBufferPointer, into reply: ByteWriter) throws(CallError) {
        self.arena.reset()
        let request = try self.catalogueRequests.listDocuments(request)
        try self.compiled.documents.list(asOf: request.asOf, number: request.number, into: reply)
    }

    /// Answers a `GetSchemaRequest` with a `Schema`, appended to `reply`.
    package func getSchema(_ request: UnsafeRawBufferPointer, into reply: ByteWriter) throws(CallError) {
        self.arena.reset()
        try self.compiled.catalogue.schema(known: try self.catalogueRequests.getSchema(request), into: reply)
    }
}
