//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// One version of a measure, made ready for evaluation: programs in one row, and every part of an answer that does not hang on the application encoded
/// already. Immutable.
final class MeasurePlan {
    /// The index of the first definition among the programs' inputs.
    static let definitionsInput = 3

    let measure: Measure
    let programme: Programme
    /// The index of the version among the policy set's measures.
    let version: Int
    let programs: UnsafeMutablePointer<Program>
    let programCount: Int
    let rules: UnsafeMutablePointer<RulePlan>
    let ruleCount: Int
    let firstDefinition: Int
    let definitionCount: Int
    let award: AwardPlan?
    let caps: [CapPlan]
    let lines: [LinePlan]
    /// By fact of the measure.
    let missing: [MissingPlan]
    /// A rule or a cap goes by subject.
    let hangsOnSubject: Bool
    /// The basis has a figure that is a most.
    let reportsPotential: Bool
    /// A line sums facts.
    let linesCanFail: Bool
    let segments: MeasureSegments
    /// What the programs' inputs are called on the wire.
    let inputNames: [String]
    let store: SegmentStore

    /// By program, the field that an error names.
    private let fields: [String]
    /// By field of the facts message and of the applicant, the index of the fact.
    private let factIndices: [Int]
    private let applicantIndices: [Int]
    /// By path on the wire, with `[]` for entries of lists.
    private let questionIndices: [String: Int]

    /// Makes a measure ready.
    ///
    /// - Parameters:
    ///   - factsFields: The fields of its facts message, in the order of its record type.
    ///   - applicantFields: The same of the applicant.
    init(
        _ measure: Measure,
        of programme: Programme,
        version: Int,
        factsFields: [String],
        applicantFields: [String]
    ) {
        let store = SegmentStore()
        var programs: [Program] = []
        func register(_ program: Program) -> Int {
            programs.append(program)
            return programs.count - 1
        }

        self.firstDefinition = 0
        self.definitionCount = measure.definitions.count
        for definition in measure.definitions { _ = register(definition.program) }
        let rules = measure.rules.map { Self.plan($0, store, register) }
        let caps = measure.caps.map { Self.plan($0, store) }
        let award =
            measure.basis.hasFigure
            ? measure.award.map { AwardPlan($0, limits: measure.caps.map(\.limit), register: register) } : nil
        let lines = measure.lines.map { Self.plan($0, store, register) }
        let missing = measure.facts.map { Self.plan($0, store) }

        self.measure = measure
        self.programme = programme
        self.version = version
        self.store = store
        self.programs = .allocate(capacity: max(programs.count, 1))
        self.programs.initialize(from: programs, count: programs.count)
        self.programCount = programs.count
        self.rules = .allocate(capacity: max(rules.count, 1))
        self.rules.initialize(from: rules, count: rules.count)
        self.ruleCount = rules.count
        self.award = award
        self.caps = caps
        self.lines = lines
        self.missing = missing
        self.hangsOnSubject = measure.oncePerSubject || measure.caps.contains { $0.scope.isPerSubject }
        self.reportsPotential = measure.basis.hasFigure && measure.basis != .floor
        self.linesCanFail = measure.lines.contains { $0.kind == .amount || $0.when != nil }
        self.segments = MeasureSegments(measure, of: programme, rules: rules, store)
        self.inputNames = [measure.factsField, "applicant", "as_of"] + measure.definitions.map(\.name)
        let names = ProgramFields(measure)
        self.fields = programs.map { names.errorField(of: $0) }
        self.factIndices = factsFields.map { name in
            measure.facts.firstIndex { $0.wirePath == measure.factsField + "." + name } ?? -1
        }
        self.applicantIndices = applicantFields.map { name in
            measure.facts.firstIndex { $0.wirePath == "applicant." + name } ?? -1
        }
        self.questionIndices = Dictionary(
            measure.facts.enumerated().map { ($0.element.wirePath, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    deinit {
        self.programs.deinitialize(count: self.programCount)
        self.programs.deallocate()
        self.rules.deallocate()
    }

    /// The index of the fact that is a field of an input; `nil` where the measure describes none.
    func missingIndex(input: Int, field: Int) -> Int? {
        let indices: [Int]
        switch input {
        case 0: indices = self.factIndices
        case 1: indices = self.applicantIndices
        default: return nil
        }
        guard indices.indices.contains(field), indices[field] >= 0 else { return nil }
        return indices[field]
    }

    /// The index of the fact whose question a path asks: `x.deals[3].valid` asks that of `x.deals[].valid`.
    func questionIndex(path: String) -> Int? {
        var general = ""
        var isInside = false
        for character in path {
            if character == "]" { isInside = false }
            if !isInside { general.append(character) }
            if character == "[" { isInside = true }
        }
        return self.questionIndices[general]
    }

    /// The field that an error of a program names.
    func field(of program: Int) -> String {
        self.fields.indices.contains(program) ? self.fields[program] : ""
    }
}

// MARK: - Parts

extension MeasurePlan {
    private static func plan(_ rule: Rule, _ store: SegmentStore, _ register: (Program) -> Int) -> RulePlan {
        func finding(_ verdict: Verdict) -> Segment {
            var finding = MessageBytes()
            finding.add(rule.id, field: AnswerField.Finding.rule)
            finding.add(varint: rule.isBar ? 2 : 1, field: AnswerField.Finding.kind)
            finding.add(varint: UInt64(verdict.rawValue), field: AnswerField.Finding.verdict)
            finding.add(rule.clause, field: AnswerField.Finding.clause)
            var whole = MessageBytes()
            whole.add(finding, field: AnswerField.Assessment.findings)
            return store.keep(whole.bytes)
        }
        let kind: RulePlan.Kind
        var condition = -1
        var assuming = -1
        var isAssumable = false
        switch rule.kind {
        case .requirement(let when):
            kind = .requirement
            condition = register(when)
        case .bar(let ground, let assumed, let assumable):
            kind = .bar
            condition = register(ground)
            assuming = register(assumed)
            isAssumable = assumable
        case .alreadyAwarded:
            kind = .alreadyAwarded
        }
        return RulePlan(
            kind: kind,
            isAssumable: isAssumable,
            isDisbursementOnly: rule.stage == .disbursement,
            condition: condition,
            assuming: assuming,
            pass: finding(.pass),
            fail: finding(.fail),
            unknown: finding(.unknown),
            assumed: finding(.assumed)
        )
    }

    private static func plan(_ cap: Cap, _ store: SegmentStore) -> CapPlan {
        var inner = MessageBytes()
        inner.add(cap.id, field: AnswerField.CapUse.id)
        inner.add(varint: UInt64(clamping: cap.limit), field: AnswerField.CapUse.limitFen)
        var binding = MessageBytes()
        binding.add(cap.id, field: AnswerField.Assessment.bindingCap)
        return CapPlan(
            scope: cap.scope,
            limit: cap.limit,
            idAndLimit: store.keep(inner.bytes),
            binding: store.keep(binding.bytes)
        )
    }

    private static func plan(_ line: LineRule, _ store: SegmentStore, _ register: (Program) -> Int) -> LinePlan {
        var id = MessageBytes()
        id.add(line.id, field: AnswerField.Line.id)
        var unit = MessageBytes()
        if case .quantity(let name) = line.kind { unit.add(name, field: AnswerField.Quantity.unit) }
        var basis = MessageBytes()
        basis.add(varint: UInt64(line.basis.rawValue), field: AnswerField.Line.basis)
        var label = MessageBytes()
        label.add(line.label, field: AnswerField.Line.label)
        return LinePlan(
            kind: line.kind,
            value: register(line.value),
            when: line.when.map(register),
            id: store.keep(id.bytes),
            unit: store.keep(unit.bytes),
            basis: store.keep(basis.bytes),
            label: store.keep(label.bytes)
        )
    }

    private static func plan(_ fact: Fact, _ store: SegmentStore) -> MissingPlan {
        var path = MessageBytes()
        path.add(fact.wirePath, field: AnswerField.MissingFact.path)
        var question = MessageBytes()
        question.add(fact.question, field: AnswerField.MissingFact.question)
        var both = path
        both.add(fact.question, field: AnswerField.MissingFact.question)
        var plain = MessageBytes()
        plain.add(path, field: AnswerField.Assessment.missing)
        var asked = MessageBytes()
        asked.add(both, field: AnswerField.Assessment.missing)
        return MissingPlan(
            path: store.keep(plain.bytes),
            pathAndQuestion: store.keep(asked.bytes),
            question: store.keep(question.bytes)
        )
    }
}
