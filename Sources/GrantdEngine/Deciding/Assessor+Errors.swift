//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy

/// Why an application cannot be decided.
extension Assessor {
    func error(_ value: Value, in program: Int, of plan: UnsafePointer<MeasurePlan>) -> CallError {
        let error = self.workspace.error(of: value)
        let details = self.details[plan.pointee.version]
        switch error?.code {
        case .costExceeded?, .cancelled?:
            return self.overBudget(
                error?.code ?? .costExceeded,
                details.name(of: program),
                field: details.field(of: program),
                plan
            )
        case .memoryExceeded?:
            return .overLimit(
                "the facts cannot be evaluated: \(error?.text ?? ""); send fewer entries in one application",
                field: details.field(of: program)
            )
        default: break
        }
        let remedy =
            switch error?.code {
            case .overflow: "; sums and products must stay within 2^63 - 1"
            case .outOfRange: "; days must stay within the years 1 to 9999"
            default: ""
            }
        return .badRequest(
            "the facts cannot be evaluated: \(error?.text ?? "a value of another type")\(remedy)",
            field: self.details[plan.pointee.version].field(of: program)
        )
    }

    /// The call has taken more than it may, or nobody waits for it any more.
    func overBudget(
        _ code: EvaluationError.Code,
        _ part: String,
        field: String,
        _ plan: UnsafePointer<MeasurePlan>
    ) -> CallError {
        guard code != .cancelled else { return self.cancellation }
        let measure = self.details[plan.pointee.version].measure.id
        return .overLimit(
            "\(part) of \(measure) goes beyond the \(self.steps) steps that a call may take; send fewer entries in one call",
            field: field
        )
    }

    func tooLarge(_ award: AwardPlan, _ plan: UnsafePointer<MeasurePlan>) -> CallError {
        .badRequest(
            "the award comes to more than 2^63 - 1 fen; a smaller sum is wanted",
            field: award.programs.first.map { self.details[plan.pointee.version].field(of: $0) } ?? "facts"
        )
    }
}
