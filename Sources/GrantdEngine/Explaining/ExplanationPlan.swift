//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy
internal import GrantdSchema

/// The parts of a measure's explanations that hang on no application.
final class ExplanationPlan {
    /// How one step of an award is told.
    enum AwardWords: BitwiseCopyable {
        /// The words before the sum that it gives.
        case sum(Step)
        /// By ``ExplanationPlan/caps``, at this index.
        case cap(Int)
        /// No cap: the words are all.
        case noCap(Step)
    }

    /// In force, and not in force.
    let inForce: Step
    let notInForce: Step
    /// In force on that day for some cases, and not for this one; or not known whether for this one.
    let outsideCondition: Step
    let openCondition: Step
    /// Something other than earlier awards has used the measure up.
    let usedUp: Step
    /// The outcome where it is so.
    let usedUpOutcome: Step
    /// By rule, then by verdict's raw value, all of them for each rule.
    let rules: UnsafeBufferPointer<Step>
    /// By step of the award as the policy file has it.
    let award: UnsafeBufferPointer<AwardWords>
    /// By cap.
    let caps: UnsafeBufferPointer<Step>
    /// By line.
    let lines: UnsafeBufferPointer<Step>
    /// The facts to ask for.
    let missing: Step
    /// By outcome's raw value.
    let outcomes: UnsafeBufferPointer<Step>
    let basis: Step
    /// The sum is a least amount.
    let isFloor: Bool
    /// What the sum of an eligible application is called.
    let amountLabel: (zh: Segment, en: Segment)
    /// By fact, its name.
    let factNames: UnsafeBufferPointer<Step>
    private let store = SegmentStore()

    init(_ plan: MeasureDetails) {
        let measure = plan.measure
        let store = self.store
        let contract = plan.programme.contract
        let readers: [FactReader?] = measure.facts.map { fact in
            contract.member(measure.factsField).flatMap { FactReader(fact, $0, store) }
        }
        let names = ProgramFields(measure)
        func step(_ rule: String, _ clause: String, _ text: Text, _ programs: [Program] = []) -> Step {
            var head = MessageBytes()
            head.add(rule, field: ReplyField.Explanation.rule)
            head.add(clause, field: ReplyField.Explanation.clause)
            let facts = names.facts(of: programs).compactMap { readers[$0] }
            var step = Step(
                head: store.keep(head.bytes),
                zh: store.keep(text.zh),
                en: store.keep(text.en),
                facts: store.keep(facts)
            )
            step.readsAwards = names.readAwards(programs)
            return step
        }

        let (inForce, notInForce) = Self.dates(plan)
        self.inForce = step("in-force", measure.inForceClause, inForce)
        self.notInForce = step("in-force", measure.inForceClause, notInForce)
        let condition = measure.inForceCondition.map { [$0] } ?? []
        self.outsideCondition = step("in-force", measure.clause, Wording.outsideCondition, condition).encoded(in: store)
        self.openCondition = step("in-force", measure.clause, Wording.openCondition, condition).encoded(in: store)
        self.usedUp = step(
            measure.usedUp?.cap ?? "",
            measure.clause,
            Text(
                zh: "“\(measure.usedUp?.label.zh ?? "")”已用尽。",
                en: "“\(measure.usedUp?.label.en ?? "")” is used up."
            )
        )
        self.usedUpOutcome = step("outcome", measure.clause, Wording.usedUpOutcome)
        let rules = measure.rules.flatMap { rule in
            Self.verdicts.map { verdict in
                let programs: [Program] =
                    switch rule.kind {
                    case .requirement(let when): [when]
                    case .bar(let condition, _, _): [condition]
                    case .alreadyAwarded: []
                    }
                let asked = [rule.guardCondition].compactMap { $0 } + programs
                let told = step(rule.id, rule.clause, Wording.verdict(verdict, of: rule), asked)
                // Of an earlier award the day is told as well; a rule that was not asked is not told.
                if case .alreadyAwarded = rule.kind { return told }
                return verdict == .notAsked ? told : told.encoded(in: store)
            }
        }
        self.rules = store.keep(rules)
        self.award = store.keep(Self.award(measure, names, step))
        self.caps = store.keep(
            measure.caps.map { cap in
                step(cap.id, cap.clause, Text(zh: "\(cap.label.zh)：", en: "\(cap.label.en): "))
            }
        )
        let lines = measure.lines.map { line in
            var step = step(line.id, measure.clause, Text(zh: "\(line.label.zh)：", en: "\(line.label.en): "))
            step.nameLabels = store.keep(
                line.nameLabels.sorted { $0.key < $1.key }.map { name, label in
                    NameLabel(name: store.keep(name), zh: store.keep(label.zh), en: store.keep(label.en))
                }
            )
            return step
        }
        self.lines = store.keep(lines)
        self.missing = step("missing", measure.clause, Text(zh: "尚需补充：", en: "Still wanted: "))
        let outcomes = [Outcome.notInForce, .eligible, .ineligible, .undetermined, .exhausted, .notInForce]
        self.outcomes = store.keep(outcomes.map { step("outcome", measure.clause, Wording.outcome($0)) })
        self.basis = step("basis", measure.clause, Wording.basis(of: measure)).encoded(in: store)
        self.isFloor = measure.basis == .floor
        let label = Wording.amount(of: measure.basis)
        self.amountLabel = (store.keep(label.zh), store.keep(label.en))
        self.factNames = store.keep(measure.facts.map { step("", "", $0.label) })
    }

    private static let verdictCount = 5
    /// By raw value.
    private static let verdicts = [Verdict.notAsked, .pass, .fail, .unknown, .assumed]

    /// What is told of a rule.
    func rule(_ index: Int, _ verdict: Verdict) -> Step {
        self.rules[index * Self.verdictCount + Int(verdict.rawValue)]
    }

    private static func dates(_ plan: MeasureDetails) -> (inForce: Text, notInForce: Text) {
        let dates = plan.measure.inForce
        let title = plan.measure.title
        let number = plan.programme.documentNumber
        let zh = dates.untilText.map { "自 \(dates.fromText) 起至 \($0) 止施行" } ?? "自 \(dates.fromText) 起施行，未规定截止日期"
        let en =
            dates.untilText.map { "is in force from \(dates.fromText) to \($0)" }
            ?? "is in force from \(dates.fromText), with no end stated"
        return (
            Text(zh: "“\(title.zh)”（\(number)）\(zh)；在施行期内：", en: "“\(title.en)” (\(number)) \(en); within it: "),
            Text(zh: "“\(title.zh)”（\(number)）\(zh)；不在施行期内：", en: "“\(title.en)” (\(number)) \(en); outside it: ")
        )
    }

    /// The words of an award's steps, one for each.
    private static func award(
        _ measure: Measure,
        _ names: ProgramFields,
        _ step: (String, String, Text, [Program]) -> Step
    ) -> [AwardWords] {
        guard measure.basis.hasFigure, let award = measure.award else { return [] }
        func sum(_ zh: String, _ en: String, _ programs: [Program] = []) -> AwardWords {
            .sum(step("award", measure.clause, Text(zh: zh + "：", en: en + ": "), programs))
        }
        return award.map { part in
            switch part {
            case .base(_, _, let label):
                return sum("计算基数（\(label.zh)）", "Base (\(label.en))")
            case .baseCaps:
                return measure.basis == .unpublishedRate
                    ? sum("最高为上限的余额", "At most what the caps leave") : sum("以上限为数额", "The cap itself is the sum")
            case .fixed: return sum("定额", "Fixed sum")
            case .table(let table): return sum("按档次确定数额", "The sum by grade", [table.key])
            case .rate(let ratio): return sum("乘以 \(ratio.text)", "Times \(ratio.text)")
            case .round(let rounding): return sum(rounding.words.zh, rounding.words.en)
            case .limit: return sum("本步骤限额后", "After the limit of this step")
            case .cap(let index): return .cap(index)
            case .noCap:
                let words = Text(zh: "文件未规定上限。", en: "The text states no cap.")
                return .noCap(step("award", measure.clause, words, []))
            }
        }
    }
}
