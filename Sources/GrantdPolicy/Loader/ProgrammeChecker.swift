//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdSchema

/// Checks one policy file from its bytes to its programme.
struct ProgrammeChecker: Sendable {
    /// The ids of the programmes whose measures may have numbers below those of agencies.
    let builtIn: Set<String>
    /// For all files that are checked together.
    private let budget = CompilationBudget.Shared()

    init(builtIn: Set<String>) {
        self.builtIn = builtIn
    }

    /// What came of a file.
    struct Outcome: Sendable {
        /// `nil` after an error.
        let programme: Programme?
        /// The id that the file names, whatever else is wrong with it.
        let id: Located<String>?
        let diagnostics: [PolicyDiagnostic]
    }

    /// - Parameter cancellation: Gives the check up; nothing of the outcome counts then.
    func check(_ file: PolicyFile, _ cancellation: LoadCancellation? = nil) -> Outcome {
        guard file.bytes.count <= LoaderLimits.fileBytes else {
            let message = Text(
                zh: "文件超过 \(LoaderLimits.fileBytes) 字节",
                en: "the file is larger than \(LoaderLimits.fileBytes) bytes"
            )
            return Self.failure(file, .tooLarge, at: .start, message)
        }
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            let (position, line) = Self.firstInvalid(file.bytes)
            let message = Text(zh: "文件不是 UTF-8 编码", en: "the file is not UTF-8")
            return Self.failure(file, .encoding, at: position, message, line: line)
        }
        let source = SourceText(text)
        let diagnostics = DiagnosticCollector(file: file.name, source: source, cancellation: cancellation)
        var draft: ProgrammeDraft?
        var measures: [Measure] = []
        var facts: (schema: FactsSchema, contract: PolicyContract)?
        if let node = YAMLReader(source: source, diagnostics: diagnostics).read() {
            draft = DraftReader(diagnostics: diagnostics).programme(node)
        }
        if let draft { (measures, facts) = self.check(draft, source, diagnostics) }
        guard diagnostics.isEmpty, !diagnostics.isFull, let draft, let facts, let id = draft.id,
            let number = draft.documentNumber,
            let title = draft.title,
            let issuer = draft.issuer, let issued = draft.issued, let gazette = draft.gazette,
            let inForce = draft.inForce
        else {
            return Outcome(programme: nil, id: draft?.id, diagnostics: diagnostics.sorted())
        }
        let programme = Programme(
            id: id.value,
            documentNumber: number,
            title: title,
            issuer: issuer,
            issued: issued,
            gazette: gazette,
            inForce: inForce,
            measures: measures,
            facts: facts.schema,
            contract: facts.contract,
            file: file
        )
        return Outcome(programme: programme, id: id, diagnostics: diagnostics.sorted())
    }

    // MARK: - Measures

    /// Every version of every measure: measures in the file's order, the versions of one together and by date.
    private func check(
        _ draft: ProgrammeDraft,
        _ source: SourceText,
        _ diagnostics: DiagnosticCollector
    ) -> (measures: [Measure], facts: (FactsSchema, PolicyContract)?) {
        let factsChecker = FactsChecker(draft, isBuiltIn: self.builtIn.contains(draft.id?.value ?? ""), diagnostics)
        if draft.measures.count > LoaderLimits.measures {
            let message = Text(
                zh: "文件的措施（含各版本）多于 \(LoaderLimits.measures) 项",
                en: "the file has more than \(LoaderLimits.measures) measures, versions included"
            )
            diagnostics.add(.tooLarge, at: draft.measures[LoaderLimits.measures].position, message)
            return ([], nil)
        }
        guard self.budget.take(measures: draft.measures.count) else {
            let message = Text(
                zh: "全部政策文件的措施（含各版本）合计多于 \(LoaderLimits.allMeasures) 项",
                en: "the policy files have more than \(LoaderLimits.allMeasures) measures together, versions included"
            )
            diagnostics.add(.tooLarge, at: draft.position, message)
            return ([], nil)
        }
        guard let schema = factsChecker.schema() else { return ([], nil) }
        let contract = PolicyContract(schema)
        let shared = SharedDrafts(draft.shared, within: draft.inForce, by: draft.inForceClause)
        let budget = CompilationBudget(self.budget)
        var usedFacts: Set<String> = []
        var usedDefinitions: Set<String> = []
        // By measure: what no version reads, and where it stands.
        var unread: [String: [String: SourcePosition]] = [:]
        var wereAllChecked = true
        var measures: [Measure] = []
        for measure in draft.measures where !diagnostics.isFull {
            guard let programme = draft.id, let id = measure.id else {
                wereAllChecked = false
                continue
            }
            let fullID = "\(programme.value).\(id.value)"
            // A measure whose number is wrong has no member; that was told already.
            guard let member = contract.member(Identifier.member(ofMeasure: fullID)) else {
                wereAllChecked = false
                continue
            }
            let checker = MeasureChecker(
                draft: measure,
                sharing: measure.sharedParts.map { SharedDrafts($0, within: draft.inForce, by: draft.inForceClause) }
                    ?? shared,
                facts: measure.retold(factsChecker.facts(ofMeasure: id.value)),
                member: member,
                contract: contract,
                source: source,
                diagnostics: diagnostics,
                budget: budget
            )
            if let measure = checker.check(id: fullID) { measures.append(measure) }
            usedFacts.formUnion(checker.usedSharedFacts)
            usedDefinitions.formUnion(checker.usedSharedDefinitions)
            if !checker.compiler.isWhole { wereAllChecked = false }
            let others = unread[id.value] ?? checker.unreadFields
            unread[id.value] = others.filter { checker.unreadFields[$0.key] != nil }
        }
        // Nothing more would be kept, and the work grows with the square of what a hostile file holds.
        guard !diagnostics.isFull else { return ([], nil) }
        for fields in unread.values {
            for (field, position) in fields {
                let message = Text(
                    zh: "措施的表达式都没有读取其事实“\(field)”",
                    en: "no expression of the measure reads \"\(field)\", which its facts hold"
                )
                diagnostics.add(.unusedFact, at: position, message)
            }
        }
        self.checkIDs(draft, diagnostics)
        self.checkSharedRules(draft, diagnostics)
        if wereAllChecked {
            for definition in draft.definitions where !usedDefinitions.contains(definition.name.value) {
                let message = Text(
                    zh: "没有措施用到“\(definition.name.value)”",
                    en: "no measure uses \"\(definition.name.value)\""
                )
                diagnostics.add(.unusedDefinition, at: definition.name.position, message)
            }
        }
        if wereAllChecked { self.reportUnusedFigures(draft, diagnostics) }
        // Of a measure that could not be checked nobody knows what it asks for.
        self.checkSharedFacts(draft, wereAllChecked ? usedFacts : nil, diagnostics)
        return (Self.grouped(measures), (schema, contract))
    }

    /// Every measure stands once; its versions stand inside it.
    private func checkIDs(_ draft: ProgrammeDraft, _ diagnostics: DiagnosticCollector) {
        var lines: [String: Int] = [:]
        for measure in draft.measures where !measure.isLaterVersion {
            guard let id = measure.id else { continue }
            guard let line = lines[id.value] else {
                lines[id.value] = id.position.line
                continue
            }
            diagnostics.add(
                .duplicateID,
                at: id.position,
                Text(
                    zh: "第\(line)行的措施已用“\(id.value)”；同一措施的各版本写在它的 versions 下",
                    en: "the id \"\(id.value)\" names another measure already, on line \(line); "
                        + "versions of one measure stand under its versions"
                )
            )
        }
    }

    private func reportUnusedFigures(_ draft: ProgrammeDraft, _ diagnostics: DiagnosticCollector) {
        for figure in draft.figures.uses.unused {
            diagnostics.add(
                .unusedFigure,
                at: figure.name.position,
                Text(
                    zh: "没有任何内容用到数值“\(figure.name.value)”",
                    en: "nothing uses the figure \"\(figure.name.value)\""
                )
            )
        }
    }

    private func checkSharedRules(_ draft: ProgrammeDraft, _ diagnostics: DiagnosticCollector) {
        let names = Set(draft.rules.map(\.name.value))
        var taken: Set<String> = []
        for measure in draft.measures {
            for case .shared(let name) in measure.requires + measure.bars {
                // A misspelt name is reported where it stands, and not once more at the rule that was meant.
                let isKnown = names.contains(name.value)
                taken.insert(
                    isKnown ? name.value : Suggestion.nearest(to: name.value, among: names.sorted()) ?? name.value
                )
            }
        }
        for rule in draft.rules where !taken.contains(rule.name.value) {
            diagnostics.add(
                .unusedRule,
                at: rule.name.position,
                Text(zh: "没有措施用到规则“\(rule.name.value)”", en: "no measure takes the rule \"\(rule.name.value)\"")
            )
        }
    }

    private func checkSharedFacts(_ draft: ProgrammeDraft, _ used: Set<String>?, _ diagnostics: DiagnosticCollector) {
        for fact in draft.facts {
            let path = fact.path.value
            let prefix = "applicant."
            if path.hasPrefix(prefix), PolicyContract.applicant.field(String(path.dropFirst(prefix.count))) == nil {
                let names = PolicyContract.applicant.fields.map { prefix + $0.path }
                let hint = diagnostics.suggestion(for: path, among: names)
                diagnostics.add(
                    .unknownFact,
                    at: fact.path.position,
                    Text(zh: "申请人没有字段“\(path)”\(hint.zh)", en: "the applicant has no field \"\(path)\"\(hint.en)")
                )
            } else if let used, !used.contains(path) {
                diagnostics.add(
                    .unusedFact,
                    at: fact.path.position,
                    Text(zh: "文件中没有措施询问“\(path)”", en: "no measure of the file asks for \"\(path)\"")
                )
            }
        }
    }

    /// Versions of one measure together and by date, measures in the order of their first entry.
    private static func grouped(_ measures: [Measure]) -> [Measure] {
        var order: [String] = []
        var versions: [String: [Measure]] = [:]
        for measure in measures {
            if versions[measure.id] == nil { order.append(measure.id) }
            versions[measure.id, default: []].append(measure)
        }
        return order.flatMap { id in (versions[id] ?? []).sorted { $0.inForce.from < $1.inForce.from } }
    }

    // MARK: - Bytes

    private static func failure(
        _ file: PolicyFile,
        _ code: PolicyDiagnostic.Code,
        at position: SourcePosition,
        _ message: Text,
        line: String = ""
    ) -> Outcome {
        let diagnostic = PolicyDiagnostic(
            file: file.name,
            line: position.line,
            column: position.column,
            code: code,
            message: message,
            sourceLine: line
        )
        return Outcome(programme: nil, id: nil, diagnostics: [diagnostic])
    }

    /// The place of the first byte that is no UTF-8, and its line with the bytes replaced.
    private static func firstInvalid(_ bytes: [UInt8]) -> (SourcePosition, String) {
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard String(validating: line, as: UTF8.self) == nil else { continue }
            let shown = String(decoding: line, as: UTF8.self)
            var column = 1
            for scalar in shown.unicodeScalars {
                if scalar == "\u{FFFD}" { break }
                column += 1
            }
            return (SourcePosition(line: number, column: column), shown)
        }
        return (.start, "")
    }
}
