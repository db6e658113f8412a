//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Parses an expression by operator precedence, within ``Limits``.
struct Parser {
    let limits: Limits
    let tokens: [Token]
    private var position = 0
    private var depth = 0
    private var macros = 0
    private(set) var nodes: [Expr] = []

    private init(tokens: [Token], limits: Limits) {
        self.tokens = tokens
        self.limits = limits
    }

    /// Parses a source to the end.
    static func parse(_ source: Source, limits: Limits) -> Result<ParsedAST, CompilationError> {
        do throws(CompilationError) {
            guard source.bytes.count <= limits.sourceBytes else {
                throw .sourceTooLong(source.bytes.count, limit: limits.sourceBytes)
            }
            var parser = Parser(tokens: try Lexer.tokens(of: source), limits: limits)
            let root = try parser.expression()
            guard parser.current.kind == .end else {
                throw parser.unexpected(Phrase(zh: "运算符或结尾", en: "an operator or the end"))
            }
            return .success(ParsedAST(source: source, nodes: parser.nodes, root: root))
        } catch {
            return .failure(error)
        }
    }

    // MARK: - Tokens

    /// The token at hand; the last one is `.end` and is never passed.
    private var current: Token { self.tokens[self.position] }

    private mutating func advance() -> Token {
        let token = self.current
        if self.position < self.tokens.count - 1 { self.position += 1 }
        return token
    }

    private func at(_ symbol: String) -> Bool { self.current.kind == .symbol(symbol) }

    private mutating func take(_ symbol: String) -> Bool {
        guard self.at(symbol) else { return false }
        _ = self.advance()
        return true
    }

    private mutating func expect(_ symbol: String) throws(CompilationError) -> Token {
        guard self.at(symbol) else { throw self.unexpected(Phrase(zh: "“\(symbol)”", en: "'\(symbol)'")) }
        return self.advance()
    }

    private func unexpected(_ what: Phrase) -> CompilationError {
        let previous = self.position > 0 ? self.tokens[self.position - 1] : nil
        let note = CompilationError.meaning(of: self.current, after: previous)
        return .expected(what, found: self.current.shown, self.current.range, note: note)
    }

    // MARK: - Nodes

    private mutating func add(
        _ kind: Expr.Kind,
        _ range: Range<Int>,
        focus: Range<Int>,
        children: [ExprID] = []
    ) throws(CompilationError) -> ExprID {
        var height = 1
        for child in children { height = max(height, self.nodes[child].height + 1) }
        if height > self.limits.treeHeight { throw .tooDeep(self.limits.treeHeight, focus) }
        self.nodes.append(Expr(kind: kind, range: range, focus: focus, height: height))
        return self.nodes.count - 1
    }

    private func span(_ first: ExprID, _ last: ExprID) -> Range<Int> {
        self.nodes[first].range.lowerBound..<max(self.nodes[first].range.lowerBound, self.nodes[last].range.upperBound)
    }

    private mutating func nested<Result>(
        _ body: (inout Parser) throws(CompilationError) -> Result
    ) throws(CompilationError) -> Result {
        self.depth += 1
        defer { self.depth -= 1 }
        if self.depth > self.limits.nesting { throw .tooDeep(self.limits.nesting, self.current.range) }
        return try body(&self)
    }

    // MARK: - Operators

    private mutating func expression() throws(CompilationError) -> ExprID {
        let condition = try self.chain(0)
        guard self.at("?") else { return condition }
        let mark = self.advance()
        return try self.nested { (parser) throws(CompilationError) in
            let first = try parser.chain(0)
            _ = try parser.expect(":")
            let second = try parser.expression()
            return try parser.add(
                .conditional(condition, first, second),
                parser.span(condition, second),
                focus: mark.range,
                children: [condition, first, second]
            )
        }
    }

    /// `||` (level 0) and `&&` (level 1), each chain one node.
    private mutating func chain(_ level: Int) throws(CompilationError) -> ExprID {
        let symbol = level == 0 ? "||" : "&&"
        let first = level == 0 ? try self.chain(1) : try self.relation()
        guard self.at(symbol) else { return first }
        var operands = [first]
        let focus = self.current.range
        while self.take(symbol) {
            operands.append(level == 0 ? try self.chain(1) : try self.relation())
        }
        let range = self.span(first, operands.last ?? first)
        return try self.add(level == 0 ? .or(operands) : .and(operands), range, focus: focus, children: operands)
    }

    private mutating func relation() throws(CompilationError) -> ExprID {
        var left = try self.sum()
        while true {
            let operation: Expr.Operator
            switch self.current.kind {
            case .symbol("<"): operation = .less
            case .symbol("<="): operation = .lessOrEqual
            case .symbol(">"): operation = .greater
            case .symbol(">="): operation = .greaterOrEqual
            case .symbol("=="): operation = .equal
            case .symbol("!="): operation = .notEqual
            case .identifier("in"): operation = .in
            default: return left
            }
            let mark = self.advance()
            let right = try self.sum()
            left = try self.binary(operation, left, right, mark)
        }
    }

    private mutating func sum() throws(CompilationError) -> ExprID {
        var left = try self.product()
        while self.at("+") || self.at("-") {
            let operation: Expr.Operator = self.at("+") ? .add : .subtract
            let mark = self.advance()
            let right = try self.product()
            left = try self.binary(operation, left, right, mark)
        }
        return left
    }

    private mutating func product() throws(CompilationError) -> ExprID {
        var left = try self.unary()
        while true {
            let operation: Expr.Operator
            switch self.current.kind {
            case .symbol("*"): operation = .multiply
            case .symbol("/"): operation = .divide
            case .symbol("%"): operation = .modulo
            default: return left
            }
            let mark = self.advance()
            let right = try self.unary()
            left = try self.binary(operation, left, right, mark)
        }
    }

    private mutating func binary(
        _ operation: Expr.Operator,
        _ left: ExprID,
        _ right: ExprID,
        _ mark: Token
    ) throws(CompilationError) -> ExprID {
        try self.add(
            .binary(operation, left, right),
            self.span(left, right),
            focus: mark.range,
            children: [left, right]
        )
    }

    private mutating func unary() throws(CompilationError) -> ExprID {
        guard self.at("!") || self.at("-") else { return try self.member() }
        let mark = self.advance()
        if mark.kind == .symbol("-"), case .integer(let magnitude) = self.current.kind {
            // The sign belongs to the literal, so that the least integer can be written.
            let literal = self.advance()
            let value = magnitude == 1 << 63 ? Int64.min : -Int64(magnitude)
            let range = mark.range.lowerBound..<literal.range.upperBound
            return try self.members(of: try self.add(.int(value), range, focus: range))
        }
        return try self.nested { (parser) throws(CompilationError) in
            let operand = try parser.unary()
            let range = mark.range.lowerBound..<parser.nodes[operand].range.upperBound
            let operation: Expr.Operator = mark.kind == .symbol("!") ? .not : .negate
            return try parser.add(.unary(operation, operand), range, focus: mark.range, children: [operand])
        }
    }

    // MARK: - Members

    private mutating func member() throws(CompilationError) -> ExprID {
        let primary = try self.primary()
        return try self.members(of: primary)
    }

    private mutating func members(of first: ExprID) throws(CompilationError) -> ExprID {
        var operand = first
        while true {
            let start = self.nodes[operand].range.lowerBound
            if self.take(".") {
                guard case .identifier(let name) = self.current.kind else {
                    throw self.unexpected(Phrase(zh: "字段名", en: "a field's name"))
                }
                let token = self.advance()
                if self.at("(") {
                    operand = try self.call(name, token, target: operand, start: start)
                } else {
                    operand = try self.add(
                        .select(operand, field: name, test: false),
                        start..<token.range.upperBound,
                        focus: token.range,
                        children: [operand]
                    )
                }
            } else if self.at("[") {
                let mark = self.advance()
                let index = try self.nested { (parser) throws(CompilationError) in try parser.expression() }
                let end = try self.expect("]").range.upperBound
                operand = try self.add(
                    .index(operand, index),
                    start..<end,
                    focus: mark.range,
                    children: [operand, index]
                )
            } else if self.at("{") {
                throw .message(self.current.range)
            } else {
                return operand
            }
        }
    }

    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "namespace",
        "package", "return", "var", "void", "while", "in",
    ]

    private mutating func primary() throws(CompilationError) -> ExprID {
        let token = self.current
        switch token.kind {
        case .integer(let magnitude):
            _ = self.advance()
            guard let value = Int64(exactly: magnitude) else { throw .integerOutOfRange(token.range) }
            return try self.add(.int(value), token.range, focus: token.range)
        case .string(let bytes):
            _ = self.advance()
            return try self.add(.string(bytes), token.range, focus: token.range)
        case .identifier("true"), .identifier("false"):
            _ = self.advance()
            return try self.add(.bool(token.kind == .identifier("true")), token.range, focus: token.range)
        case .identifier("null"):
            _ = self.advance()
            return try self.add(.null, token.range, focus: token.range)
        case .identifier(let name):
            return try self.name(name, rooted: false, start: token.range.lowerBound)
        case .symbol("."):
            _ = self.advance()
            guard case .identifier(let name) = self.current.kind else {
                throw self.unexpected(Phrase(zh: "名称", en: "a name"))
            }
            return try self.name(name, rooted: true, start: token.range.lowerBound)
        case .symbol("("):
            _ = self.advance()
            let inner = try self.nested { (parser) throws(CompilationError) in try parser.expression() }
            _ = try self.expect(")")
            return inner
        case .symbol("["):
            _ = self.advance()
            let elements = try self.sequence(until: "]")
            let range = token.range.lowerBound..<elements.end
            return try self.add(.list(elements.items), range, focus: range, children: elements.items)
        case .symbol("{"):
            return try self.map()
        default:
            throw self.unexpected(Phrase(zh: "值", en: "a value"))
        }
    }

    private mutating func name(_ name: String, rooted: Bool, start: Int) throws(CompilationError) -> ExprID {
        let token = self.advance()
        if Self.reserved.contains(name) { throw .reservedWord(name, token.range) }
        if self.at("(") { return try self.call(name, token, target: nil, start: start) }
        return try self.add(
            .name(name, rooted: rooted),
            start..<token.range.upperBound,
            focus: start..<token.range.upperBound
        )
    }

    /// Expressions up to a closing bracket, which is taken too; a comma may stand before it.
    private mutating func sequence(until close: String) throws(CompilationError) -> (items: [ExprID], end: Int) {
        try self.nested { (parser) throws(CompilationError) in
            var items: [ExprID] = []
            while !parser.at(close) {
                items.append(try parser.expression())
                if !parser.take(",") { break }
            }
            return (items, try parser.expect(close).range.upperBound)
        }
    }

    private mutating func map() throws(CompilationError) -> ExprID {
        let open = self.advance()
        return try self.nested { (parser) throws(CompilationError) in
            var keys: [ExprID] = []
            var values: [ExprID] = []
            while !parser.at("}") {
                keys.append(try parser.expression())
                _ = try parser.expect(":")
                values.append(try parser.expression())
                if !parser.take(",") { break }
            }
            let range = open.range.lowerBound..<(try parser.expect("}").range.upperBound)
            return try parser.add(.map(keys: keys, values: values), range, focus: range, children: keys + values)
        }
    }

    // MARK: - Calls and macros

    private mutating func call(
        _ name: String,
        _ token: Token,
        target: ExprID?,
        start: Int
    ) throws(CompilationError) -> ExprID {
        _ = self.advance()
        let macro = target == nil ? nil : Expr.Macro(rawValue: name)
        if macro != nil {
            self.macros += 1
            if self.macros > min(self.limits.macroNesting, Limits.mostMacros) {
                throw .tooManyMacros(min(self.limits.macroNesting, Limits.mostMacros), token.range)
            }
        }
        let (arguments, end) = try self.sequence(until: ")")
        if macro != nil { self.macros -= 1 }
        if let macro, let target, arguments.count == 2 || (macro == .map && arguments.count == 3) {
            return try self.macro(macro, token, range: target, arguments, start..<end)
        }
        if name == "has", target == nil {
            guard arguments.count == 1, case .select(let operand, let field, _) = self.nodes[arguments[0]].kind else {
                throw .hasArgument(token.range)
            }
            let focus = self.nodes[arguments[0]].focus
            return try self.add(
                .select(operand, field: field, test: true),
                start..<end,
                focus: focus,
                children: [operand]
            )
        }
        let children = (target.map { [$0] } ?? []) + arguments
        return try self.add(
            .call(name, target: target, arguments: arguments),
            start..<end,
            focus: token.range,
            children: children
        )
    }

    private mutating func macro(
        _ macro: Expr.Macro,
        _ token: Token,
        range: ExprID,
        _ arguments: [ExprID],
        _ span: Range<Int>
    ) throws(CompilationError) -> ExprID {
        guard case .name(let variable, rooted: false) = self.nodes[arguments[0]].kind else {
            throw .macroVariable(self.nodes[arguments[0]].range)
        }
        let filter = arguments.count == 3 ? arguments[1] : nil
        let body = arguments[arguments.count - 1]
        return try self.add(
            .macro(macro, range: range, variable: variable, filter: filter, body: body),
            span,
            focus: token.range,
            children: [range, body] + (filter.map { [$0] } ?? [])
        )
    }
}
