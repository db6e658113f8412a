//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An expression ready to be evaluated.
package struct Program: @unchecked Sendable {
    // Unchecked because of the pointers, which lead into the immutable plan that stands beside them.
    private let nodes: UnsafePointer<Node>
    private let children: UnsafePointer<Int32>
    private let tables: Unmanaged<PlanTables>
    private let root: Int32
    /// What evaluating each node once costs; macros take their share by element.
    private let steps: Int64

    /// The plan.
    package let plan: Plan
    /// The type of the result.
    package let resultType: ValueType
    /// What an evaluation may cost at most.
    package let cost: CostEstimate
    /// Every fact that the expression reads, in source order.
    package let references: [ReferencedAttribute]
    /// The names of the environment's constants that the expression reads.
    package let constants: Set<String>
    /// The text it was made from.
    package let source: Source

    init(_ checked: CheckedAST) {
        let plan = Planner.plan(checked)
        self.plan = plan
        self.nodes = UnsafePointer(plan.nodes)
        self.children = UnsafePointer(plan.children)
        self.tables = .passUnretained(plan.tables)
        self.root = plan.root
        self.steps = Int64(plan.nodeCount)
        self.resultType = checked.resultType
        self.cost = checked.cost
        self.references = checked.references
        self.constants = checked.constants
        self.source = checked.source
    }

    /// Evaluates the expression.
    ///
    /// Pure: the same inputs give the same value. Never traps, throws or waits. Allocates nothing outside the
    /// workspace, and there only for text, lists and unknowns. What it costs is taken from the workspace's budget.
    ///
    /// - Parameters:
    ///   - inputs: One value for each variable of the environment, in its order. An input that is not known is
    ///     `Value.unset`.
    ///   - workspace: Scratch memory; the result is good until its reset.
    /// - Returns: A value of ``resultType``, an unknown that names every attribute which could still change the
    ///   result, or an error.
    package func evaluate(_ inputs: UnsafePointer<Value>, _ workspace: Workspace) -> Value {
        let memory = workspace.memory
        memory.state.pointee.exhausted = nil
        guard memory.spend(self.steps) else {
            return .error(memory.state.pointee.exhausted ?? .costExceeded)
        }
        let context = Evaluator.Context(
            nodes: self.nodes,
            children: self.children,
            inputs: inputs,
            memory: memory,
            tables: self.tables
        )
        let value = withUnsafePointer(to: context) { context in
            let evaluator = Evaluator(context: context)
            let value = evaluator.evaluate(self.root)
            // An undecided record never leaves the evaluator as such.
            return value.kind == .choice ? evaluator.settled(value) : value
        }
        // Beyond a limit some operand was cut short; it may have been one that mattered.
        if let exhausted = memory.state.pointee.exhausted {
            return .error(exhausted, at: value.isError ? value.aux : 0)
        }
        return value
    }
}
