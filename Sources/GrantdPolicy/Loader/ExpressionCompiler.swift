//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// Compiles the expressions of one measure, and keeps account of what they read.
final class ExpressionCompiler {
    /// The names under which a measure's expressions find their inputs.
    static let inputs = ProgramInputs.names

    private let diagnostics: DiagnosticCollector
    private let source: SourceText
    private let budget: CompilationBudget
    /// What the expressions of the measure may cost beside those that are compiled.
    private var costLeft = LoaderLimits.measureCost
    private let figures: Figures
    private var environment: Environment
    /// What was read, `facts.deals[].valid`, in the order in which it was first read: by rules, award and lines, then
    /// by what only definitions read.
    var references: [String] { self.read.order + self.readByDefinitions.order.filter { !self.read.contains($0) } }
    private var read = PathList()
    private var readByDefinitions = PathList()
    /// Whether every expression so far compiled: only then is it known what is read.
    private(set) var isWhole = true
    /// Said at the end of a problem in a rule that several measures share.
    var context = Text(zh: "", en: "")

    init(
        contract: PolicyContract,
        member: PolicyContract.Member,
        source: SourceText,
        figures: Figures,
        diagnostics: DiagnosticCollector,
        budget: CompilationBudget
    ) {
        self.diagnostics = diagnostics
        self.figures = figures
        self.source = source
        self.budget = budget
        self.environment = Environment(
            container: member.message.record.name,
            variables: [
                ("facts", .record(member.message.record)), ("applicant", .record(contract.applicant.record)),
                ("as_of", .date), ("working_calendar", .record(WorkingCalendar.type)),
                ("prior_awards", .list(.record(PriorAward.type))), ("subject_id", .string),
            ],
            constants: figures.constants,
            aliases: contract.aliases,
            conditionals: .askForConditionFirst
        )
    }

    /// The program of an expression as it is written.
    func compile(_ expression: ExpressionDraft, expecting type: ValueType?) -> Program? {
        self.compile(expression, expecting: type, notingIn: &self.read)
    }

    /// The program of a definition. Later expressions may use its name.
    func define(_ name: String, _ expression: ExpressionDraft) -> Program? {
        guard let program = self.compile(expression, expecting: nil, notingIn: &self.readByDefinitions) else {
            return nil
        }
        self.declare(name, program.resultType)
        return program
    }

    /// The program of a definition by the values of an enum. Later expressions may use its name.
    ///
    /// - Parameter body: Makes the expression from the text of the key and the enum that it gives; `nil` after a problem.
    func define(
        _ name: String,
        by key: ExpressionDraft,
        _ body: (_ key: String, _ type: EnumType) -> String?
    ) -> Program? {
        guard let program = self.compile(key, expecting: nil, notingIn: &self.readByDefinitions) else { return nil }
        guard case .enumeration(let type) = program.resultType else {
            let message = Text(
                zh: "表按枚举取值，而这里得到 \(program.resultType)",
                en: "a table goes by an enum, and this gives \(program.resultType)"
            )
            self.diagnostics.add(.resultType, at: key.position, message)
            self.isWhole = false
            return nil
        }
        let whole = body("(\(key.text)\n)", type).flatMap {
            self.compile(composed: $0, expecting: nil, at: key.position)
        }
        guard let whole else {
            self.isWhole = false
            return nil
        }
        self.declare(name, whole.resultType)
        return whole
    }

    /// Lets later expressions use a name.
    func declare(_ name: String, _ type: ValueType) {
        self.environment.declare(name, type)
    }

    private func compile(
        _ expression: ExpressionDraft,
        expecting type: ValueType?,
        notingIn list: inout PathList
    ) -> Program? {
        guard self.mayCompile(expression.text, at: expression.position) else { return nil }
        switch self.environment.compile(expression.text, expecting: type) {
        case .program(let program):
            self.charge(program, at: expression.position)
            for reference in program.references { list.add(reference.path) }
            for name in program.constants { _ = self.figures.use(identifier: name) }
            return program
        case .failure(let diagnostics):
            self.isWhole = false
            for diagnostic in diagnostics where !self.diagnostics.isFull {
                let offset = Self.scalarOffset(ofByte: diagnostic.range.lowerBound, in: expression.text)
                self.diagnostics.add(
                    Self.code(of: diagnostic),
                    at: self.source.position(ofScalar: offset, in: expression.node),
                    self.text(of: diagnostic)
                )
            }
            return nil
        }
    }

    /// The program of several expressions put together, each of which compiles by itself.
    func compile(composed text: String, expecting type: ValueType? = .bool, at position: SourcePosition) -> Program? {
        guard self.mayCompile(text, at: position) else { return nil }
        switch self.environment.compile(text, expecting: type) {
        case .program(let program):
            self.charge(program, at: position)
            return program
        case .failure(let diagnostics):
            for diagnostic in diagnostics {
                self.diagnostics.add(Self.code(of: diagnostic), at: position, self.text(of: diagnostic))
            }
            return nil
        }
    }

    /// Whether the search goes on and the file has not compiled its share; what is over that is reported once.
    private func mayCompile(_ text: String, at position: SourcePosition) -> Bool {
        let isWithinBounds = !self.diagnostics.isFull && self.budget.take(text, at: position, self.diagnostics)
        if !isWithinBounds { self.isWhole = false }
        return isWithinBounds
    }

    /// Takes a program's cost from what the measure may cost; reported where that is used up.
    private func charge(_ program: Program, at position: SourcePosition) {
        guard self.costLeft > 0 else { return }
        let (left, isOver) = self.costLeft.subtractingReportingOverflow(program.cost.maximum)
        self.costLeft = isOver ? 0 : left
        guard isOver else { return }
        let message = Text(
            zh: "到这里为止，措施的全部表达式最多可能要算 \(LoaderLimits.measureCost) 步以上",
            en: "up to here the expressions of the measure may cost more than \(LoaderLimits.measureCost) steps"
        )
        self.diagnostics.add(.cost, at: position, message)
    }

    private func text(of diagnostic: Diagnostic) -> Text {
        let (message, note) = (diagnostic.message, diagnostic.note)
        return Text(
            zh: message.zh + (note.map { "；\($0.zh)" } ?? "") + self.context.zh,
            en: message.en + (note.map { "; \($0.en)" } ?? "") + self.context.en
        )
    }

    /// Says that an expression of the measure could not even be read.
    func skip() { self.isWhole = false }

    /// Whether any expression read this path.
    func wasRead(_ path: String) -> Bool { self.read.contains(path) || self.readByDefinitions.contains(path) }

    private static func code(of diagnostic: Diagnostic) -> PolicyDiagnostic.Code {
        switch diagnostic.code {
        case "GRD-CEL-020", "GRD-CEL-021": .unknownFact
        case "GRD-CEL-028": .resultType
        case "GRD-CEL-040": .cost
        default: .expression
        }
    }

    private static func scalarOffset(ofByte offset: Int, in text: String) -> Int {
        text.utf8.prefix(max(0, offset)).count { $0 & 0xC0 != 0x80 }
    }
}

/// Paths in the order in which they were added, each once.
private struct PathList {
    private(set) var order: [String] = []
    private var members: Set<String> = []

    func contains(_ path: String) -> Bool { self.members.contains(path) }

    /// Adds a path and those that it leads through: reading `facts.deals[].valid` reads `facts.deals` as well.
    mutating func add(_ path: String) {
        var path = path
        while self.members.insert(path).inserted {
            self.order.append(path)
            guard let end = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return }
            path = String(path[..<end])
        }
    }
}
