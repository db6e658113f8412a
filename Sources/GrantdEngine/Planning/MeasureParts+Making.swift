//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy
internal import GrantdSchema

extension RulePlan {
    /// Makes a rule ready. `register` takes a program among the measure's and gives its index.
    init(_ rule: Rule, _ fields: ScalarFields, _ store: SegmentStore, _ register: (Program) -> Int) {
        func finding(_ verdict: Verdict) -> Segment {
            var finding = MessageBytes()
            finding.add(rule.id, field: ReplyField.Finding.rule)
            finding.add(varint: rule.isBar ? 2 : 1, field: ReplyField.Finding.kind)
            finding.add(varint: UInt64(verdict.rawValue), field: ReplyField.Finding.verdict)
            finding.add(rule.clause, field: ReplyField.Finding.clause)
            var whole = MessageBytes()
            whole.add(finding, field: ReplyField.Assessment.findings)
            return store.keep(whole.bytes)
        }
        let kind: Kind
        var condition = -1
        var assuming = -1
        var isAssumable = false
        var field: ScalarField?
        switch rule.kind {
        case .requirement(let when):
            kind = .requirement
            condition = register(when)
            field = fields.bool(when)
        case .bar(let ground, let assumed, let assumable):
            kind = .bar
            condition = register(ground)
            assuming = register(assumed)
            isAssumable = assumable
            field = fields.bool(ground)
        case .alreadyAwarded:
            kind = .alreadyAwarded
        }
        let isField = rule.guardCondition == nil && kind != .alreadyAwarded
        self.init(
            kind: kind,
            isAssumable: isAssumable,
            stage: rule.stage,
            rank: rule.stage.rank,
            guardCondition: rule.guardCondition.map(register) ?? -1,
            condition: condition,
            assuming: assuming,
            field: field,
            quick: isField ? field.map { QuickPass($0, wants: kind == .requirement) } ?? .never : .never,
            pass: finding(.pass),
            fail: finding(.fail),
            unknown: finding(.unknown),
            assumed: finding(.assumed)
        )
    }
}

extension CapPlan {
    init(_ cap: Cap, _ store: SegmentStore) {
        var inner = MessageBytes()
        inner.add(cap.id, field: ReplyField.CapUse.id)
        inner.add(varint: UInt64(clamping: cap.limit), field: ReplyField.CapUse.limitFen)
        var binding = MessageBytes()
        binding.add(cap.id, field: ReplyField.Assessment.bindingCap)
        self.init(
            scope: cap.scope,
            limit: cap.limit,
            idAndLimit: store.keep(inner.bytes),
            binding: store.keep(binding.bytes)
        )
    }
}

extension LinePlan {
    init(_ line: LineRule, _ store: SegmentStore, _ register: (Program) -> Int) {
        var id = MessageBytes()
        id.add(line.id, field: ReplyField.Line.id)
        var unit = MessageBytes()
        if case .quantity(let counted) = line.kind { unit.add(counted.lineName, field: ReplyField.Quantity.unit) }
        var basis = MessageBytes()
        basis.add(varint: UInt64(line.basis.rawValue), field: ReplyField.Line.basis)
        var label = MessageBytes()
        label.add(line.label, field: ReplyField.Line.label)
        let kind: Kind =
            switch line.kind {
            case .amount: .amount
            case .quantity: .quantity
            case .date: .date
            case .month: .month
            case .name: .name
            case .names: .names
            case .flag: .flag
            }
        self.init(
            kind: kind,
            value: register(line.value),
            when: line.when.map(register) ?? -1,
            usesDefinitions: MeasureDetails.usesDefinitions(line.value),
            conditionUsesDefinitions: line.when.map { MeasureDetails.usesDefinitions($0) } ?? false,
            isAsked: line.isAsked,
            id: store.keep(id.bytes),
            unit: store.keep(unit.bytes),
            basis: store.keep(basis.bytes),
            label: store.keep(label.bytes)
        )
    }
}

extension MissingPlan {
    init(_ fact: Fact, _ store: SegmentStore) {
        var path = MessageBytes()
        path.add(fact.wirePath, field: ReplyField.MissingFact.path)
        var question = MessageBytes()
        question.add(fact.question, field: ReplyField.MissingFact.question)
        var both = path
        both.add(fact.question, field: ReplyField.MissingFact.question)
        var plain = MessageBytes()
        plain.add(path, field: ReplyField.Assessment.missing)
        var asked = MessageBytes()
        asked.add(both, field: ReplyField.Assessment.missing)
        self.init(
            path: store.keep(plain.bytes),
            pathAndQuestion: store.keep(asked.bytes),
            question: store.keep(question.bytes)
        )
    }
}
