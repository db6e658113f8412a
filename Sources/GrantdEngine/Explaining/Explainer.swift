//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy
internal import GrantdSchema

/// Tells how an assessment came about, step by step, in both languages. It reads what was decided and evaluates nothing
/// again.
final class Explainer {
    private let shared: ExplanationPlans
    /// Those that were asked for on this thread before.
    private let plans: UnsafeMutableBufferPointer<ExplanationPlan?>
    let zh = TextBuffer()
    let en = TextBuffer()

    init(_ plans: ExplanationPlans) {
        self.shared = plans
        self.plans = .allocate(capacity: plans.details.count)
        self.plans.initialize(repeating: nil)
    }

    deinit {
        self.plans.deinitialize()
        self.plans.deallocate()
    }

    /// Appends the explanation of what was just decided to its assessment.
    ///
    /// - Returns: Whether there was room.
    func explain(
        _ plan: UnsafePointer<MeasurePlan>,
        _ input: ApplicationInput,
        _ assessor: Assessor,
        into reply: ByteWriter
    ) -> Bool {
        let plan = plan.pointee
        let words = self.words(of: plan)
        let decision = assessor.decision.pointee
        guard decision.outcome != .notInForce else {
            if decision.isOutsideCondition {
                return self.tellWhole(words.outsideCondition, input, reply)
                    && self.tell(words.outcomes[Int(Outcome.notInForce.rawValue)], reply)
            }
            self.begin(words.notInForce)
            self.both(input)
            return self.end(words.notInForce, reply)
                && self.tell(words.outcomes[Int(Outcome.notInForce.rawValue)], reply)
        }
        self.begin(words.inForce)
        self.both(input)
        guard self.end(words.inForce, reply) else { return false }
        if decision.isConditionOpen {
            guard self.tellWhole(words.openCondition, input, reply) else { return false }
        }

        for index in plan.rules.indices where decision.verdicts[index] != .notAsked {
            let step = words.rule(index, decision.verdicts[index])
            if let whole = step.whole(input) {
                guard self.put(whole, reply) else { return false }
                continue
            }
            self.begin(step)
            self.show(step.facts, input)
            if plan.rules[index].kind == .alreadyAwarded {
                AwardsSeen(input, anySubject: decision.verdicts[index] == .unknown).tell(self.zh, self.en)
            } else if step.readsAwards {
                AwardsSeen(input, anySubject: input.subject == nil).tellAll(
                    areUnknown: input.priorAwardsAreUnknown,
                    isAnyReported: !decision.noAwardIsReported,
                    self.zh,
                    self.en
                )
            }
            guard self.end(step, reply) else { return false }
        }
        guard self.tellAward(plan, words, decision, input, reply) else { return false }
        if !decision.envelopes.isEmpty {
            guard self.tellEnvelopes(plan, words, decision, reply) else { return false }
        }
        if decision.bindingCap == MeasurePlan.usedUpCap {
            guard self.tell(words.usedUp, reply) else { return false }
        }
        if decision.outcome.hasLines {
            guard self.tellLines(plan, words, assessor, reply) else { return false }
        }
        if decision.outcome == .undetermined {
            guard self.tellMissing(words, assessor.missing, reply) else { return false }
        }
        guard self.tellOutcome(plan, words, decision, reply) else { return false }
        return decision.outcome == .ineligible || self.tellWhole(words.basis, input, reply)
    }

    private func words(of plan: MeasurePlan) -> ExplanationPlan {
        if let words = self.plans[plan.version] { return words }
        let words = self.shared.plan(of: plan.version)
        self.plans[plan.version] = words
        return words
    }

    // MARK: - Parts

    /// Tells a step that is no more than its words and facts.
    private func tellWhole(_ step: ExplanationPlan.Step, _ input: ApplicationInput, _ reply: ByteWriter) -> Bool {
        if let whole = step.whole(input) { return self.put(whole, reply) }
        self.begin(step)
        self.show(step.facts, input)
        return self.end(step, reply)
    }

    private func both(_ input: ApplicationInput) {
        let day = UnsafeRawBufferPointer(start: input.asOfText, count: 10)
        self.zh.append(day)
        self.zh.append("。")
        self.en.append(day)
        self.en.append(".")
    }

    private func show(_ facts: UnsafeBufferPointer<FactReader>, _ input: ApplicationInput) {
        facts.show(self.zh, self.en) { $1.show(input, self.zh, self.en) }
    }

    /// Tells each step of the award with its own words. Nothing is awarded to the ineligible: they are told no more
    /// than how far the caps are used.
    private func tellAward(
        _ plan: MeasurePlan,
        _ words: ExplanationPlan,
        _ decision: Decision,
        _ input: ApplicationInput,
        _ reply: ByteWriter
    ) -> Bool {
        guard let award = plan.award, decision.stepCount > 0 else { return true }
        guard decision.outcome != .ineligible else {
            for cap in plan.caps.indices {
                self.beginCap(words.caps[cap], plan.caps[cap], decision, cap)
                guard self.endSentence(words.caps[cap], reply) else { return false }
            }
            return true
        }
        var isOpen = decision.stepsAreOpen
        var position = 0
        while position < words.award.count {
            let index = award.written[position]
            switch words.award[position] {
            case .noCap(let step):
                guard self.tell(step, reply) else { return false }
            case .cap(let cap):
                guard case .caps(let first, let count) = award.steps[index] else { return true }
                let taken = award.takenCaps[first..<first + count]
                let before = index > 0 ? decision.steps[index - 1] : Figure.unbounded
                let effect = CapEffect(of: cap, in: taken, decision.caps, before: before, isOpen: isOpen)
                self.beginCap(words.caps[cap], plan.caps[cap], decision, cap)
                effect.tell(isConditional: decision.outcome == .undetermined, self.zh, self.en)
                guard self.endSentence(words.caps[cap], reply) else { return false }
                if cap == taken.last {
                    // A used-up cap leaves 0 for certain; one of which the use is not known leaves at most so much.
                    isOpen =
                        (isOpen || taken.contains { decision.caps[$0].used == nil })
                        && !taken.contains { decision.caps[$0].isExhausted }
                }
            case .sum(let step):
                self.begin(step)
                // Steps that were taken as one give one sum: the words of each stand before it.
                while position + 1 < words.award.count, award.written[position + 1] == index,
                    case .sum(let more) = words.award[position + 1]
                {
                    self.zh.append(more.zh)
                    self.en.append(more.en)
                    position += 1
                }
                Wording.money(decision.steps[index], isOpen: isOpen, isFloor: words.isFloor, self.zh, self.en)
                self.zh.append("。")
                self.en.append(".")
                self.show(step.facts, input)
                guard self.end(step, reply) else { return false }
            }
            position += 1
        }
        return true
    }

    /// A cap, what was used of it and what is left.
    private func beginCap(_ step: ExplanationPlan.Step, _ cap: CapPlan, _ decision: Decision, _ index: Int) {
        self.begin(step)
        Wording.money(cap.limit, self.zh, self.en)
        let state = decision.caps[index]
        guard let used = state.used else {
            if decision.awardsAreMissing {
                self.zh.append("；此前获支持情况未知，已用数额未知")
                self.en.append("; earlier awards are not known, so what was used is not either")
            } else {
                self.zh.append("；对象未填，已用数额未知")
                self.en.append("; the subject is not given, so what was used is not known")
            }
            return
        }
        // What nobody has reported may still be there: none reported is not none.
        guard !decision.noAwardIsReported else {
            self.zh.append("；未申报此前获支持情况，剩余 ")
            self.en.append("; earlier awards: none reported, left: ")
            Wording.money(state.remaining, self.zh, self.en)
            return
        }
        self.zh.append("；此前已用 ")
        self.en.append("; used before: ")
        Wording.money(used, self.zh, self.en)
        self.zh.append("，剩余 ")
        self.en.append(", left: ")
        Wording.money(state.remaining, self.zh, self.en)
    }

    private func endSentence(_ step: ExplanationPlan.Step, _ reply: ByteWriter) -> Bool {
        self.zh.append("。")
        self.en.append(".")
        return self.end(step, reply)
    }

    private func tellLines(
        _ plan: MeasurePlan,
        _ words: ExplanationPlan,
        _ assessor: Assessor,
        _ reply: ByteWriter
    ) -> Bool {
        for index in plan.lines.indices {
            let value = assessor.decision.pointee.lines[index]
            guard value.kind != .unset else { continue }
            let step = words.lines[index]
            self.begin(step)
            switch self.shared.details[plan.version].measure.lines[index].kind {
            case .amount: Wording.money(value.asInt ?? 0, self.zh, self.en)
            case .quantity(let unit): Wording.quantity(value.asInt ?? 0, unit: unit, self.zh, self.en)
            case .flag: Wording.flag(value.asBool == true, self.zh, self.en)
            case .date:
                self.zh.append(day: value.asDate ?? 0)
                self.en.append(day: value.asDate ?? 0)
            case .name, .month:
                if let name = value.asStringBytes { self.show(name, step) }
            case .names:
                for position in 0..<min(value.listCount, Self.mostNames) {
                    guard let name = assessor.workspace.element(of: value, at: position)?.asStringBytes else {
                        continue
                    }
                    self.zh.append(position > 0 ? "、" : "")
                    self.en.append(position > 0 ? ", " : "")
                    self.show(name, step)
                }
                self.tellOthers(value.listCount - Self.mostNames)
            }
            self.zh.append("。")
            self.en.append(".")
            guard self.end(step, reply) else { return false }
        }
        return true
    }

    /// The most names that one sentence holds: those of missing facts, those of a line.
    private static let mostNames = 100

    /// Says how many names were left out of a sentence; nothing where none were.
    private func tellOthers(_ count: Int) {
        guard count > 0 else { return }
        self.zh.append("，另有 ")
        self.zh.append(grouped: Int64(count))
        self.zh.append(" 项")
        self.en.append(", and ")
        self.en.append(grouped: Int64(count))
        self.en.append(" more")
    }

    /// A line's name by its label; one without a label as it is.
    private func show(_ name: UnsafeRawBufferPointer, _ step: ExplanationPlan.Step) {
        if let label = step.nameLabels.first(where: { $0.isFor(name) }) {
            self.zh.append(label.zh)
            self.en.append(label.en)
        } else {
            self.zh.append(name)
            self.en.append(name)
        }
    }

    private func tellMissing(_ words: ExplanationPlan, _ missing: MissingList, _ reply: ByteWriter) -> Bool {
        self.begin(words.missing)
        for (position, item) in missing.items.prefix(Self.mostNames).enumerated() {
            if position > 0 {
                self.zh.append("；")
                self.en.append("; ")
            }
            if item >= 0 {
                self.zh.append(words.factNames[Int(item)].zh)
                self.en.append(words.factNames[Int(item)].en)
            } else if item == MissingList.subject {
                self.zh.append("申请对象")
                self.en.append("the subject of the application")
            } else if item == MissingList.priorAwards {
                self.zh.append("此前获支持情况")
                self.en.append("the earlier awards")
            } else {
                self.name(missing.nested(item), words)
            }
        }
        self.tellOthers(missing.items.count + missing.omitted - Self.mostNames)
        self.zh.append("。")
        self.en.append(".")
        return self.end(words.missing, reply)
    }

    /// Names a fact inside a list by its label and the place of its entry, the working calendar by what it lacks.
    private func name(_ fact: NestedFact, _ words: ExplanationPlan) {
        if fact.path == "working_calendar" {
            self.zh.append("工作日历（已有年份未覆盖所需日期）")
            self.en.append("the working calendar, whose years do not reach the day that is counted to")
            return
        }
        guard let question = fact.question, words.factNames.indices.contains(question) else {
            self.zh.append(string: fact.path)
            self.en.append(string: fact.path)
            return
        }
        self.zh.append(words.factNames[question].zh)
        self.en.append(words.factNames[question].en)
        let digits = fact.path.split(separator: "[").last?.prefix { $0.isASCII && $0.isNumber } ?? ""
        guard let position = Int64(digits) else { return }
        self.zh.append("（第 ")
        self.zh.append(grouped: position + 1)
        self.zh.append(" 项）")
        self.en.append(" (entry ")
        self.en.append(grouped: position + 1)
        self.en.append(")")
    }

    private func tellOutcome(
        _ plan: MeasurePlan,
        _ words: ExplanationPlan,
        _ decision: Decision,
        _ reply: ByteWriter
    ) -> Bool {
        // Something other than earlier awards under the measure: what else there is, or an envelope.
        let isUsedUp =
            decision.outcome == .exhausted
            && (decision.bindingCap == MeasurePlan.usedUpCap || decision.bindingCap >= plan.caps.count)
        let step = isUsedUp ? words.usedUpOutcome : words.outcomes[Int(decision.outcome.rawValue)]
        self.begin(step)
        if let amount = decision.amount {
            // What is no more than a bound is never called the amount.
            if decision.outcome == .exhausted && words.isFloor {
                self.zh.append(string: Wording.amount.zh)
                self.en.append(string: Wording.amount.en)
            } else {
                self.zh.append(words.amountLabel.zh)
                self.en.append(words.amountLabel.en)
            }
            Wording.money(amount, self.zh, self.en)
            self.zh.append("。")
            self.en.append(".")
        } else if let potential = decision.potential {
            self.zh.append("最多可达：")
            self.en.append(" At most: ")
            Wording.money(potential, self.zh, self.en)
            self.zh.append("。")
            self.en.append(".")
        }
        return self.end(step, reply)
    }

    // MARK: - Writing

    /// Writes a step that is encoded already.
    private func put(_ step: Segment, _ reply: ByteWriter) -> Bool {
        guard var cursor = reply.room(step.count) else { return false }
        cursor.put(step)
        reply.advance(step.count)
        return true
    }

    func tell(_ step: ExplanationPlan.Step, _ reply: ByteWriter) -> Bool {
        self.begin(step)
        return self.end(step, reply)
    }

    private func begin(_ step: ExplanationPlan.Step) {
        self.zh.reset()
        self.en.reset()
        self.zh.append(step.zh)
        self.en.append(step.en)
    }

    private func end(_ step: ExplanationPlan.Step, _ reply: ByteWriter) -> Bool {
        self.end(head: UnsafeRawBufferPointer(start: step.head.start, count: step.head.count), reply)
    }

    /// Writes what stands in the buffers.
    ///
    /// - Parameter head: Rule and clause, encoded.
    func end(head: UnsafeRawBufferPointer, _ reply: ByteWriter) -> Bool {
        let zh = self.zh.count
        let en = self.en.count
        let text = 2 + Varint.size(UInt64(zh)) + zh + Varint.size(UInt64(en)) + en
        let whole = head.count + 1 + Varint.size(UInt64(text)) + text
        guard let start = reply.room(whole + 12) else { return false }
        var cursor = start
        cursor.put(ReplyField.lengthTag(ReplyField.Assessment.explanation))
        cursor.put(varint: UInt64(whole))
        if let start = head.baseAddress {
            cursor.copyMemory(from: start, byteCount: head.count)
            cursor += head.count
        }
        cursor.put(ReplyField.lengthTag(ReplyField.Explanation.text))
        cursor.put(varint: UInt64(text))
        cursor.put(self.zh.start, count: zh, field: ReplyField.Text.zh)
        cursor.put(self.en.start, count: en, field: ReplyField.Text.en)
        reply.advance(cursor - start)
        return true
    }
}
