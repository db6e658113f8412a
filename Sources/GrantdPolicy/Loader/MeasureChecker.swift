//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// Checks one measure of a file against the contract and compiles it.
///
/// Every check runs, whatever the others found; what they need and could not be read is passed over in silence, since
/// its problem is reported already.
final class MeasureChecker {
    let draft: MeasureDraft
    let shared: SharedDrafts
    let ownFacts: [String: FactDraft]
    let member: PolicyContract.Member
    let contract: PolicyContract
    let problems: Problems
    let compiler: ExpressionCompiler
    /// The programme's facts that this measure takes.
    private(set) var usedSharedFacts: Set<String> = []

    init(
        draft: MeasureDraft,
        sharing shared: SharedDrafts,
        member: PolicyContract.Member,
        contract: PolicyContract,
        source: SourceText,
        problems: Problems
    ) {
        self.draft = draft
        self.shared = shared
        self.ownFacts = FactDraft.byPath(draft.facts)
        self.member = member
        self.contract = contract
        self.problems = problems
        self.compiler = ExpressionCompiler(contract: contract, member: member, source: source, problems: problems)
    }

    /// The measure, or `nil` after a problem.
    func check(id: String) -> Measure? {
        let definitions = self.checkDefinitions()
        let rules = self.checkRules()
        let caps = self.checkCaps()
        let award = self.checkAward()
        let lines = self.checkLines()
        self.checkDefinitionsAreUsed()
        let facts = self.checkFacts()
        let inForce = self.checkInterval()
        guard self.problems.isEmpty, let definitions, let rules, let caps, let award, let lines, let facts, let inForce,
            let title = self.draft.title, let clause = self.draft.clause, let basis = self.draft.basis
        else { return nil }
        return Measure(
            id: id,
            title: title,
            clause: clause,
            basis: self.draft.agencyRate == nil ? basis.value : .agencyRate,
            agencyRate: self.draft.agencyRate?.value,
            inForce: inForce,
            factsField: self.member.name,
            factsNumber: self.member.number,
            facts: facts,
            rules: rules,
            oncePerSubject: self.draft.once != nil,
            caps: caps,
            award: award.steps,
            definitions: definitions,
            lines: lines
        )
    }

    private func checkDefinitions() -> [Definition]? {
        if !self.draft.isWhole { self.compiler.skip() }
        var definitions: [Definition] = []
        var isWhole = true
        for draft in self.draft.definitions {
            guard let program = self.compiler.define(draft.name.value, draft.expression) else {
                isWhole = false
                continue
            }
            definitions.append(
                Definition(name: draft.name.value, program: program, expression: draft.expression.text)
            )
        }
        return isWhole ? definitions : nil
    }

    private func checkDefinitionsAreUsed() {
        guard self.compiler.isWhole else { return }
        for draft in self.draft.definitions where !self.compiler.wasRead(draft.name.value) {
            let message = "no expression uses \"\(draft.name.value)\""
            self.problems.add(.unusedDefinition, at: draft.name.position, message)
        }
    }

    private func checkInterval() -> DateInterval? {
        guard let programme = self.shared.inForce else { return nil }
        guard self.draft.hasOwnInterval else { return programme }
        guard let own = self.draft.inForce else { return nil }
        if own.value.from < programme.from {
            let message = "the measure begins on \(own.value.fromText), before its programme on \(programme.fromText)"
            self.problems.add(.badInterval, at: own.position, message)
        }
        if let last = programme.until, let lastText = programme.untilText, own.value.until.map({ $0 > last }) ?? true {
            let ending = own.value.untilText.map { "ends on \($0)" } ?? "has no end"
            self.problems.add(
                .badInterval,
                at: own.position,
                "the measure \(ending), but its programme ends on \(lastText)"
            )
        }
        return own.value
    }

    // MARK: - Caps

    private func checkCaps() -> [Cap]? {
        var caps: [Cap] = []
        for draft in self.draft.caps {
            guard let limit = draft.limit, let clause = self.draft.clause else { return nil }
            let scope = draft.scope.value
            caps.append(Cap(scope: scope, limit: limit, clause: clause, label: scope.label))
        }
        return caps
    }

    // MARK: - Lines

    private func checkLines() -> [LineRule]? {
        var lines: [LineRule] = []
        var ids: [String: SourcePosition] = [:]
        for draft in self.draft.lines {
            if let id = draft.id { self.checkIsNew(id, "line", &ids) }
            let when = draft.when.map { self.compiler.compile($0, expecting: .bool) }
            guard let expression = draft.value else {
                self.compiler.skip()
                continue
            }
            let type: ValueType =
                switch draft.kind {
                case .amount, .quantity, nil: .int
                case .date: .date
                case .name: .string
                case .names: .list(.string)
                case .flag: .bool
                }
            let value = self.compiler.compile(expression, expecting: draft.kind == nil ? nil : type)
            guard let value, let id = draft.id, let kind = draft.kind, let label = draft.label,
                let basis = draft.basis ?? self.draft.basis?.value
            else { continue }
            var condition: Program?
            if let when {
                guard let when else { continue }
                condition = when
            }
            lines.append(
                LineRule(
                    id: id.value,
                    kind: kind,
                    value: value,
                    expression: expression.text,
                    when: condition,
                    basis: basis,
                    label: label
                )
            )
        }
        return lines.count == self.draft.lines.count ? lines : nil
    }

    /// Reports an id that was used before.
    func checkIsNew(_ id: Located<String>, _ what: String, _ seen: inout [String: SourcePosition]) {
        if let first = seen[id.value] {
            let message = "the id \"\(id.value)\" names another \(what) already, on line \(first.line)"
            self.problems.add(.duplicateID, at: id.position, message)
        } else {
            seen[id.value] = id.position
        }
    }

    // MARK: - What was taken from the programme

    func useSharedFact(_ path: String) { self.usedSharedFacts.insert(path) }
}
