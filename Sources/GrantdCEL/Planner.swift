//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Turns a checked tree into a plan: resolves everything that can be resolved once, folds constants, and fuses
/// what belongs together.
struct Planner {
    let checked: CheckedAST
    var nodes: [Node] = []
    var children: [Int32] = []
    private var functions: [Function] = []
    private var groups: [[Function]] = []
    private var patterns: [Pattern] = []
    var records: [RecordType] = []
    let constants = Memory(limit: 1 << 20, firstBlock: 512)

    private init(_ checked: CheckedAST) {
        self.checked = checked
    }

    /// Makes the plan.
    static func plan(_ checked: CheckedAST) -> Plan {
        var planner = Planner(checked)
        let root = planner.node(checked.parsed.root)
        return Plan(planner, root: root)
    }

    mutating func add(_ node: Node, at id: ExprID) -> Int32 {
        var node = node
        node.offset = UInt32(truncatingIfNeeded: self.checked.parsed.nodes[id].focus.lowerBound)
        self.nodes.append(node)
        return Int32(truncatingIfNeeded: self.nodes.count - 1)
    }

    /// What the nodes made so far name by index.
    var tables: PlanTables {
        PlanTables(functions: self.functions, groups: self.groups, patterns: self.patterns)
    }

    func isConstant(_ index: Int32) -> Bool { self.nodes[Int(index)].operation == .constant }

    private mutating func addChildren(_ indices: [Int32]) -> Int32 {
        self.children += indices
        return Int32(truncatingIfNeeded: self.children.count - indices.count)
    }

    /// The index of a record type's reference for nodes; the plan keeps the type alive.
    mutating func reference(to record: RecordType) -> UInt {
        if !self.records.contains(record) { self.records.append(record) }
        return UInt(bitPattern: Unmanaged.passUnretained(record).toOpaque())
    }

    // MARK: - Nodes

    mutating func node(_ id: ExprID) -> Int32 {
        if case .failure(let code) = self.checked.resolutions[id] {
            let offset = UInt32(truncatingIfNeeded: self.checked.parsed.nodes[id].focus.lowerBound)
            return self.add(Node(operation: .constant, constant: .error(code, at: offset)), at: id)
        }
        let expression = self.checked.parsed.nodes[id]
        switch expression.kind {
        case .null: return self.constant(.null, id)
        case .bool(let value): return self.constant(.bool(value), id)
        case .int(let value): return self.constant(.int(value), id)
        case .string(let bytes): return self.constant(self.constants.string(bytes), id)
        case .name: return self.name(id)
        case .select(let operand, let field, let test): return self.select(id, operand, field, test: test)
        case .index(let operand, let index):
            return self.operation(.index, id, [operand, index])
        case .unary(let operation, let operand):
            return operation == .not ? self.not(id, operand) : self.operation(.negate, id, [operand])
        case .binary(let operation, let left, let right): return self.binary(id, operation, left, right)
        case .and(let operands): return self.many(.and, id, operands)
        case .or(let operands): return self.many(.or, id, operands)
        case .conditional(let condition, let first, let second):
            return self.operation(.conditional, id, [condition, first, second])
        case .list(let elements): return self.many(.list, id, elements)
        case .map(let keys, let values): return self.many(.map, id, zip(keys, values).flatMap { [$0, $1] })
        case .call(let name, let target, let arguments):
            return self.call(id, name, (target.map { [$0] } ?? []) + arguments)
        case .macro(let macro, let range, _, let filter, let body): return self.macro(id, macro, range, filter, body)
        }
    }

    private mutating func constant(_ value: Value, _ id: ExprID) -> Int32 {
        self.add(Node(operation: .constant, constant: value), at: id)
    }

    private mutating func name(_ id: ExprID) -> Int32 {
        switch self.checked.resolutions[id] {
        case .input(let index): self.add(Node(operation: .input, a: Int32(truncatingIfNeeded: index)), at: id)
        case .local(let slot): self.add(Node(operation: .local, a: Int32(truncatingIfNeeded: slot)), at: id)
        case .constant(let number): self.constant(.enumeration(number), id)
        case .literal(.int(let value)): self.constant(.int(value), id)
        case .literal(.string(let text)): self.constant(self.constants.string(Array(text.utf8)), id)
        default: self.constant(.error(.undeclared), id)
        }
    }

    private mutating func operation(
        _ operation: Node.Operation,
        _ id: ExprID,
        _ operands: [ExprID],
        relation: Node.Relation = .equal
    ) -> Int32 {
        let indices = operands.map { self.node($0) }
        var node = Node(operation: operation, relation: relation)
        if let first = indices.first { node.a = first }
        if indices.count > 1 { node.b = indices[1] }
        if indices.count > 2 { node.c = indices[2] }
        if operands.contains(where: { self.checked.types[$0] == .dyn }) { node.flags = Node.open }
        if operation == .conditional, self.checked.conditionals == .askForConditionFirst {
            node.flags |= Node.conditionFirst
        }
        let index = self.add(node, at: id)
        return indices.allSatisfy(self.isConstant) ? self.folded(index) : index
    }

    private mutating func many(_ operation: Node.Operation, _ id: ExprID, _ operands: [ExprID]) -> Int32 {
        let indices = operands.map { self.node($0) }
        let start = self.addChildren(indices)
        let count = operation == .map ? indices.count / 2 : indices.count
        let index = self.add(
            Node(operation: operation, a: start, b: Int32(truncatingIfNeeded: count)),
            at: id
        )
        return indices.allSatisfy(self.isConstant) ? self.folded(index) : index
    }

    private mutating func binary(
        _ id: ExprID,
        _ operation: Expr.Operator,
        _ left: ExprID,
        _ right: ExprID
    ) -> Int32 {
        let planned: Node.Operation
        var relation: Node.Relation = .equal
        switch operation {
        case .multiply: planned = .multiply
        case .divide: planned = .divide
        case .modulo: planned = .modulo
        case .add: planned = .add
        case .subtract: planned = .subtract
        case .less: (planned, relation) = (.order, .less)
        case .lessOrEqual: (planned, relation) = (.order, .lessOrEqual)
        case .greater: (planned, relation) = (.order, .greater)
        case .greaterOrEqual: (planned, relation) = (.order, .greaterOrEqual)
        case .equal: (planned, relation) = (.equal, .equal)
        case .notEqual: (planned, relation) = (.notEqual, .notEqual)
        case .in: planned = .in
        case .not, .negate: planned = .not
        }
        let index = self.operation(planned, id, [left, right], relation: relation)
        return self.isConstant(index) ? index : self.fused(index)
    }

    private mutating func call(_ id: ExprID, _ name: String, _ operands: [ExprID]) -> Int32 {
        let indices = operands.map { self.node($0) }
        let index: Int32
        switch name {
        case "dyn":
            return indices.first ?? self.constant(.error(.noSuchOverload), id)
        case "certain":
            index = self.add(Node(operation: .certain, a: indices.first ?? 0), at: id)
        case "matches":
            guard operands.count == 2, case .string(let bytes) = self.checked.parsed.nodes[operands[1]].kind,
                case .success(let pattern) = Pattern.compile(bytes)
            else { return self.constant(.error(.invalidArgument), id) }
            self.patterns.append(pattern)
            index = self.add(
                Node(operation: .matches, a: indices[0], c: Int32(truncatingIfNeeded: self.patterns.count - 1)),
                at: id
            )
        default:
            let start = self.addChildren(indices)
            var node = Node(operation: .call, a: start, b: Int32(truncatingIfNeeded: indices.count))
            switch self.checked.resolutions[id] {
            case .function(let row):
                self.functions.append(FunctionTable.rows[row])
                node.c = Int32(truncatingIfNeeded: self.functions.count - 1)
            case .functions(let name):
                node.operation = .callAny
                let rows = (FunctionTable.byName[name] ?? []).map { FunctionTable.rows[$0] }
                self.groups.append(rows.filter { $0.parameters.count == indices.count })
                node.c = Int32(truncatingIfNeeded: self.groups.count - 1)
            default:
                return self.constant(.error(.noSuchOverload), id)
            }
            index = self.add(node, at: id)
        }
        return indices.allSatisfy(self.isConstant) ? self.folded(index) : index
    }

    private mutating func macro(
        _ id: ExprID,
        _ macro: Expr.Macro,
        _ range: ExprID,
        _ filter: ExprID?,
        _ body: ExprID
    ) -> Int32 {
        var slot: Int32 = 0
        if case .local(let index) = self.checked.resolutions[id] { slot = Int32(truncatingIfNeeded: index) }
        var rangeNode = self.node(range)
        if let filter {
            let before = self.nodes.count
            let condition = self.node(filter)
            rangeNode = self.add(
                Node(
                    operation: .filter,
                    a: rangeNode,
                    b: slot,
                    c: condition,
                    constant: .int(Int64(self.nodes.count - before + 1))
                ),
                at: id
            )
        }
        let before = self.nodes.count
        let bodyNode = self.node(body)
        let operation: Node.Operation =
            switch macro {
            case .all: .all
            case .exists: .exists
            case .existsOne: .existsOne
            case .filter: .filter
            case .map: .transform
            }
        return self.add(
            Node(
                operation: operation,
                a: rangeNode,
                b: slot,
                c: bodyNode,
                constant: .int(Int64(self.nodes.count - before + 1))
            ),
            at: id
        )
    }

    /// Evaluates a node whose operands are constants; what is an error stays a node, for it may never be reached.
    private mutating func folded(_ index: Int32) -> Int32 {
        let memory = self.constants
        let tables = self.tables
        memory.begin(budget: 10_000)
        // Constants read no input and, mostly, no children; any address serves where nothing is read.
        let noInputs = memory.allocateValues(1)
        let noChildren = memory.allocate(1)?.bindMemory(to: Int32.self, capacity: 1)
        guard let noInputs, let noChildren else { return index }
        let value = self.nodes.withUnsafeBufferPointer { nodes in
            self.children.withUnsafeBufferPointer { children in
                guard let base = nodes.baseAddress else { return Value.error(.undeclared) }
                let context = Evaluator.Context(
                    nodes: base,
                    children: children.baseAddress ?? UnsafePointer(noChildren),
                    inputs: UnsafePointer(noInputs),
                    memory: memory,
                    tables: .passUnretained(tables)
                )
                return withExtendedLifetime(tables) {
                    withUnsafePointer(to: context) { Evaluator(context: $0).evaluate(index) }
                }
            }
        }
        guard value.kind != .error, value.kind != .unknown, value.kind != .choice else { return index }
        self.nodes[Int(index)] = Node(
            operation: .constant,
            offset: self.nodes[Int(index)].offset,
            constant: value
        )
        return index
    }
}
