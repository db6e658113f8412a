//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// One version of a measure, made ready for evaluation: programs in one row, and every part of an answer that does not
/// hang on the application encoded already.
///
/// Plain pointers into memory of its ``MeasureDetails``, which lives as long as the engine: reading a plan counts no
/// references.
struct MeasurePlan: BitwiseCopyable {
    /// Marks a ``Decision/bindingCap`` that is not one of the measure's caps: what else uses the measure up.
    static let usedUpCap = -2

    /// The index of the version among the policy set's measures.
    let version: Int
    /// The number of `grantd.v1.Basis.Value`.
    let basis: Int32
    /// The version's, in days since 1970-01-01.
    let firstDay: Int32
    /// The definitions come first.
    let programs: UnsafeBufferPointer<Unmanaged<ProgramBox>>
    let definitionCount: Int
    /// The index of the first definition among the programs' inputs.
    let firstDefinition: Int
    /// A rule or the award reads a definition; if not, they are evaluated for the lines alone.
    let rulesUseDefinitions: Bool
    let rules: UnsafeBufferPointer<RulePlan>
    /// Refusals, or a condition of being in force: asked before anything else.
    let hasPreconditions: Bool
    /// The condition of being in force, as an index of the programs; -1: none.
    let inForceCondition: Int
    /// By refusal, its condition as an index of the programs.
    let refusals: UnsafeBufferPointer<Int>
    /// What else uses the measure up, as an index of the programs; -1: nothing.
    let usedUp: Int
    /// The assessment's `binding_cap` where it is used up so, with its tag and length.
    let usedUpBinding: Segment
    /// What the calculator needs known, as an index of the programs; -1: there is no calculator.
    let calculatorNeeds: Int
    let caps: UnsafeBufferPointer<CapPlan>
    let lines: UnsafeBufferPointer<LinePlan>
    /// By fact of the measure.
    let missing: UnsafeBufferPointer<MissingPlan>
    /// By field of the facts message and of the applicant, the index of the fact; -1 where the measure describes none.
    let factIndices: UnsafeBufferPointer<Int>
    let applicantIndices: UnsafeBufferPointer<Int>
    let award: AwardPlan?
    /// A rule, a cap or a condition goes by subject.
    let hangsOnSubject: Bool
    /// A cap or the once-only rule goes by earlier awards, whatever the facts.
    let hangsOnAwards: Bool
    /// The most calendar years that a cap over several spans; 0: none does.
    let capYears: Int
    /// A condition reads the earlier awards, the subject.
    let readsAwards: Bool
    let readsSubject: Bool
    /// The basis has a figure that is a most.
    let reportsPotential: Bool
    /// A line is part of the result: its facts are asked for.
    let asksLines: Bool
    /// A line sums facts.
    let linesCanFail: Bool
    let segments: MeasureSegments

    /// The index of the fact that is a field of an input; `nil` where the measure describes none.
    func missingIndex(input: Int, field: Int) -> Int? {
        guard input <= ProgramInputs.applicant else { return nil }
        let indices = input == ProgramInputs.facts ? self.factIndices : self.applicantIndices
        guard indices.indices.contains(field), indices[field] >= 0 else { return nil }
        return indices[field]
    }
}
