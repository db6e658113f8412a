//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// Compiles the expressions of one measure, and keeps account of what they read.
final class ExpressionCompiler {
    /// The names under which a measure's expressions find their inputs.
    static let inputs = MeasurePlan.inputNames

    private let problems: Problems
    private let source: SourceText
    private let container: String
    private let aliases: [String: EnumType]
    private var variables: [(name: String, type: ValueType)]
    private let figures: Figures
    private let constants: [(name: String, value: Environment.Constant)]
    private var environment: Environment
    /// What was read, `facts.deals[].valid`, in the order in which it was first read: by rules, award and lines, then
    /// by what only definitions read.
    var references: [String] { self.read.order + self.readByDefinitions.order.filter { !self.read.contains($0) } }
    private var read = PathList()
    private var readByDefinitions = PathList()
    /// Whether every expression so far compiled: only then is it known what is read.
    private(set) var isWhole = true
    /// Said at the end of a problem in a rule that several measures share.
    var context = ""

    init(
        contract: PolicyContract,
        member: PolicyContract.Member,
        source: SourceText,
        figures: Figures,
        problems: Problems
    ) {
        self.problems = problems
        self.figures = figures
        self.constants = figures.constants
        self.source = source
        self.container = member.message.record.name
        self.aliases = contract.aliases
        self.variables = [
            ("facts", .record(member.message.record)), ("applicant", .record(contract.applicant.record)),
            ("as_of", .date), ("working_calendar", .record(WorkingCalendar.type)),
            ("prior_awards", .list(.record(PriorAward.type))), ("subject_id", .string),
        ]
        self.environment = Self.environment(self.container, self.variables, self.constants, self.aliases)
    }

    private static func environment(
        _ container: String,
        _ variables: [(name: String, type: ValueType)],
        _ constants: [(name: String, value: Environment.Constant)],
        _ aliases: [String: EnumType]
    ) -> Environment {
        Environment(
            container: container,
            variables: variables,
            constants: constants,
            aliases: aliases,
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
            let message = "a table goes by an enum, and this gives \(program.resultType)"
            self.problems.add(.resultType, at: key.position, message)
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
        self.variables.append((name, type))
        self.environment = Self.environment(self.container, self.variables, self.constants, self.aliases)
    }

    private func compile(
        _ expression: ExpressionDraft,
        expecting type: ValueType?,
        notingIn list: inout PathList
    ) -> Program? {
        switch self.environment.compile(expression.text, expecting: type) {
        case .program(let program):
            for reference in program.references { list.add(reference.path) }
            for name in program.constants { _ = self.figures.use(identifier: name) }
            return program
        case .failure(let diagnostics):
            self.isWhole = false
            for diagnostic in diagnostics where !self.problems.isFull {
                let offset = Self.scalarOffset(ofByte: diagnostic.range.lowerBound, in: expression.text)
                let hint = diagnostic.note.map { "; \($0)" } ?? ""
                self.problems.add(
                    Self.code(of: diagnostic),
                    at: self.source.position(ofScalar: offset, in: expression.node),
                    diagnostic.message + hint + self.context
                )
            }
            return nil
        }
    }

    /// The program of several expressions put together, each of which compiles by itself.
    func compile(composed text: String, expecting type: ValueType? = .bool, at position: SourcePosition) -> Program? {
        switch self.environment.compile(text, expecting: type) {
        case .program(let program):
            return program
        case .failure(let diagnostics):
            for diagnostic in diagnostics {
                self.problems.add(Self.code(of: diagnostic), at: position, diagnostic.message + self.context)
            }
            return nil
        }
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
