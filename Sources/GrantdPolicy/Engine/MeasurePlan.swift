//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One version of a measure, made ready for evaluation: programs in one row, and every part of an answer that does not
/// hang on the application encoded already.
///
/// Plain pointers into memory of its ``MeasureDetails``, which lives as long as the engine: reading a plan counts no
/// references.
struct MeasurePlan: BitwiseCopyable {
    /// The index of the first definition among the programs' inputs.
    static let definitionsInput = 3

    /// The index of the version among the policy set's measures.
    let version: Int
    /// The definitions come first.
    let programs: UnsafeBufferPointer<Unmanaged<ProgramBox>>
    let definitionCount: Int
    /// A rule or the award reads a definition; if not, they are evaluated for the lines alone.
    let rulesUseDefinitions: Bool
    let rules: UnsafeBufferPointer<RulePlan>
    let caps: UnsafeBufferPointer<CapPlan>
    let lines: UnsafeBufferPointer<LinePlan>
    /// By fact of the measure.
    let missing: UnsafeBufferPointer<MissingPlan>
    let award: AwardPlan?
    /// A rule or a cap goes by subject.
    let hangsOnSubject: Bool
    /// The basis has a figure that is a most.
    let reportsPotential: Bool
    /// A line sums facts.
    let linesCanFail: Bool
    let segments: MeasureSegments
}
