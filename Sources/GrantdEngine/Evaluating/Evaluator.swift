//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdSchema

/// From an application to its assessment: decided, written, explained where that is asked for. One for each engine.
final class Evaluator {
    let assessor: Assessor
    private let writer: AssessmentWriter
    private let explainer: Explainer
    private let plans: UnsafePointer<MeasurePlan>
    /// What the plain data beside it lies in.
    private let owners: (ReadingPlan, Plans)

    init(
        _ reading: ReadingPlan,
        _ plans: Plans,
        _ explanations: ExplanationPlans,
        calendar: WorkingCalendar,
        limits: EngineLimits
    ) {
        self.assessor = Assessor(
            plans.details,
            emptyApplicant: reading.emptyApplicant,
            calendar: calendar,
            limits: limits
        )
        self.writer = AssessmentWriter(self.assessor)
        self.explainer = Explainer(explanations)
        self.plans = plans.versions
        self.owners = (reading, plans)
    }

    /// Assesses one application, on a budget of its own, and writes its assessment.
    func answer(
        _ input: ApplicationInput,
        _ options: EvaluationOptions,
        into reply: ByteWriter
    ) throws(CallError) {
        let plan = try self.assess(input, options)
        try self.write(plan, input, options, into: reply)
    }

    /// Assesses one application, on a budget of its own; what comes of it stands in the assessor's decision.
    func assess(_ input: ApplicationInput, _ options: EvaluationOptions) throws(CallError) -> UnsafePointer<MeasurePlan>
    {
        self.assessor.beginCall()
        return try self.decide(input, options)
    }

    /// What the last assessment has cost.
    var steps: Int64 { self.assessor.workspace.spent }

    /// Appends the reasoning of what was just decided, as fields of an assessment.
    ///
    /// - Returns: Whether there was room.
    func explain(_ plan: UnsafePointer<MeasurePlan>, _ input: ApplicationInput, into reply: ByteWriter) -> Bool {
        self.explainer.explain(plan, input, self.assessor, into: reply)
    }

    /// Assesses one application; what comes of it stands in the assessor's decision.
    func decide(_ input: ApplicationInput, _ options: EvaluationOptions) throws(CallError) -> UnsafePointer<MeasurePlan>
    {
        let plan = self.plans + input.version.index
        if input.version.isInForce {
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
        guard self.writer.write(plan, input, explains: options.explains, into: reply) else { throw .replyTooLarge }
        if options.explains {
            guard self.explainer.explain(plan, input, self.assessor, into: reply) else { throw .replyTooLarge }
        }
        guard self.assessor.decision.pointee.outcome == .undetermined, self.assessor.missing.omitted > 0 else { return }
        reply.write(field: ReplyField.Assessment.missingOmitted, varint: Int64(self.assessor.missing.omitted))
    }
}
