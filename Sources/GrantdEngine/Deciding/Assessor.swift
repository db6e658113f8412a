//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy

/// Decides applications, one at a time: rules, caps, award, lines. What it decides stands in ``decision`` until the
/// next one.
final class Assessor {
    let decision: UnsafeMutablePointer<Decision>
    let missing: MissingList
    let workspace: Workspace
    /// The most that the workspace lets a call take.
    let steps: Int64
    /// What a call ends as that the workspace says is wanted no longer.
    var cancellation = CallError.cancelled
    /// The inputs of the programs: ``ProgramInputs``, what the calculator gives, the definitions.
    private let inputs: UnsafeMutablePointer<Value>
    /// Earlier awards by year, where a cap goes over several.
    private let awardYears: UnsafeMutablePointer<AwardYears>
    private let emptyApplicant: UnsafeRawPointer
    /// An input of the programs, which does not keep it.
    private let calendar: WorkingCalendar
    let details: [MeasureDetails]

    /// Makes an assessor of these measures.
    ///
    /// - Parameter emptyApplicant: The struct of an applicant of whom nothing is known; it outlives the assessor.
    init(
        _ details: [MeasureDetails],
        emptyApplicant: UnsafeRawPointer,
        calendar: WorkingCalendar,
        limits: EngineLimits
    ) {
        let plans = details.map(\.plan)
        self.details = details
        self.decision = .allocate(capacity: 1)
        self.decision.initialize(
            to: Decision(
                rules: plans.map(\.rules.count).max() ?? 0,
                caps: plans.map(\.caps.count).max() ?? 0,
                lines: plans.map(\.lines.count).max() ?? 0,
                steps: plans.compactMap { $0.award?.steps.count }.max() ?? 0
            )
        )
        self.missing = MissingList(facts: plans.map(\.missing.count).max() ?? 0, most: limits.missingFacts)
        self.workspace = Workspace(budget: limits.steps)
        self.steps = limits.steps
        let count = plans.map { $0.firstDefinition + $0.definitionCount }.max() ?? ProgramInputs.definitions
        self.inputs = .allocate(capacity: count)
        self.inputs.initialize(repeating: .unset, count: count)
        self.awardYears = .allocate(capacity: 1)
        self.awardYears.initialize(to: AwardYears(mostYears: plans.map(\.capYears).max() ?? 0))
        self.calendar = calendar
        self.inputs[ProgramInputs.workingCalendar] = calendar.value
        self.emptyApplicant = emptyApplicant
    }

    deinit {
        self.decision.pointee.deallocate()
        self.decision.deallocate()
        self.inputs.deallocate()
        self.awardYears.pointee.deallocate()
        self.awardYears.deallocate()
    }

    /// Begins a call: what its assessments cost is counted together.
    func beginCall() { self.workspace.beginBudget() }

    /// Decides one application for a version of its measure that is in force.
    ///
    /// - Throws: A bad request where a sum of facts goes beyond 2^63 - 1, or a condition comes to an error otherwise; over a
    ///   limit where the call has taken more than it may.
    func assess(
        _ plan: UnsafePointer<MeasurePlan>,
        _ input: ApplicationInput,
        _ options: EvaluationOptions
    ) throws(CallError) {
        let decision = self.decision
        let applicant = input.applicant ?? self.emptyApplicant
        decision.pointee.reset()
        decision.pointee.stage = options.stage
        decision.pointee.awardsAreUnknown = input.priorAwardsAreUnknown
        self.workspace.forget()
        self.inputs[ProgramInputs.facts] = .record(input.facts)
        self.inputs[ProgramInputs.applicant] = .record(applicant)
        self.inputs[ProgramInputs.asOf] = .date(days: input.asOf)
        if plan.pointee.readsAwards { try self.showAwards(input) }
        if plan.pointee.readsSubject {
            self.inputs[ProgramInputs.subject] =
                input.subject.map { .string(UnsafeRawBufferPointer(start: $0, count: cStringCount($0))) } ?? .unset
        }
        if plan.pointee.calculatorNeeds >= 0 { try self.calculate(plan, input) }
        var isDefined = false
        if plan.pointee.rulesUseDefinitions { self.define(plan, &isDefined) }
        if plan.pointee.hasPreconditions {
            try self.refuse(plan)
            guard try self.isInForce(plan, input) else { return }
        }

        var use = PriorUse()
        if !input.priorAwards.isEmpty {
            // They are walked over once; each cap over several years then adds up the years of all its spans.
            let spans = plan.pointee.caps.count * plan.pointee.capYears * plan.pointee.capYears
            try self.spend(2 * input.priorAwards.count + spans / 4, plan)
            self.awardYears.pointee.begin(input, span: plan.pointee.capYears)
            use.add(input, self.awardYears)
        }
        let subjectIsMissing = plan.pointee.hangsOnSubject && input.subject == nil && use.exists
        decision.pointee.subjectIsMissing = subjectIsMissing
        let awardsAreMissing = plan.pointee.hangsOnAwards && input.priorAwardsAreUnknown
        decision.pointee.awardsAreMissing = awardsAreMissing
        decision.pointee.noAwardIsReported = !use.exists && !input.isJoined
        if plan.pointee.award != nil { decision.pointee.envelopes = input.envelopes }

        let (fails, waits) = try self.ask(plan, use, options, input.facts, applicant)
        self.count(plan, use)
        let drawsFirst = plan.pointee.asksLines && !fails
        if drawsFirst { try self.draw(plan) }
        let isOpen = waits || subjectIsMissing || awardsAreMissing
        try self.settle(plan, use, rulesFail: fails, rulesWait: isOpen, input.facts, applicant)
        if decision.pointee.outcome == .undetermined { try self.collectMissing(plan) }
        if !drawsFirst, !plan.pointee.lines.isEmpty, decision.pointee.outcome.hasLines || plan.pointee.linesCanFail {
            try self.draw(plan)
        }
    }

    /// Takes work that is no evaluation from what the call may cost.
    private func spend(_ steps: Int, _ plan: UnsafePointer<MeasurePlan>) throws(CallError) {
        guard let code = self.workspace.spend(steps) else { return }
        throw self.overBudget(code, "the earlier awards", field: "prior_awards", plan)
    }

    @inline(__always)
    func value(_ program: Int, _ plan: UnsafePointer<MeasurePlan>) -> Value {
        plan.pointee.programs[program]._withUnsafeGuaranteedRef { $0.evaluate(self.inputs, self.workspace) }
    }

    /// Evaluates the measure's definitions, each of which may read those before it.
    private func define(_ plan: UnsafePointer<MeasurePlan>, _ isDefined: inout Bool) {
        isDefined = true
        for index in 0..<plan.pointee.definitionCount {
            self.inputs[plan.pointee.firstDefinition + index] = self.value(index, plan)
        }
    }

    /// Computes what the measure's calculator gives, or passes on what it waits for.
    private func calculate(_ plan: UnsafePointer<MeasurePlan>, _ input: ApplicationInput) throws(CallError) {
        let outputs = self.inputs + ProgramInputs.definitions
        let count = plan.pointee.firstDefinition - ProgramInputs.definitions
        let needs = self.value(plan.pointee.calculatorNeeds, plan)
        if needs.isError { throw self.error(needs, in: plan.pointee.calculatorNeeds, of: plan) }
        guard !needs.isUnknown, let calculator = self.details[plan.pointee.version].calculator else {
            outputs.update(repeating: needs, count: count)
            return
        }
        if let code = self.workspace.spend(calculator.steps(facts: input.facts)) {
            let details = self.details[plan.pointee.version]
            let name = details.measure.calculator?.calculator.name ?? ""
            throw self.overBudget(
                code,
                "the calculator \(name)",
                field: details.field(of: plan.pointee.calculatorNeeds),
                plan
            )
        }
        calculator.compute(facts: input.facts, asOf: input.asOf, into: outputs)
    }

    /// Shows conditions the earlier awards of the measure, where they lie.
    private func showAwards(_ input: ApplicationInput) throws(CallError) {
        guard !input.priorAwardsAreUnknown else {
            self.inputs[ProgramInputs.priorAwards] = .unset
            return
        }
        let awards = input.priorAwards
        let list = self.workspace.list(atMost: awards.count) { add in
            for index in awards.indices
            where awards[index].entry == input.entry && awards[index].day <= input.lastAwardDay {
                guard let award = awards.baseAddress.map({ UnsafeRawPointer($0 + index) }) else { continue }
                add(.record(award))
            }
        }
        if list.isError { throw .overLimit("the call needs more memory than a call may take") }
        self.inputs[ProgramInputs.priorAwards] = list
    }

    // MARK: - Before the rules

    /// Refuses facts of which no assessment can be made.
    private func refuse(_ plan: UnsafePointer<MeasurePlan>) throws(CallError) {
        for index in plan.pointee.refusals.indices {
            let value = self.value(plan.pointee.refusals[index], plan)
            if value.isError { throw self.error(value, in: plan.pointee.refusals[index], of: plan) }
            guard value.asBool == true else { continue }
            let refusal = self.details[plan.pointee.version].measure.refusals[index]
            throw .badRequest(refusal.message, field: refusal.field)
        }
    }

    /// Whether the condition of being in force holds. Where it does not, or is not known, the outcome is settled and
    /// nothing else is judged.
    private func isInForce(
        _ plan: UnsafePointer<MeasurePlan>,
        _ input: ApplicationInput
    ) throws(CallError) -> Bool {
        guard plan.pointee.inForceCondition >= 0 else { return true }
        let value = self.value(plan.pointee.inForceCondition, plan)
        if value.asBool == true { return true }
        if value.isError { throw self.error(value, in: plan.pointee.inForceCondition, of: plan) }
        let decision = self.decision
        guard value.isUnknown else {
            decision.pointee.isOutsideCondition = true
            return false
        }
        decision.pointee.outcome = .undetermined
        decision.pointee.isConditionOpen = true
        for index in plan.pointee.rules.indices { decision.pointee.verdicts[index] = .notAsked }
        self.count(plan, PriorUse())
        self.missing.reset()
        self.workspace.beginListing()
        self.addUnknowns(of: value, plan)
        return false
    }

    // MARK: - Rules

    /// Asks every rule.
    private func ask(
        _ plan: UnsafePointer<MeasurePlan>,
        _ use: PriorUse,
        _ options: EvaluationOptions,
        _ facts: UnsafeRawPointer,
        _ applicant: UnsafeRawPointer
    ) throws(CallError) -> (fails: Bool, waits: Bool) {
        let decision = self.decision
        let verdicts = decision.pointee.verdicts
        var fails = false
        var waits = false
        var assumes = false
        var skips = false
        let rules = plan.pointee.rules
        let stage = options.stage.rank
        for index in rules.indices {
            if rules[index].rank > stage {
                verdicts[index] = .notAsked
                continue
            }
            if rules[index].quick.passes(facts, applicant) {
                verdicts[index] = .pass
                continue
            }
            if rules[index].guardCondition >= 0 {
                let condition = self.value(rules[index].guardCondition, plan)
                if condition.asBool == false {
                    verdicts[index] = .notAsked
                    skips = true
                    continue
                }
                if condition.isUnknown {
                    verdicts[index] = .unknown
                    decision.pointee.waiting[index] = condition
                    waits = true
                    continue
                }
                if condition.isError { throw self.error(condition, in: rules[index].guardCondition, of: plan) }
            }
            let mustHold = rules[index].kind == .requirement
            if let field = rules[index].field {
                if let holds = field.bool(facts, applicant) {
                    verdicts[index] = holds == mustHold ? .pass : .fail
                    fails = fails || holds != mustHold
                    continue
                }
                if !(options.assumesUnsetBarsAbsent && rules[index].isAssumable) {
                    verdicts[index] = .unknown
                    decision.pointee.waiting[index] = .unset
                    waits = true
                    continue
                }
            }
            if rules[index].kind == .alreadyAwarded {
                if use.existsForSubject {
                    verdicts[index] = .fail
                    fails = true
                } else if decision.pointee.subjectIsMissing || decision.pointee.awardsAreMissing {
                    verdicts[index] = .unknown
                    waits = true
                } else {
                    verdicts[index] = .pass
                }
                continue
            }
            var value = self.value(rules[index].condition, plan)
            var verdictWhenClear = Verdict.pass
            if value.isUnknown, options.assumesUnsetBarsAbsent, rules[index].isAssumable {
                value = self.value(rules[index].assuming, plan)
                verdictWhenClear = .assumed
            }
            if let holds = value.asBool {
                if holds == mustHold {
                    verdicts[index] = verdictWhenClear
                    assumes = assumes || verdictWhenClear == .assumed
                } else {
                    verdicts[index] = .fail
                    fails = true
                }
            } else if value.isUnknown {
                verdicts[index] = .unknown
                decision.pointee.waiting[index] = value
                waits = true
            } else {
                throw self.error(value, in: rules[index].condition, of: plan)
            }
        }
        decision.pointee.allPass = !fails && !waits && !assumes && !skips
        return (fails, waits)
    }

    // MARK: - Award

    /// Counts how far the caps are used up.
    private func count(_ plan: UnsafePointer<MeasurePlan>, _ use: PriorUse) {
        let caps = plan.pointee.caps
        let awardsAreMissing = self.decision.pointee.awardsAreMissing
        self.decision.pointee.capsAreUntouched =
            !use.exists && !awardsAreMissing && self.decision.pointee.envelopes.isEmpty
        for index in caps.indices {
            let limit = caps[index].limit
            if awardsAreMissing || (self.decision.pointee.subjectIsMissing && caps[index].scope.isPerSubject) {
                self.decision.pointee.caps[index] = CapState(used: nil, remaining: limit)
            } else {
                let used = use.used(caps[index].scope, self.awardYears)
                self.decision.pointee.caps[index] = CapState(used: used, remaining: used >= limit ? 0 : limit - used)
            }
        }
    }

    /// Takes the award's steps and settles the outcome.
    private func settle(
        _ plan: UnsafePointer<MeasurePlan>,
        _ use: PriorUse,
        rulesFail: Bool,
        rulesWait: Bool,
        _ facts: UnsafeRawPointer,
        _ applicant: UnsafeRawPointer
    ) throws(CallError) {
        let decision = self.decision
        let isUsedUp = plan.pointee.usedUp >= 0 && !rulesFail ? try self.isUsedUp(plan) : false
        let resultWaits = decision.pointee.usedUpIsOpen || decision.pointee.linesWait
        guard let award = plan.pointee.award else {
            let waits = rulesWait || (resultWaits && !isUsedUp)
            decision.pointee.outcome =
                rulesFail ? .ineligible : waits ? .undetermined : isUsedUp ? .exhausted : .eligible
            if isUsedUp { decision.pointee.linesWait = false }
            if decision.pointee.outcome == .exhausted { decision.pointee.bindingCap = MeasurePlan.usedUpCap }
            return
        }
        var exhausted = use.exists ? self.exhaustedCap(award) : -1
        if exhausted < 0, isUsedUp { exhausted = MeasurePlan.usedUpCap }
        var (figure, binding) = try self.take(award, of: plan, facts, applicant)
        if let least = decision.pointee.envelopes.least {
            decision.pointee.beforeEnvelopes = figure
            // What leaves nothing leaves nothing of any sum, and a measure's own cap is named before it.
            if exhausted == -1, least.remaining == 0 { exhausted = plan.pointee.caps.count + least.index }
            if figure.exceeds(least.remaining) {
                figure = Figure(least.remaining)
                binding = plan.pointee.caps.count + least.index
            }
        }
        let isExhausted = exhausted != -1
        if rulesFail {
            decision.pointee.outcome = .ineligible
        } else if rulesWait || (!isExhausted && (decision.pointee.figureIsOpen || resultWaits)) {
            decision.pointee.outcome = .undetermined
            if plan.pointee.reportsPotential { decision.pointee.potential = isExhausted ? 0 : figure.amount }
            // A used-up cap settles the sum, whatever the facts that the figure hangs on.
            if isExhausted {
                decision.pointee.figureIsOpen = false
                decision.pointee.usedUpIsOpen = false
                decision.pointee.linesWait = false
            }
        } else if isExhausted {
            decision.pointee.outcome = .exhausted
            decision.pointee.amount = 0
            if plan.pointee.reportsPotential { decision.pointee.potential = 0 }
            decision.pointee.bindingCap = exhausted
        } else {
            guard let amount = figure.amount else { throw self.tooLarge(award, plan) }
            decision.pointee.outcome = .eligible
            decision.pointee.amount = amount
            if plan.pointee.reportsPotential { decision.pointee.potential = amount }
            decision.pointee.bindingCap = binding
            if binding >= 0 { decision.pointee.capsAreUntouched = false }
        }
    }

    /// Whether something other than earlier awards uses the measure up.
    private func isUsedUp(_ plan: UnsafePointer<MeasurePlan>) throws(CallError) -> Bool {
        let value = self.value(plan.pointee.usedUp, plan)
        if value.isError { throw self.error(value, in: plan.pointee.usedUp, of: plan) }
        self.decision.pointee.usedUpIsOpen = value.isUnknown
        return value.asBool == true
    }

    /// The first of the award's caps that is used up for certain; -1: none.
    private func exhaustedCap(_ award: AwardPlan) -> Int {
        var first = Int.max
        for cap in award.takenCaps where self.decision.pointee.caps[cap].isExhausted { first = min(first, cap) }
        return first == .max ? -1 : first
    }

    /// Takes the steps of an award. Where a fact is missing the figure is the most that it could be.
    private func take(
        _ award: AwardPlan,
        of plan: UnsafePointer<MeasurePlan>,
        _ facts: UnsafeRawPointer,
        _ applicant: UnsafeRawPointer
    ) throws(CallError) -> (figure: Figure, bindingCap: Int) {
        let decision = self.decision
        var figure = Figure.unbounded
        var binding = -1
        for index in award.steps.indices {
            switch award.steps[index] {
            case .field(let field, _):
                if let fen = field.int64(facts, applicant) {
                    figure = Figure(fen)
                } else {
                    decision.pointee.figureIsOpen = true
                    figure = .unbounded
                }
            case .base(let program):
                figure = try self.base(program, plan)
            case .fixed(let fen):
                figure = Figure(fen)
            case .table(let program, let first, let count, let most):
                figure = try self.row(program, award.rows[first..<first + count], most: most, plan)
            case .rate(let numerator, let denominator, let rounding):
                figure = figure.times(numerator, over: denominator, rounding)
            case .round(let toYuan):
                if toYuan { figure = figure.downToYuan() }
            case .caps(let first, let count):
                let cutting = self.cuttingCap(figure, award.takenCaps[first..<first + count])
                if cutting >= 0 {
                    figure = Figure(decision.pointee.caps[cutting].remaining)
                    binding = cutting
                }
            case .limit(let fen):
                // The cap that cut before does not make the amount any more.
                if figure.exceeds(fen) { binding = -1 }
                figure = figure.atMost(fen)
            }
            decision.pointee.steps[index] = figure
        }
        decision.pointee.stepCount = award.steps.count
        decision.pointee.stepsAreOpen = decision.pointee.figureIsOpen
        return (figure, binding)
    }

    /// The figure that a program gives.
    private func base(_ program: Int, _ plan: UnsafePointer<MeasurePlan>) throws(CallError) -> Figure {
        let value = self.value(program, plan)
        if let fen = value.asInt { return Figure(fen) }
        guard value.isUnknown else { throw self.error(value, in: program, of: plan) }
        self.decision.pointee.figureIsOpen = true
        return .unbounded
    }

    /// The sum of the row that a program names; the largest while it is not known.
    private func row(
        _ program: Int,
        _ rows: Slice<UnsafeBufferPointer<AwardPlan.Row>>,
        most: Int64,
        _ plan: UnsafePointer<MeasurePlan>
    ) throws(CallError) -> Figure {
        let value = self.value(program, plan)
        if let number = value.asEnum { return Figure(rows.first { $0.number == number }?.fen ?? 0) }
        guard value.isUnknown else { throw self.error(value, in: program, of: plan) }
        self.decision.pointee.figureIsOpen = true
        return Figure(most)
    }

    /// Of the caps that cut the figure the one that leaves least, the first of the measure on a tie; -1: none cuts.
    private func cuttingCap(_ figure: Figure, _ caps: Slice<UnsafeBufferPointer<Int>>) -> Int {
        var cutting = -1
        var least = Int64.max
        for cap in caps {
            let remaining = self.decision.pointee.caps[cap].remaining
            guard figure.exceeds(remaining) else { continue }
            if cutting < 0 || remaining < least || (remaining == least && cap < cutting) {
                least = remaining
                cutting = cap
            }
        }
        return cutting
    }

    // MARK: - Lines

    /// Evaluates the lines. A sum beyond 2^63 - 1 is an error whatever the outcome.
    private func draw(_ plan: UnsafePointer<MeasurePlan>) throws(CallError) {
        let lines = plan.pointee.lines
        var isDefined = plan.pointee.rulesUseDefinitions
        for index in lines.indices {
            self.decision.pointee.lines[index] = .unset
            let when = lines[index].when
            if when >= 0 {
                if !isDefined, lines[index].conditionUsesDefinitions { self.define(plan, &isDefined) }
                let condition = self.value(when, plan)
                guard condition.asBool == true else {
                    if condition.isError { throw self.error(condition, in: when, of: plan) }
                    if lines[index].isAsked, condition.isUnknown { self.decision.pointee.linesWait = true }
                    continue
                }
            }
            if !isDefined, lines[index].usesDefinitions { self.define(plan, &isDefined) }
            let value = self.value(lines[index].value, plan)
            if value.isError { throw self.error(value, in: lines[index].value, of: plan) }
            if value.isUnknown || (lines[index].kind == .names && self.workspace.isWaiting(value)) {
                if lines[index].isAsked { self.decision.pointee.linesWait = true }
                continue
            }
            self.decision.pointee.lines[index] = value
        }
    }
}
