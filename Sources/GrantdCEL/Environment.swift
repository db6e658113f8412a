//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What expressions may refer to, and within which limits they are compiled.
package struct Environment: Sendable {
    /// How types are checked.
    package enum Checking: Sendable, Hashable {
        /// Everything is checked, and every problem is a diagnostic.
        case strict
        /// Names and types that do not fit are errors of the evaluation. For the language's public cases, which
        /// ask for it; never for policies.
        case none
    }

    /// An input.
    package struct Variable: Sendable, Hashable {
        /// The name; it may have dots.
        package let name: String
        package let type: ValueType
    }

    /// A value that has a name; in the plan it stands like a literal.
    package enum Constant: Sendable, Hashable {
        case int(Int64)
        case string(String)

        package var type: ValueType {
            switch self {
            case .int: .int
            case .string: .string
            }
        }
    }

    /// What a conditional whose condition is not known waits for.
    package enum Conditionals: Sendable, Hashable {
        /// The condition and whatever the branches wait for: all that could still change the value.
        case askForAll
        /// The condition alone; what its branch needs is asked for once it is known. For questions that make sense only
        /// after another one is answered.
        case askForConditionFirst
    }

    enum Declaration: Sendable, Hashable {
        case input(Int)
        case constant(EnumType, Int32)
        case literal(Constant)
    }

    /// The inputs, in the order in which ``Program/evaluate(_:_:)`` takes them.
    package private(set) var variables: [Variable]
    /// The namespace in which names are looked up first.
    package let container: String
    package let limits: Limits
    let checking: Checking
    let conditionals: Conditionals
    private(set) var declarations: [String: Declaration]
    /// The container and all that it lies in, innermost first, each with a dot at its end, then the empty one.
    let prefixes: [String]

    /// Declares an environment.
    ///
    /// - Parameters:
    ///   - container: The namespace of the expressions, `grantd.v1.SomeFacts`; a name is looked up in it, then
    ///     in the one around it, and so on.
    ///   - variables: The inputs, in the order in which evaluation takes them.
    ///   - constants: Values with names. An input of the same name wins.
    ///   - enums: Enumerations whose constants may be named, beside those that the variables' types reach.
    ///   - aliases: Other names of enumerations, under which their constants may be named as well.
    ///   - limits: The bounds; the default is `Limits.defaults`.
    ///   - checking: How types are checked; the default is `strict`.
    ///   - conditionals: What an undecided conditional waits for; the default is `askForAll`.
    package init(
        container: String = "",
        variables: [(name: String, type: ValueType)],
        constants: [(name: String, value: Constant)] = [],
        enums: [EnumType] = [],
        aliases: [String: EnumType] = [:],
        limits: Limits = .defaults,
        checking: Checking = .strict,
        conditionals: Conditionals = .askForAll
    ) {
        self.container = container
        self.variables = variables.map { Variable(name: $0.name, type: $0.type) }
        self.limits = limits
        self.checking = checking
        self.conditionals = conditionals
        var prefixes: [String] = []
        var rest = container[...]
        while !rest.isEmpty {
            prefixes.append(rest + ".")
            rest = rest.lastIndex(of: ".").map { rest[..<$0] } ?? ""
        }
        self.prefixes = prefixes + [""]

        var reached = Set(enums)
        var seen: Set<RecordType> = []
        var pending = variables.map(\.type)
        while let type = pending.popLast() {
            switch type {
            case .enumeration(let type): reached.insert(type)
            case .list(let element): pending.append(element)
            case .map(let key, let value): pending += [key, value]
            case .record(let record):
                if seen.insert(record).inserted { pending += record.fields.map(\.type) }
            default: break
            }
        }
        var declarations: [String: Declaration] = [:]
        for type in reached {
            for value in type.values { declarations["\(type.name).\(value.name)"] = .constant(type, value.number) }
        }
        for (name, type) in aliases {
            for value in type.values { declarations["\(name).\(value.name)"] = .constant(type, value.number) }
        }
        for constant in constants { declarations[constant.name] = .literal(constant.value) }
        for (index, variable) in variables.enumerated() { declarations[variable.name] = .input(index) }
        self.declarations = declarations
    }

    /// Adds an input behind the others. Its type leads to no enumeration that the environment does not know.
    package mutating func declare(_ name: String, _ type: ValueType) {
        self.declarations[name] = .input(self.variables.count)
        self.variables.append(Variable(name: name, type: type))
    }

    /// Compiles an expression: parses it, checks it, and makes its plan.
    ///
    /// - Parameters:
    ///   - text: The expression.
    ///   - expecting: The type that the result must have; any, by default.
    /// - Returns: The program, or every diagnostic in source order.
    package func compile(_ text: String, expecting: ValueType? = nil) -> CompilationResult {
        let source = Source(text)
        switch self.parse(source) {
        case .failure(let diagnostics): return .failure(diagnostics.list)
        case .success(let parsed):
            switch self.check(parsed, expecting: expecting) {
            case .failure(let diagnostics): return .failure(diagnostics.list)
            case .success(let checked): return .program(self.plan(checked))
            }
        }
    }

    /// The first stage: text to syntax tree.
    package func parse(_ source: Source) -> Result<ParsedAST, Diagnostics> {
        Parser.parse(source, limits: self.limits).mapError { Diagnostics(list: [Diagnostic($0, in: source)]) }
    }

    /// The second stage: names and types.
    package func check(_ parsed: ParsedAST, expecting: ValueType? = nil) -> Result<CheckedAST, Diagnostics> {
        var checker = Checker(parsed, in: self)
        return checker.run(expecting: expecting)
    }

    /// The third stage: a plan that evaluates fast.
    package func plan(_ checked: CheckedAST) -> Program {
        Program(checked)
    }
}

/// What came of compiling an expression.
package enum CompilationResult: Sendable {
    /// It can be evaluated.
    case program(Program)
    /// It cannot, for these reasons, in source order.
    case failure([Diagnostic])
}

/// Diagnostics as an error.
package struct Diagnostics: Error, Sendable, Hashable {
    /// The diagnostics, in source order.
    package let list: [Diagnostic]
}
