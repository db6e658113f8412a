//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// Decides applications, one at a time: rules, caps, award. What it decides stands in ``decision`` until the next one.
final class Assessor {
    let decision = Decision()
    let workspace: Workspace
    /// The inputs of the programs: `facts`, `applicant`, `as_of`, the definitions.
    let inputs: UnsafeMutablePointer<Value>
    private let emptyApplicant: UnsafeRawPointer

    /// Makes an assessor whose measures have at most `definitions` definitions.
    ///
    /// - Parameter emptyApplicant: The struct of an applicant of whom nothing is known; it outlives the assessor.
    init(definitions: Int, emptyApplicant: UnsafeRawPointer) {
        self.workspace = Workspace()
        let count = MeasurePlan.definitionsInput + definitions
        self.inputs = .allocate(capacity: count)
        self.inputs.initialize(repeating: .unset, count: count)
        self.emptyApplicant = emptyApplicant
    }

    deinit {
        self.inputs.deallocate()
    }

    /// Decides one application for a version of its measure that is in force.
    ///
    /// - Throws: A bad request where a sum of facts goes beyond 2^63 - 1, or a condition comes to an error otherwise.
    func assess(
        _ plan: MeasurePlan,
        _ input: ApplicationInput,
        _ options: EvaluationOptions
    ) throws(CallError) {
        let decision = self.decision
        decision.reset(rules: plan.ruleCount, caps: plan.caps.count, facts: plan.missing.count)
        decision.isDisbursement = options.isDisbursement
        self.workspace.reset()
        self.inputs[0] = .record(input.facts)
        self.inputs[1] = .record(input.applicant ?? self.emptyApplicant)
        self.inputs[2] = .date(days: input.asOf)
        for index in 0..<plan.definitionCount {
            self.inputs[MeasurePlan.definitionsInput + index] =
                plan.programs[plan.firstDefinition + index].evaluate(self.inputs, self.workspace)
        }

        var use = PriorUse()
        if !input.priorAwards.isEmpty {
            use.add(
                of: input.entry,
                in: input.priorAwards,
                subject: input.subject,
                day: input.asOf,
                year: input.year
            )
        }
        decision.subjectIsMissing = plan.hangsOnSubject && input.subject == nil && use.exists

        let (fails, waits) = try self.ask(plan, use, options)
        try self.decideAmount(plan, use, rulesFail: fails, rulesWait: waits)
        if decision.outcome == .undetermined { self.collectMissing(plan) }
        if decision.outcome.isDecidedForApplicant || plan.linesCanFail { try self.draw(plan) }
    }

    // MARK: - Rules

    /// Asks every rule.
    private func ask(
        _ plan: MeasurePlan,
        _ use: PriorUse,
        _ options: EvaluationOptions
    ) throws(CallError) -> (fails: Bool, waits: Bool) {
        let decision = self.decision
        var fails = false
        var waits = false
        var assumes = false
        for index in 0..<plan.ruleCount {
            let rule = plan.rules[index]
            if rule.isDisbursementOnly, !options.isDisbursement {
                decision.set(.notAsked, rule: index)
                continue
            }
            if rule.kind == .alreadyAwarded {
                if use.existsForSubject {
                    decision.set(.fail, rule: index)
                    fails = true
                } else if decision.subjectIsMissing {
                    decision.setUnknown(.unset, rule: index)
                    waits = true
                } else {
                    decision.set(.pass, rule: index)
                }
                continue
            }
            var value = plan.programs[rule.condition].evaluate(self.inputs, self.workspace)
            var verdictWhenClear = Verdict.pass
            if value.isUnknown, options.assumesUnsetBarsAbsent, rule.isAssumable {
                value = plan.programs[rule.assuming].evaluate(self.inputs, self.workspace)
                verdictWhenClear = .assumed
            }
            if let holds = value.asBool {
                if holds == (rule.kind == .requirement) {
                    decision.set(verdictWhenClear, rule: index)
                    assumes = assumes || verdictWhenClear == .assumed
                } else {
                    decision.set(.fail, rule: index)
                    fails = true
                }
            } else if value.isUnknown {
                decision.setUnknown(value, rule: index)
                waits = true
            } else {
                throw self.error(value, in: rule.condition, of: plan)
            }
        }
        decision.allPass = !fails && !waits && !assumes
        return (fails, waits)
    }

    // MARK: - Award

    /// Counts the caps, takes the award's steps and settles the outcome.
    private func decideAmount(
        _ plan: MeasurePlan,
        _ use: PriorUse,
        rulesFail: Bool,
        rulesWait: Bool
    ) throws(CallError) {
        let decision = self.decision
        decision.capsAreUntouched = !use.exists
        for cap in plan.caps {
            if decision.subjectIsMissing, cap.scope.isPerSubject {
                decision.caps.append(CapState(used: nil, remaining: cap.limit))
            } else {
                let used = use.used(cap.scope)
                decision.caps.append(CapState(used: used, remaining: used >= cap.limit ? 0 : cap.limit - used))
            }
        }
        guard let award = plan.award else {
            decision.outcome =
                rulesFail ? .ineligible : rulesWait || decision.subjectIsMissing ? .undetermined : .eligible
            return
        }

        let exhausted = use.exists ? self.exhaustedCap(award) : nil
        let (figure, binding) = try self.take(award, of: plan)
        if rulesFail {
            decision.outcome = .ineligible
        } else if rulesWait || decision.subjectIsMissing || (exhausted == nil && decision.figureIsOpen) {
            decision.outcome = .undetermined
            if plan.reportsPotential { decision.potential = exhausted == nil ? figure.amount : 0 }
            // A used-up cap settles the sum, whatever the facts that the figure hangs on.
            if exhausted != nil { decision.figureIsOpen = false }
        } else if let exhausted {
            decision.outcome = .exhausted
            decision.amount = 0
            if plan.reportsPotential { decision.potential = 0 }
            decision.bindingCap = exhausted
            decision.capsAreUntouched = false
        } else {
            guard let amount = figure.amount else {
                throw .badRequest(
                    "the award comes to more than 2^63 - 1 fen; a smaller sum of facts is wanted",
                    field: award.programs.first.map { plan.field(of: $0) } ?? "facts"
                )
            }
            decision.outcome = .eligible
            decision.amount = amount
            if plan.reportsPotential { decision.potential = amount }
            decision.bindingCap = binding
            if binding != nil { decision.capsAreUntouched = false }
        }
    }

    /// The first of the award's caps that is used up for certain.
    private func exhaustedCap(_ award: AwardPlan) -> Int? {
        var first: Int?
        for cap in award.takenCaps where self.decision.caps[cap].isExhausted {
            first = min(first ?? cap, cap)
        }
        return first
    }

    /// Takes the steps of an award. Where a fact is missing the figure is the most that it could be.
    private func take(_ award: AwardPlan, of plan: MeasurePlan) throws(CallError) -> (figure: Figure, bindingCap: Int?) {
        let decision = self.decision
        var figure = Figure.unbounded
        var binding: Int?
        for step in award.steps {
            switch step {
            case .base(let program):
                let value = plan.programs[program].evaluate(self.inputs, self.workspace)
                if let fen = value.asInt {
                    figure = Figure(fen)
                } else if value.isUnknown {
                    decision.figureIsOpen = true
                    figure = .unbounded
                } else {
                    throw self.error(value, in: program, of: plan)
                }
            case .fixed(let fen):
                figure = Figure(fen)
            case .table(let program, let rows, let most):
                let value = plan.programs[program].evaluate(self.inputs, self.workspace)
                if let number = value.asEnum {
                    figure = Figure(award.rows[rows].first { $0.number == number }?.fen ?? 0)
                } else if value.isUnknown {
                    decision.figureIsOpen = true
                    figure = Figure(most)
                } else {
                    throw self.error(value, in: program, of: plan)
                }
            case .rate(let numerator, let denominator, let rounding):
                figure = figure.times(numerator, over: denominator, rounding)
            case .downToYuan:
                figure = figure.downToYuan()
            case .caps(let range):
                var least = Int64.max
                var cutting: Int?
                for cap in award.takenCaps[range] {
                    let remaining = decision.caps[cap].remaining
                    if figure.exceeds(remaining), remaining < least || (remaining == least && cap < cutting ?? cap) {
                        least = remaining
                        cutting = cap
                    }
                }
                if let cutting {
                    figure = Figure(least)
                    binding = cutting
                }
            case .limit(let fen):
                figure = figure.atMost(fen)
            }
            decision.steps.append(figure)
        }
        return (figure, binding)
    }

    // MARK: - Lines

    /// Evaluates the lines. A sum beyond 2^63 - 1 is an error whatever the outcome.
    private func draw(_ plan: MeasurePlan) throws(CallError) {
        let decision = self.decision
        decision.lines.removeAll(keepingCapacity: true)
        for line in plan.lines {
            if let when = line.when {
                let condition = plan.programs[when].evaluate(self.inputs, self.workspace)
                guard condition.asBool == true else {
                    if condition.isError { throw self.error(condition, in: when, of: plan) }
                    decision.lines.append(.unset)
                    continue
                }
            }
            let value = plan.programs[line.value].evaluate(self.inputs, self.workspace)
            if value.isError { throw self.error(value, in: line.value, of: plan) }
            decision.lines.append(self.workspace.isWaiting(value) ? .unset : value)
        }
    }

    // MARK: - Missing facts

    /// Lists what the decision waits for: rules in their order, then the subject, then what the award needs.
    private func collectMissing(_ plan: MeasurePlan) {
        let decision = self.decision
        decision.missing.reset(facts: plan.missing.count)
        for index in 0..<plan.ruleCount where decision.verdicts[index] == .unknown {
            if plan.rules[index].kind == .alreadyAwarded {
                decision.missing.addSubject()
            } else {
                self.addUnknowns(of: decision.waiting[index], plan)
            }
        }
        if decision.subjectIsMissing { decision.missing.addSubject() }
        guard decision.figureIsOpen, let award = plan.award else { return }
        for program in award.programs {
            self.addUnknowns(of: plan.programs[program].evaluate(self.inputs, self.workspace), plan)
        }
    }

    private func addUnknowns(of value: Value, _ plan: MeasurePlan) {
        guard value.isUnknown else { return }
        let missing = self.decision.missing
        self.workspace.forEachUnknown(of: value) { attribute in
            if case .field(let field) = attribute.step, let parent = attribute.parent, case .input(let input) = parent.step,
                let index = plan.missingIndex(input: input, field: field)
            {
                missing.add(fact: index)
            } else {
                let path = attribute.path.description(inputNames: plan.inputNames)
                missing.add(path: path, question: plan.questionIndex(path: path))
            }
        }
    }

    /// The error of a call that an error value is.
    func error(_ value: Value, in program: Int, of plan: MeasurePlan) -> CallError {
        let text = self.workspace.error(of: value)?.text ?? "a value of another type"
        return .badRequest(
            "the facts cannot be evaluated: \(text); sums and products must stay within 2^63 - 1",
            field: plan.field(of: program)
        )
    }
}
