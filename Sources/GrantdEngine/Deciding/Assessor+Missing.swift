//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy

/// What a decision waits for.
extension Assessor {
    /// Lists what the decision waits for: rules in their order, then the earlier awards and the subject, then what the
    /// award needs.
    func collectMissing(_ plan: UnsafePointer<MeasurePlan>) throws(CallError) {
        let decision = self.decision
        self.missing.reset()
        self.workspace.beginListing()
        for index in plan.pointee.rules.indices where decision.pointee.verdicts[index] == .unknown {
            let value = decision.pointee.waiting[index]
            if plan.pointee.rules[index].kind == .alreadyAwarded {
                if decision.pointee.awardsAreMissing {
                    self.missing.addPriorAwards()
                } else {
                    self.missing.addSubject()
                }
            } else if let field = plan.pointee.rules[index].field, value.kind == .unset {
                self.missing.add(fact: field.fact)
            } else {
                self.addUnknowns(of: value, plan)
            }
        }
        if decision.pointee.awardsAreMissing { self.missing.addPriorAwards() }
        if decision.pointee.subjectIsMissing { self.missing.addSubject() }
        if decision.pointee.usedUpIsOpen { try self.addUnknowns(in: plan.pointee.usedUp, plan) }
        if decision.pointee.figureIsOpen, let award = plan.pointee.award {
            for step in award.steps {
                switch step {
                case .field(let field, _): self.missing.add(fact: field.fact)
                case .base(let program), .table(let program, _, _, _):
                    try self.addUnknowns(in: program, plan)
                default: continue
                }
            }
        }
        if decision.pointee.linesWait { try self.addUnknownsOfLines(plan) }
    }

    private func addUnknownsOfLines(_ plan: UnsafePointer<MeasurePlan>) throws(CallError) {
        let lines = plan.pointee.lines
        for index in lines.indices where lines[index].isAsked && self.decision.pointee.lines[index].kind == .unset {
            if lines[index].when >= 0 {
                let condition = try self.addUnknowns(in: lines[index].when, plan)
                guard condition.asBool == true else { continue }
            }
            try self.addUnknowns(in: lines[index].value, plan)
        }
    }

    /// Lists what a program waits for, which has been evaluated before: an error now is one of memory.
    @discardableResult
    private func addUnknowns(
        in program: Int,
        _ plan: UnsafePointer<MeasurePlan>
    ) throws(CallError) -> Value {
        let value = self.value(program, plan)
        if value.isError { throw self.error(value, in: program, of: plan) }
        self.addUnknowns(of: value, plan)
        return value
    }

    func addUnknowns(of value: Value, _ plan: UnsafePointer<MeasurePlan>) {
        guard value.isUnknown || value.kind == .list else { return }
        let missing = self.missing
        let awardsAreUnknown = self.decision.pointee.awardsAreUnknown
        self.workspace.forEachFurtherUnknown(of: value) { attribute in
            if case .field(let field) = attribute.step, let parent = attribute.parent,
                case .input(let input) = parent.step,
                let index = plan.pointee.missingIndex(input: input, field: field)
            {
                missing.add(fact: index)
            } else if case .input(ProgramInputs.priorAwards) = attribute.step {
                missing.addPriorAwards()
            } else if case .input(ProgramInputs.subject) = attribute.step {
                // The subject is asked for where an award is reported, not where nobody has looked for any.
                if !awardsAreUnknown { missing.addSubject() }
            } else {
                missing.add(self.details[plan.pointee.version].nested(attribute))
            }
        }
    }
}
