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
    /// The descriptions of the measure's facts by path, those of the entries of its lists included.
    let ownFacts: [String: FactDraft]
    let member: PolicyContract.Member
    let contract: PolicyContract
    let diagnostics: DiagnosticCollector
    let compiler: ExpressionCompiler
    /// The programme's facts that this measure takes.
    private(set) var usedSharedFacts: Set<String> = []
    /// Fields of the facts message that no expression of this version reads.
    var unreadFields: [String: SourcePosition] = [:]
    /// The programme's definitions that this measure takes.
    private(set) var usedSharedDefinitions: Set<String> = []

    init(
        draft: MeasureDraft,
        sharing shared: SharedDrafts,
        facts: [String: FactDraft],
        member: PolicyContract.Member,
        contract: PolicyContract,
        source: SourceText,
        diagnostics: DiagnosticCollector,
        budget: CompilationBudget
    ) {
        self.draft = draft
        self.shared = shared
        self.ownFacts = facts
        self.member = member
        self.contract = contract
        self.diagnostics = diagnostics
        self.compiler = ExpressionCompiler(
            contract: contract,
            member: member,
            source: source,
            figures: draft.figures,
            diagnostics: diagnostics,
            budget: budget
        )
    }

    /// The measure, or `nil` after a problem.
    func check(id: String) -> Measure? {
        let calculator = self.checkCalculator()
        let definitions = self.checkDefinitions(beside: calculator?.calculator.outputs.map(\.name) ?? [])
        let inForceCondition = self.draft.inForceCondition.map { self.compiler.compile($0, expecting: .bool) }
        let refusals = self.checkRefusals()
        let rules = self.checkRules()
        let caps = self.checkCaps()
        let usedUp = self.checkUsedUp()
        let award = self.checkAward()
        self.warnOfIdleSums()
        let lines = self.checkLines()
        self.checkDefinitionsAreUsed()
        let facts = self.checkFacts()
        let inForce = self.checkInterval()
        guard self.diagnostics.isEmpty, !self.diagnostics.isFull, let definitions, let rules, let caps, let award,
            let lines,
            let facts, let inForce,
            let title = self.draft.title, let clause = self.draft.clause, let basis = self.draft.basis
        else { return nil }
        return Measure(
            id: id,
            title: title,
            clause: clause,
            basis: self.draft.agencyRate == nil ? basis.value : .agencyRate,
            agencyRate: self.draft.agencyRate?.value,
            inForce: inForce,
            inForceClause: self.inForceClause(of: clause),
            inForceCondition: inForceCondition ?? nil,
            isScreenedOnRequest: self.draft.isScreenedOnRequest,
            factsField: self.member.name,
            factsNumber: self.member.number,
            facts: facts,
            rules: rules,
            oncePerSubject: self.draft.once != nil,
            caps: caps,
            award: award.steps,
            usedUp: usedUp,
            refusals: refusals,
            calculator: calculator,
            definitions: definitions,
            lines: lines
        )
    }

    /// - Parameter calculated: The names that a calculator gives.
    private func checkDefinitions(beside calculated: [String]) -> [Definition]? {
        if !self.draft.isWhole { self.compiler.skip() }
        var definitions: [Definition] = []
        var isWhole = true
        let shared = SharedDefinitions(self.shared.definitions).needed(by: self.draft, self.shared.rules)
        guard shared.count + self.draft.definitions.count <= LoaderLimits.definitions else {
            let message = Text(
                zh: "措施用到的定义多于 \(LoaderLimits.definitions) 个",
                en: "the measure uses more than \(LoaderLimits.definitions) definitions"
            )
            self.diagnostics.add(.tooLarge, at: self.draft.position, message)
            self.compiler.skip()
            return nil
        }
        self.usedSharedDefinitions = Set(shared.map(\.name.value))
        for draft in self.draft.definitions where self.usedSharedDefinitions.contains(draft.name.value) {
            let message = Text(
                zh: "文件的 define 中已有“\(draft.name.value)”",
                en: "the file's define has \"\(draft.name.value)\" already"
            )
            self.diagnostics.add(.duplicateID, at: draft.name.position, message)
            isWhole = false
        }
        self.checkFigureNames(shared + self.draft.definitions, calculated)
        for draft in shared + self.draft.definitions {
            guard let program = self.define(draft) else {
                isWhole = false
                continue
            }
            let expression = draft.expressions.first?.text ?? ""
            definitions.append(Definition(name: draft.name.value, program: program, expression: expression))
        }
        return isWhole ? definitions : nil
    }

    private func define(_ draft: DefinitionDraft) -> Program? {
        switch draft.body {
        case .expression(let expression): return self.compiler.define(draft.name.value, expression)
        case .table(let table):
            return self.compiler.define(draft.name.value, by: table.key) { self.expression(of: table, $0, $1) }
        }
    }

    /// `key == A ? … : key == B ? … : nothing`.
    private func expression(of table: TableDraft, _ key: String, _ type: EnumType) -> String? {
        guard self.checkKinds(of: table) else { return nil }
        var cells: [(name: String, text: String)] = []
        var isText = false
        for row in table.rows {
            guard type.values.contains(where: { $0.name == row.name.value }) else {
                let hint = self.diagnostics.suggestion(for: row.name.value, among: type.values.map(\.name))
                let message = Text(
                    zh: "\(type.name) 没有取值“\(row.name.value)”\(hint.zh)",
                    en: "\(type.name) has no value \"\(row.name.value)\"\(hint.en)"
                )
                self.diagnostics.add(.badRow, at: row.name.position, message)
                return nil
            }
            switch row.cell {
            case .int(let value): cells.append((row.name.value, value < 0 ? "(\(value))" : "\(value)"))
            case .text(let text):
                isText = true
                let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                cells.append((row.name.value, "\"\(escaped)\""))
            }
        }
        let written = Set(cells.map(\.name))
        let missing = type.values.map(\.name).filter { $0 != "NONE" && $0 != "OTHER" && !written.contains($0) }
        guard missing.isEmpty else {
            let message = Text(
                zh: "表中缺少这些行：\(missing.joined(separator: "、"))",
                en: "the table has no row for \(missing.joined(separator: ", "))"
            )
            self.diagnostics.add(.badRow, at: table.key.position, message)
            return nil
        }
        let nothing = isText ? "\"\"" : "0"
        return cells.reversed().reduce(nothing) { (rest: String, cell) -> String in
            "\(key) == \(type.name).\(cell.name) ? \(cell.text) : \(rest)"
        }
    }

    /// The rows of a table are all sums and whole numbers, all shares, or all texts. Where one is a share, a word that is none
    /// is a figure's name that was mistyped: as a text it would fail only when somebody is assessed.
    private func checkKinds(of table: TableDraft) -> Bool {
        var isWhole = true
        let hasShare = table.rows.contains { row in
            if case .text(let text) = row.cell { Self.isShare(text) } else { false }
        }
        let isNumeric = table.rows.first.map { if case .int = $0.cell { true } else { false } } ?? false
        for row in table.rows {
            switch row.cell {
            case .text(let text) where hasShare && !Self.isShare(text):
                let hint = self.diagnostics.suggestion(for: text, among: self.draft.figures.byName.keys.sorted())
                let message = Text(
                    zh: "其他行是比例，而“\(text)”既不是比例，也不是 figures 中的名称\(hint.zh)",
                    en: "other rows are shares, and \"\(text)\" is neither a share nor the name of a figure\(hint.en)"
                )
                self.diagnostics.add(.badRow, at: row.name.position, message)
                isWhole = false
            case .int where !isNumeric, .text where isNumeric:
                let message = Text(
                    zh: "各行须同类：都是金额或整数，都是比例（30%、1/3），或都是文本；这一行与第一行不同",
                    en: "rows are all sums or whole numbers, all shares (30%, 1/3), or all texts; "
                        + "this one is not like the first"
                )
                self.diagnostics.add(.badRow, at: row.name.position, message)
                isWhole = false
            case .int, .text: continue
            }
        }
        return isWhole
    }

    private static func isShare(_ text: String) -> Bool { (try? RatioLiteral.parse(text)) != nil }

    private func checkDefinitionsAreUsed() {
        guard self.compiler.isWhole else { return }
        for draft in self.draft.definitions where !self.compiler.wasRead(draft.name.value) {
            let message = Text(zh: "没有表达式用到“\(draft.name.value)”", en: "no expression uses \"\(draft.name.value)\"")
            self.diagnostics.add(.unusedDefinition, at: draft.name.position, message)
        }
    }

    private func checkInterval() -> DateInterval? {
        guard let programme = self.shared.inForce else { return nil }
        guard self.draft.hasOwnInterval else { return programme }
        guard let own = self.draft.inForce else { return nil }
        if own.value.from < programme.from {
            let message = Text(
                zh: "措施自 \(own.value.fromText) 起，早于项目的 \(programme.fromText)",
                en: "the measure begins on \(own.value.fromText), before its programme on \(programme.fromText)"
            )
            self.diagnostics.add(.badInterval, at: own.position, message)
        }
        if let last = programme.until, let lastText = programme.untilText, own.value.until.map({ $0 > last }) ?? true {
            let zh = own.value.untilText.map { "到 \($0) 止" } ?? "没有终止日"
            let en = own.value.untilText.map { "ends on \($0)" } ?? "has no end"
            let message = Text(
                zh: "措施\(zh)，而项目到 \(lastText) 止",
                en: "the measure \(en), but its programme ends on \(lastText)"
            )
            self.diagnostics.add(.badInterval, at: own.position, message)
        }
        return own.value
    }

    /// The clause that the days are from: of those that a measure writes itself its own, else its programme's.
    ///
    /// - Parameter clause: The measure's, where neither is written.
    private func inForceClause(of clause: String) -> String {
        if let own = self.draft.inForceClause { return own }
        return self.draft.hasOwnInterval ? clause : self.shared.inForceClause ?? clause
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
            if let id = draft.id { self.checkIsNew(id, Subject(zh: "明细行", en: "line"), &ids) }
            let when = draft.when.map { self.compiler.compile($0, expecting: .bool) }
            guard let expression = draft.value else {
                self.compiler.skip()
                continue
            }
            let type: ValueType? =
                switch draft.kind {
                case .amount, .quantity, nil: .int
                case .date, .month: .date
                // A text, or a value of an enum, which goes by its name.
                case .name: nil
                case .names: .list(.string)
                case .flag: .bool
                }
            let compiled = self.compiler.compile(expression, expecting: draft.kind == nil ? nil : type)
            let nameLabels = self.nameLabels(of: draft, compiled?.resultType)
            guard let value = compiled.flatMap({ self.shown($0, draft.kind, expression) }), let id = draft.id,
                let kind = draft.kind, let label = draft.label,
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
                    isAsked: draft.isAsked,
                    basis: basis,
                    label: label,
                    nameLabels: nameLabels
                )
            )
        }
        return lines.count == self.draft.lines.count ? lines : nil
    }

    /// What people read in place of the names of a line: the line's own `values`, else those of the fact with its enum.
    private func nameLabels(of draft: LineDraft, _ type: ValueType?) -> [String: Text] {
        if let values = draft.values {
            let labels = values.labels.compactMap { entry in entry.label.map { (entry.name.value, $0) } }
            return Dictionary(labels, uniquingKeysWith: { first, _ in first })
        }
        if case .enumeration(let type)? = type { return self.nameLabels(of: type) }
        guard type == .string || type == .list(.string), draft.kind == .name || draft.kind == .names else { return [:] }
        let message = Text(
            zh: "人们看到的是标签而不是名称：明细行要写 values，为每个名称给出标签",
            en: "people read labels in place of names: the line needs values with a label for each name"
        )
        self.diagnostics.add(.missingKey, at: draft.position, message)
        return [:]
    }

    /// The program of a line as it is written into an answer: months and the values of enums as text.
    private func shown(_ program: Program, _ kind: LineRule.Kind?, _ expression: ExpressionDraft) -> Program? {
        switch (kind, program.resultType) {
        case (.month, _):
            return self.compiler.compile(
                composed: "year_month(\(expression.text)\n)",
                expecting: .string,
                at: expression.position
            )
        case (.name, .enumeration(let type)):
            let text = type.values.dropLast().reversed().reduce("\"" + (type.values.last?.name ?? "") + "\"") {
                (rest: String, value) -> String in
                "(\(expression.text)\n) == \(type.name).\(value.name) ? \"\(value.name)\" : \(rest)"
            }
            return self.compiler.compile(composed: text, expecting: .string, at: expression.position)
        case (.name, .string): return program
        case (.name, let type):
            let message = Text(
                zh: "name 是文本或枚举取值，而这里得到 \(type)",
                en: "a name is a text or a value of an enum, and this gives \(type)"
            )
            self.diagnostics.add(.resultType, at: expression.position, message)
            return nil
        default: return program
        }
    }

    /// Reports an id that was used before.
    func checkIsNew(_ id: Located<String>, _ what: Subject, _ seen: inout [String: SourcePosition]) {
        if let first = seen[id.value] {
            let message = Text(
                zh: "编号“\(id.value)”已用于第 \(first.line) 行的另一\(what.zh)",
                en: "the id \"\(id.value)\" names another \(what.en) already, on line \(first.line)"
            )
            self.diagnostics.add(.duplicateID, at: id.position, message)
        } else {
            seen[id.value] = id.position
        }
    }

    // MARK: - What was taken from the programme

    func useSharedFact(_ path: String) { self.usedSharedFacts.insert(path) }
}
