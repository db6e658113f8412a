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
package final class Engine {
    let layout: RequestLayout
    let plans: Plans
    let limits: EngineLimits
    let assessor: Assessor
    let explainer: Explainer
    let decodings: Decodings
    private let arena: Arena
    private let intake: Intake
    private let compiled: CompiledPolicies
    /// Assessments that wait for their place in a screening's order.
    private let scratch: ByteWriter
    private var idleArenas: [Arena] = []

    /// Makes an engine that answers by these policies.
    package init(_ compiled: CompiledPolicies, limits: EngineLimits = .defaults) {
        self.compiled = compiled
        self.layout = compiled.layout
        self.plans = compiled.plans
        self.limits = limits
        self.assessor = Assessor(
            compiled.plans.details,
            emptyApplicant: compiled.layout.applicantType.emptyInstance.address,
            calendar: compiled.policies.references.calendar
        )
        self.explainer = Explainer(compiled)
        self.decodings = Decodings(compiled.decoding, listEntries: limits.listEntries)
        self.arena = Arena(limit: limits.arenaBytes, retained: limits.retainedArenaBytes)
        self.intake = Intake(compiled.layout, compiled.plans, self.arena)
        self.scratch = ByteWriter(limit: limits.arenaBytes)
    }

    /// Makes an engine of its own, which shares nothing with others.
    package convenience init(policies: PolicySet, limits: EngineLimits = .defaults) {
        self.init(CompiledPolicies(policies), limits: limits)
    }

    // MARK: - Calculator

    /// Answers an `EvaluateRequest` with an `Assessment`, appended to `reply`.
    ///
    /// - Throws: A bad request with the field it is about, relative to the application; over a limit. The caller
    ///   then throws `reply` away.
    package func evaluate(_ request: UnsafeRawBufferPointer, into reply: ByteWriter) throws(CallError) {
        self.arena.reset()
        let base = try self.decodings.evaluate.decode(request, into: self.arena)
        guard let application = self.layout.evaluateApplication.message(base) else {
            throw .badRequest("the application must be set", field: "application")
        }
        let input = try self.intake.application(application)
        try self.answer(input, self.layout.evaluateOptions.read(base), into: reply)
    }

    /// Begins an `EvaluateBatchRequest`. The job keeps a copy of the request.
    ///
    /// - Throws: A bad request, over a limit. What is wrong with one application only stands beside its own result
    ///   instead.
    package func beginBatch(_ request: UnsafeRawBufferPointer) throws(CallError) -> BatchJob {
        let arena =
            self.idleArenas.popLast() ?? Arena(limit: self.limits.arenaBytes, retained: self.limits.retainedArenaBytes)
        return try BatchJob(self, request, arena)
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
        let base = try self.decodings.screen.decode(request, into: self.arena)
        self.scratch.reset()
        var screening = Screening(self, base, self.intake, self.scratch)
        try screening.run(into: reply)
    }

    // MARK: - Catalogue

    /// Answers a `ListMeasuresRequest` with a `ListMeasuresResponse`, appended to `reply`.
    package func listMeasures(_ request: UnsafeRawBufferPointer, into reply: ByteWriter) throws(CallError) {
        self.arena.reset()
        let base = try self.decodings.list.decode(request, into: self.arena)
        try self.compiled.catalogue.list(
            asOf: self.layout.listAsOf.text(base),
            programme: self.layout.listProgramme.text(base),
            into: reply
        )
    }

    /// Answers a `DescribeMeasureRequest` with a `MeasureDescription`, appended to `reply`.
    package func describeMeasure(_ request: UnsafeRawBufferPointer, into reply: ByteWriter) throws(CallError) {
        self.arena.reset()
        let base = try self.decodings.describe.decode(request, into: self.arena)
        try self.compiled.catalogue.describe(
            self.layout.describeMeasure.text(base),
            asOf: self.layout.describeAsOf.text(base),
            index: self.plans.index,
            into: reply
        )
    }

    /// Answers a `ListDocumentsRequest` with a `ListDocumentsResponse`, appended to `reply`.
    package func listDocuments(_ request: UnsafeRawBufferPointer, into reply: ByteWriter) throws(CallError) {
        self.arena.reset()
        let base = try self.decodings.documents.decode(request, into: self.arena)
        try self.compiled.documents.list(
            asOf: self.layout.documentsAsOf.text(base),
            number: self.layout.documentsNumber.text(base),
            into: reply
        )
    }

    /// Answers a `GetSchemaRequest` with a `Schema`, appended to `reply`.
    package func getSchema(_ request: UnsafeRawBufferPointer, into reply: ByteWriter) throws(CallError) {
        self.arena.reset()
        let base = try self.decodings.schema.decode(request, into: self.arena)
        try self.compiled.catalogue.schema(known: self.layout.schemaDigest.text(base), into: reply)
    }
}

// MARK: - What the calls share

extension Engine {
    /// Assesses one application and writes its assessment.
    func answer(
        _ input: ApplicationInput,
        _ options: EvaluationOptions,
        into reply: ByteWriter
    ) throws(CallError) {
        let plan = try self.decide(input, options)
        try self.write(plan, input, options, into: reply)
    }

    /// Assesses one application; what comes of it stands in the assessor's decision.
    func decide(_ input: ApplicationInput, _ options: EvaluationOptions) throws(CallError) -> UnsafePointer<MeasurePlan>
    {
        let (index, isInForce) = self.plans.version(of: input.entry, on: input.asOf)
        let plan = self.plans.versions + index
        if isInForce {
            try self.assessor.assess(plan, input, options)
        } else {
            self.assessor.decision.pointee.reset()
        }
        return plan
    }

    /// Writes the assessment that was just decided.
    func write(
        _ plan: UnsafePointer<MeasurePlan>,
        _ input: ApplicationInput,
        _ options: EvaluationOptions,
        into reply: ByteWriter
    ) throws(CallError) {
        let writer = AssessmentWriter(
            plan: plan,
            decision: UnsafePointer(self.assessor.decision),
            missing: self.assessor.missing,
            workspace: self.assessor.workspace,
            explains: options.explains
        )
        guard writer.write(input, into: reply) else { throw .replyTooLarge }
        guard options.explains else { return }
        guard self.explainer.explain(plan, input, self.assessor, into: reply) else { throw .replyTooLarge }
    }
}

extension CallError {
    /// The reply would be larger than a reply may be.
    static let replyTooLarge = CallError.overLimit("the reply is over its limit; ask for less in one call")
}
