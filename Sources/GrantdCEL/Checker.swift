//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Resolves names and checks types; collects every problem instead of stopping at the first.
struct Checker {
    /// A macro's variable in scope.
    struct Local {
        let name: String
        let type: ValueType
        /// The path of the elements it stands for, where they are facts.
        let path: Path?
    }

    /// Where a value comes from, for ``ReferencedAttribute``.
    struct Path {
        let input: Int
        let text: String
    }

    let parsed: ParsedAST
    let environment: Environment
    var types: [ValueType]
    var resolutions: [Resolution]
    var locals: [Local] = []
    var errors: [CompilationError] = []
    var references: [ReferencedAttribute] = []
    var constants: Set<String> = []
    private var referenced: Set<String> = []

    init(_ parsed: ParsedAST, in environment: Environment) {
        self.parsed = parsed
        self.environment = environment
        self.types = Array(repeating: .dyn, count: parsed.nodes.count)
        self.resolutions = Array(repeating: .none, count: parsed.nodes.count)
    }

    /// Checks the whole tree.
    mutating func run(expecting: ValueType?) -> Result<CheckedAST, Diagnostics> {
        let root = self.parsed.root
        self.visit(root)
        if let expecting, self.errors.isEmpty, !self.types[root].isCompatible(with: expecting) {
            self.report(.wrongResult(expected: expecting, found: self.types[root], self.parsed.nodes[root].range))
        }
        var cost: UInt64 = 0
        if self.errors.isEmpty {
            cost = CostEstimator(checker: self).cost(root)
            let limit = self.environment.limits.staticCost
            if cost > limit { self.errors.append(.tooCostly(cost, limit: limit, self.parsed.nodes[root].range)) }
        }
        guard self.errors.isEmpty else {
            let sorted = self.errors.sorted { ($0.range.lowerBound, $0.code) < ($1.range.lowerBound, $1.code) }
            let shown = sorted.prefix(max(1, self.environment.limits.diagnostics))
            return .failure(Diagnostics(list: shown.map { Diagnostic($0, in: self.parsed.source) }))
        }
        return .success(
            CheckedAST(
                parsed: self.parsed,
                types: self.types,
                resolutions: self.resolutions,
                references: self.references,
                constants: self.constants,
                cost: CostEstimate(maximum: cost),
                conditionals: self.environment.conditionals
            )
        )
    }

    /// Keeps a problem, unless nothing is to be checked: then the same is an error of the evaluation.
    mutating func report(_ error: CompilationError) {
        if self.environment.checking == .strict { self.errors.append(error) }
    }

    /// The name that was probably meant; none once as many problems are found as are told, since looking for it takes its time.
    func suggestion(for name: String, among candidates: @autoclosure () -> [String]) -> String? {
        guard self.errors.count < self.environment.limits.diagnostics else { return nil }
        return Spelling.nearest(to: name, among: candidates())
    }

    /// Remembers that a fact is read.
    mutating func refer(to path: Path?, type: ValueType, at id: ExprID) {
        guard let path, self.referenced.insert(path.text).inserted else { return }
        self.references.append(
            ReferencedAttribute(
                path: path.text,
                input: path.input,
                type: type,
                offset: self.parsed.nodes[id].range.lowerBound
            )
        )
    }

    // MARK: - Visiting

    /// Checks a node and what is below it; returns where its value comes from.
    @discardableResult
    mutating func visit(_ id: ExprID) -> Path? {
        let expression = self.parsed.nodes[id]
        switch expression.kind {
        case .null: self.types[id] = .null
        case .bool: self.types[id] = .bool
        case .int: self.types[id] = .int
        case .string: self.types[id] = .string
        case .name(let name, let rooted): return self.name(id, name, rooted: rooted)
        case .select(let operand, let field, let test): return self.select(id, operand, field, test: test)
        case .index(let operand, let index): return self.index(id, operand, index)
        case .unary(let operation, let operand):
            self.visit(operand)
            self.types[id] = self.unary(id, operation, self.types[operand])
        case .binary(let operation, let left, let right):
            self.visit(left)
            self.visit(right)
            self.types[id] = self.binary(id, operation, self.types[left], self.types[right])
        case .and(let operands), .or(let operands):
            for operand in operands {
                self.visit(operand)
                self.requireBool(operand)
            }
            self.types[id] = .bool
        case .conditional(let condition, let first, let second):
            self.visit(condition)
            self.requireBool(condition)
            self.visit(first)
            self.visit(second)
            if !self.types[first].isCompatible(with: self.types[second]) {
                self.report(.branchesDiffer(self.types[first], self.types[second], expression.focus))
            }
            self.types[id] = self.joined([first, second])
        case .list(let elements):
            for element in elements { self.visit(element) }
            self.types[id] = .list(self.joined(elements))
        case .map(let keys, let values):
            for (key, value) in zip(keys, values) {
                self.visit(key)
                self.visit(value)
                if ![.bool, .int, .string, .dyn].contains(self.types[key]) {
                    self.report(.mapKey(self.types[key], self.parsed.nodes[key].range))
                }
            }
            self.types[id] = .map(self.joined(keys), self.joined(values))
        case .call(let name, let target, let arguments):
            self.call(id, name, target, arguments)
        case .macro(let macro, let range, let variable, let filter, let body):
            return self.macro(id, macro, range, variable, filter, body)
        }
        return nil
    }

    mutating func requireBool(_ id: ExprID) {
        if !self.types[id].isCompatible(with: .bool) {
            self.report(.notBoolean(self.types[id], self.parsed.nodes[id].range))
        }
    }

    /// The type that covers several expressions. An empty list literal says nothing of its elements, so it takes the
    /// others' type; any other list of an open type holds who knows what, and makes theirs open as well.
    private func joined(_ ids: [ExprID]) -> ValueType {
        var joined: ValueType?
        for id in ids where !self.isEmptyList(id) {
            joined = joined.map { $0.joined(with: self.types[id]) } ?? self.types[id]
        }
        guard let empty = ids.first(where: { self.isEmptyList($0) }) else { return joined ?? .dyn }
        if case .list? = joined { return joined ?? .dyn }
        return joined.map { $0.joined(with: self.types[empty]) } ?? self.types[empty]
    }

    private func isEmptyList(_ id: ExprID) -> Bool {
        if case .list(let elements) = self.parsed.nodes[id].kind { elements.isEmpty } else { false }
    }

    // MARK: - Operators

    private mutating func unary(_ id: ExprID, _ operation: Expr.Operator, _ operand: ValueType) -> ValueType {
        let result: ValueType = operation == .not ? .bool : operand == .duration ? .duration : .int
        if !operand.isCompatible(with: result) {
            self.report(.noOverload(operation.shown, [operand], self.parsed.nodes[id].focus))
        }
        return operand == .dyn ? (operation == .not ? .bool : .dyn) : result
    }

    private mutating func binary(
        _ id: ExprID,
        _ operation: Expr.Operator,
        _ left: ValueType,
        _ right: ValueType
    ) -> ValueType {
        if let result = Self.result(operation, left, right) { return result }
        var note: Phrase?
        if case .enumeration = left {
            note = Phrase(
                zh: "枚举的取值只能用 ==、!= 和 in 比较",
                en: "a value of an enumeration is compared with ==, != and in only"
            )
        }
        if [left, right] == [.date, .string] || [left, right] == [.string, .date] {
            note = Phrase(zh: "日期写作 date(\"YYYY-MM-DD\")", en: "write a day as date(\"YYYY-MM-DD\")")
        }
        self.report(.noOverload(operation.shown, [left, right], self.parsed.nodes[id].focus, note: note))
        switch operation {
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual, .in: return .bool
        default: return .dyn
        }
    }

    /// The type that an operator gives, or nil where it takes no such operands.
    private static func result(_ operation: Expr.Operator, _ left: ValueType, _ right: ValueType) -> ValueType? {
        let open = left == .dyn || right == .dyn
        switch operation {
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let ordered: [ValueType] = [.bool, .int, .string, .timestamp, .duration, .date, .dyn]
            return ordered.contains(left) && ordered.contains(right) && (left == right || open) ? .bool : nil
        case .equal, .notEqual:
            if case .record = left { return nil }
            return left.isCompatible(with: right) ? .bool : nil
        case .in:
            switch right {
            case .list(let element): return left.isCompatible(with: element) ? .bool : nil
            case .map(let key, _): return left.isCompatible(with: key) ? .bool : nil
            case .dyn: return .bool
            default: return nil
            }
        case .add:
            if open { return .dyn }
            switch (left, right) {
            case (.int, .int), (.string, .string), (.duration, .duration), (.timestamp, .duration): return left
            case (.duration, .timestamp): return .timestamp
            case (.list, .list) where left.isCompatible(with: right): return left.joined(with: right)
            default: return nil
            }
        case .subtract:
            if open { return .dyn }
            switch (left, right) {
            case (.int, .int), (.duration, .duration), (.timestamp, .duration): return left
            case (.timestamp, .timestamp): return .duration
            default: return nil
            }
        case .multiply, .divide, .modulo:
            if open { return .dyn }
            return left == .int && right == .int ? .int : nil
        case .not, .negate:
            return nil
        }
    }

    // MARK: - Macros

    private mutating func macro(
        _ id: ExprID,
        _ macro: Expr.Macro,
        _ range: ExprID,
        _ variable: String,
        _ filter: ExprID?,
        _ body: ExprID
    ) -> Path? {
        let path = self.visit(range)
        let element: ValueType
        switch self.types[range] {
        case .list(let type): element = type
        case .map(let key, _): element = key
        case .dyn: element = .dyn
        default:
            element = .dyn
            self.report(.notIterable(self.types[range], self.parsed.nodes[range].range))
        }
        let elements = path.map { Path(input: $0.input, text: $0.text + "[]") }
        self.locals.append(Local(name: variable, type: element, path: elements))
        if let filter {
            self.visit(filter)
            self.requireBool(filter)
        }
        self.visit(body)
        self.locals.removeLast()
        self.resolutions[id] = .local(self.locals.count)
        switch macro {
        case .map:
            self.types[id] = .list(self.types[body])
            return nil
        case .filter:
            self.requireBool(body)
            self.types[id] = .list(element)
            return path
        case .all, .exists, .existsOne:
            self.requireBool(body)
            self.types[id] = .bool
            return nil
        }
    }

    private mutating func index(_ id: ExprID, _ operand: ExprID, _ index: ExprID) -> Path? {
        let path = self.visit(operand)
        self.visit(index)
        let (container, key) = (self.types[operand], self.types[index])
        switch container {
        case .list(let element) where key.isCompatible(with: .int): self.types[id] = element
        case .map(let expected, let value) where key.isCompatible(with: expected): self.types[id] = value
        case .dyn: break
        default: self.report(.noOverload("[]", [container, key], self.parsed.nodes[id].focus))
        }
        return path.map { Path(input: $0.input, text: $0.text + "[]") }
    }
}
