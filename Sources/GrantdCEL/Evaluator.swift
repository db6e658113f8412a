//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Evaluates a plan. It keeps nothing.
struct Evaluator {
    /// What an evaluation reads.
    struct Context {
        let nodes: UnsafePointer<Node>
        let children: UnsafePointer<Int32>
        let inputs: UnsafePointer<Value>
        let memory: Memory
        let tables: Unmanaged<PlanTables>
    }

    // One address that is handed down from node to node, where five would be put away and fetched again at each.
    let context: UnsafePointer<Context>

    @inline(__always) var nodes: UnsafePointer<Node> { self.context.pointee.nodes }
    @inline(__always) var children: UnsafePointer<Int32> { self.context.pointee.children }
    @inline(__always) var inputs: UnsafePointer<Value> { self.context.pointee.inputs }
    @inline(__always) var memory: Memory { self.context.pointee.memory }
    @inline(__always) var tables: Unmanaged<PlanTables> { self.context.pointee.tables }

    /// The value of a node. What is common and quick stands here; the rest is called, so that this stays small.
    func evaluate(_ index: Int32) -> Value {
        let node = self.nodes + Int(index)
        switch node.pointee.operation {
        case .constant:
            return node.pointee.constant
        case .input:
            let value = self.inputs[Int(node.pointee.a)]
            switch value.kind {
            case .unset, .record, .list: return self.input(Int(node.pointee.a))
            default: return value
            }
        case .fieldBool, .notField, .compareInt64, .compareInt32, .compareEnumeration, .enumerationIn, .has:
            return self.quickTruth(node).map { .bool($0) } ?? self.truth(node)
        case .fieldInt64:
            let record = self.base(node)
            guard let memory = self.present(node, record) else { return self.absent(node, record) }
            return .int(memory.loadUnaligned(fromByteOffset: Int(node.pointee.location), as: Int64.self))
        case .and:
            return self.logic(node, settling: false)
        case .or:
            return self.logic(node, settling: true)
        case .not:
            if let truth = self.quickTruth(self.nodes + Int(node.pointee.a)) { return .bool(!truth) }
            let value = self.evaluate(node.pointee.a)
            if value.kind == .bool { return .bool(value.payload == 0) }
            return self.strict(value) ?? .error(.noSuchOverload, at: node.pointee.offset)
        case .order:
            let left = self.evaluate(node.pointee.a)
            let right = self.evaluate(node.pointee.b)
            if left.kind == right.kind, left.kind == .int || left.kind == .date {
                return .bool(node.pointee.relation.holds(left.payload, right.payload))
            }
            return self.order(node, left, right)
        default:
            return self.evaluateRest(node)
        }
    }

    @inline(never)
    private func evaluateRest(_ node: UnsafePointer<Node>) -> Value {
        switch node.pointee.operation {
        case .local:
            return self.memory.state.pointee.locals[Int(node.pointee.a)]
        case .fieldInt32, .fieldEnumeration, .fieldString, .fieldDate, .fieldRecord, .fieldList, .fieldEnumerationList,
            .fieldValue:
            let record = self.base(node)
            guard record.kind == .record else { return self.absent(node, record) }
            return self.field(node, node.pointee.operation, record)
        case .selectKey:
            return self.lookUp(node, self.evaluate(node.pointee.a), node.pointee.constant)
        case .index:
            return self.index(node)
        case .negate:
            return self.negate(node)
        case .add, .subtract, .multiply, .divide, .modulo:
            return self.arithmetic(node)
        case .equal, .notEqual:
            return self.equality(node)
        case .in:
            return self.membership(node)
        case .conditional:
            return self.conditional(node)
        case .list:
            return self.list(node)
        case .map:
            return self.map(node)
        case .call, .callAny:
            return self.call(node)
        case .matches:
            return self.matches(node)
        case .certain:
            return self.certain(node)
        case .all:
            return self.quantifier(node, settling: false)
        case .exists:
            return self.quantifier(node, settling: true)
        case .existsOne:
            return self.existsOne(node)
        case .filter:
            return self.filter(node)
        case .transform:
            return self.transform(node)
        default:
            return .error(.undeclared, at: node.pointee.offset)
        }
    }

    /// An error or an unknown as the result of an operator that needs all operands; nil for a known value.
    @inline(__always)
    func strict(_ value: Value) -> Value? {
        switch value.kind {
        case .error: value
        case .unknown: Value(.unknown, payload: value.payload, flags: value.flags & Value.mayFail)
        case .choice: self.settled(value)
        default: nil
        }
    }

    /// An undecided record as the unknown that it is for anyone who wants the whole of it.
    @inline(never)
    func settled(_ value: Value) -> Value {
        value.kind == .choice ? self.memory.unknown(set: self.memory.deepSet(value), canFail: true) : value
    }

    /// Takes steps off the budget; false when it is used up.
    @inline(__always)
    func spend(_ steps: Int64) -> Bool { self.memory.spend(steps) }
}
