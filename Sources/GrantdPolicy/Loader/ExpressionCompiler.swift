//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// Compiles the expressions of one measure, and keeps account of what they read.
final class ExpressionCompiler {
    /// The names under which a measure's expressions find their inputs.
    static let inputs = ["facts", "applicant", "as_of"]

    private let problems: Problems
    private let source: SourceText
    private let container: String
    private var variables: [(name: String, type: ValueType)]
    private var environment: Environment
    /// What was read, `facts.deals[].valid`, in the order in which it was first read.
    private(set) var references: [String] = []
    private var seen: Set<String> = []
    /// Whether every expression so far compiled: only then is it known what is read.
    private(set) var isWhole = true
    /// Said at the end of a problem in a rule that several measures share.
    var context = ""

    init(contract: PolicyContract, member: PolicyContract.Member, source: SourceText, problems: Problems) {
        self.problems = problems
        self.source = source
        self.container = member.message.record.name
        self.variables = [
            ("facts", .record(member.message.record)), ("applicant", .record(contract.applicant.record)), ("as_of", .date),
        ]
        self.environment = Environment(container: self.container, variables: self.variables)
    }

    /// The program of an expression as it is written.
    func compile(_ expression: ExpressionDraft, expecting type: ValueType?) -> Program? {
        switch self.environment.compile(expression.text, expecting: type) {
        case .program(let program):
            self.note(program)
            return program
        case .failure(let diagnostics):
            self.isWhole = false
            for diagnostic in diagnostics {
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
    func compile(composed text: String, at position: SourcePosition) -> Program? {
        switch self.environment.compile(text, expecting: .bool) {
        case .program(let program):
            return program
        case .failure(let diagnostics):
            for diagnostic in diagnostics {
                self.problems.add(Self.code(of: diagnostic), at: position, diagnostic.message + self.context)
            }
            return nil
        }
    }

    /// Lets later expressions use a name for a value of that type.
    func define(_ name: String, _ type: ValueType) {
        self.variables.append((name, type))
        self.environment = Environment(container: self.container, variables: self.variables)
    }

    /// Says that an expression of the measure could not even be read.
    func skip() { self.isWhole = false }

    /// Whether any expression read this path.
    func wasRead(_ path: String) -> Bool { self.seen.contains(path) }

    private func note(_ program: Program) {
        for reference in program.references {
            var path = reference.path
            // Reading `facts.deals[].valid` reads `facts.deals` as well.
            while !path.isEmpty {
                if self.seen.insert(path).inserted { self.references.append(path) }
                guard let end = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { break }
                path = String(path[..<end])
            }
        }
    }

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
