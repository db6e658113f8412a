//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdPolicy
internal import GrantdSchema

/// Owns what a ``MeasurePlan`` points at, and knows what is seldom asked: names for errors, for nested facts, for
/// explanations. Immutable.
final class MeasureDetails {
    let measure: Measure
    let programme: Programme
    let plan: MeasurePlan
    /// What the programs' inputs are called on the wire.
    let inputNames: [String]
    /// What computes the inputs before the definitions, if anything does.
    let calculator: (any PreparedCalculator)?

    private let store = SegmentStore()
    private let boxes: [ProgramBox]
    /// By program, the field that an error names.
    private let fields: [String]
    /// By program, what a person calls it.
    private let names: [String]
    /// By path on the wire, with `[]` for entries of lists.
    private let questionIndices: [String: Int]

    /// Makes a measure ready; `version` is its index among the policy set's measures.
    init(_ measure: Measure, of programme: Programme, version: Int) {
        let store = self.store
        let contract = programme.contract
        let member = contract.member(measure.factsField)
        let scalars = ScalarFields(facts: member?.type, measure: measure)
        var programs: [Program] = []
        var programNames: [String] = []
        // Whose the programs are that are registered.
        var owner = ""
        func register(_ program: Program) -> Int {
            programNames.append(owner)
            programs.append(program)
            return programs.count - 1
        }

        for definition in measure.definitions {
            owner = "the definition \(definition.name)"
            _ = register(definition.program)
        }
        let rules = measure.rules.map { rule in
            owner = "the rule \(rule.id)"
            return RulePlan(rule, scalars, store, register)
        }
        owner = "the award"
        let award: AwardPlan? =
            measure.basis.hasFigure
            ? measure.award.map {
                AwardPlan($0, limits: measure.caps.map(\.limit), fields: scalars, register: register, store)
            } : nil
        owner = "the condition of being in force"
        let inForceCondition = measure.inForceCondition.map(register) ?? -1
        owner = "a refusal"
        let refusals = measure.refusals.map { register($0.when) }
        owner = "the condition of being used up"
        let usedUp = measure.usedUp.map { register($0.condition) } ?? -1
        owner = "the calculator's needs"
        let calculatorNeeds = measure.calculator.map { register($0.needs) } ?? -1
        let asked = measure.lines.filter(\.isAsked)
        let rulesUseDefinitions =
            programs.dropFirst(measure.definitions.count).contains { Self.usesDefinitions($0) }
            || asked.contains { Self.usesDefinitions($0.value) || $0.when.map(Self.usesDefinitions) ?? false }
        let lines = measure.lines.map { line in
            owner = "the line \(line.id)"
            return LinePlan(line, store, register)
        }
        let calculated = measure.calculator?.calculator.outputs.map(\.name) ?? []
        var usedUpBinding = MessageBytes()
        if let cap = measure.usedUp?.cap { usedUpBinding.add(cap, field: ReplyField.Assessment.bindingCap) }
        let segments = MeasureSegments(measure, of: programme, rules: rules, store)
        let readsSubject = measure.programs.contains { $0.reads(ProgramInputs.subject) }

        func indices(_ fields: [RecordType.Field], _ member: String) -> [Int] {
            fields.map { field in measure.facts.firstIndex { $0.wirePath == member + "." + field.name } ?? -1 }
        }

        self.measure = measure
        self.programme = programme
        self.boxes = programs.map { ProgramBox($0) }
        self.plan = MeasurePlan(
            version: version,
            basis: Int32(measure.basis.rawValue),
            firstDay: Int32(clamping: measure.inForce.from),
            programs: store.keep(self.boxes.map { .passUnretained($0) }),
            definitionCount: measure.definitions.count,
            firstDefinition: ProgramInputs.definitions + calculated.count,
            rulesUseDefinitions: rulesUseDefinitions,
            rules: store.keep(rules),
            hasPreconditions: inForceCondition >= 0 || !refusals.isEmpty,
            inForceCondition: inForceCondition,
            refusals: store.keep(refusals),
            usedUp: usedUp,
            usedUpBinding: store.keep(usedUpBinding.bytes),
            calculatorNeeds: calculatorNeeds,
            caps: store.keep(measure.caps.map { CapPlan($0, store) }),
            lines: store.keep(lines),
            missing: store.keep(measure.facts.map { MissingPlan($0, store) }),
            factIndices: store.keep(indices(member?.message.record.fields ?? [], measure.factsField)),
            applicantIndices: store.keep(indices(contract.applicant.record.fields, "applicant")),
            award: award,
            hangsOnSubject: measure.oncePerSubject || measure.caps.contains { $0.scope.isPerSubject } || readsSubject,
            hangsOnAwards: measure.isUsedUpByAwards,
            capYears: measure.caps.map(\.scope.spannedYears).max() ?? 0,
            readsAwards: measure.programs.contains { $0.reads(ProgramInputs.priorAwards) },
            readsSubject: readsSubject,
            reportsPotential: measure.basis.hasFigure && measure.basis != .floor,
            asksLines: !asked.isEmpty,
            linesCanFail: measure.lines.contains { $0.kind == .amount || $0.when != nil },
            segments: segments
        )
        self.inputNames =
            [measure.factsField] + ProgramInputs.names.dropFirst() + calculated + measure.definitions.map(\.name)
        self.calculator = measure.calculator.flatMap { use in
            member.flatMap { use.prepared(for: $0.type) }
        }
        let names = ProgramFields(measure)
        self.fields = programs.map { names.errorField(of: $0) }
        self.names = programNames
        self.questionIndices = Dictionary(
            measure.facts.enumerated().map { ($0.element.wirePath, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Whether a program reads a definition.
    static func usesDefinitions(_ program: Program) -> Bool {
        program.references.contains { $0.input >= ProgramInputs.definitions }
    }

    /// A fact inside a list, by its path and the fact whose question it asks: `x.deals[3].valid` asks that of
    /// `x.deals[].valid`.
    func nested(_ attribute: AttributeReference) -> NestedFact {
        let path = attribute.path.description(inputNames: self.inputNames)
        var isInside = false
        let general = path.utf8.filter { byte in
            if byte == UInt8(ascii: "]") { isInside = false }
            defer { if byte == UInt8(ascii: "[") { isInside = true } }
            return !isInside
        }
        return NestedFact(path: path, question: self.questionIndices[String(decoding: general, as: UTF8.self)])
    }

    /// What a person calls a program: `the rule "large-enough"`.
    func name(of program: Int) -> String {
        self.names.indices.contains(program) ? self.names[program] : ""
    }

    /// The field that an error of a program names.
    func field(of program: Int) -> String {
        self.fields.indices.contains(program) ? self.fields[program] : ""
    }
}
