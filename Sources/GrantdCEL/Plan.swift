//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The last stage: a flat array of nodes, with everything that they point at.
///
/// Immutable once made, so that any number of threads may evaluate it, each with a workspace of its own.
package final class Plan: @unchecked Sendable {
    // Unchecked because of the pointers: they are written while the plan is made and only read after.
    let nodes: UnsafeMutablePointer<Node>
    let nodeCount: Int
    let children: UnsafeMutablePointer<Int32>
    let root: Int32
    let tables: PlanTables
    /// Keeps the record types alive that nodes point at.
    private let records: [RecordType]
    /// Holds texts and lists that constants point at.
    private let constants: Memory

    init(_ planner: Planner, root: Int32) {
        self.nodeCount = planner.nodes.count
        self.nodes = .allocate(capacity: max(1, planner.nodes.count))
        self.nodes.initialize(from: planner.nodes, count: planner.nodes.count)
        self.children = .allocate(capacity: max(1, planner.children.count))
        self.children.initialize(from: planner.children, count: planner.children.count)
        self.root = root
        self.tables = planner.tables
        self.records = planner.records
        self.constants = planner.constants
    }

    deinit {
        self.nodes.deallocate()
        self.children.deallocate()
        self.constants.deallocate()
    }
}

/// What the nodes of a plan name by index.
final class PlanTables: @unchecked Sendable {
    /// What calling a function takes.
    struct Entry {
        let implementation: Function.Implementation
        let isLinear: Bool
        let canFail: Bool
    }

    // Unchecked because of the pointer: what it leads to is written here and only read after.
    let entries: UnsafeMutablePointer<Entry>
    private let count: Int
    let groups: [[Function]]
    let patterns: [Pattern]

    init(functions: [Function], groups: [[Function]], patterns: [Pattern]) {
        self.count = functions.count
        self.entries = .allocate(capacity: max(1, functions.count))
        for (index, function) in functions.enumerated() {
            (self.entries + index).initialize(to: Entry(function))
        }
        self.groups = groups
        self.patterns = patterns
    }

    deinit {
        self.entries.deinitialize(count: self.count)
        self.entries.deallocate()
    }
}

extension PlanTables.Entry {
    init(_ function: Function) {
        self.init(
            implementation: function.implementation,
            isLinear: function.cost == .linear,
            canFail: function.canFail
        )
    }
}

extension Plan: CustomStringConvertible {
    /// The nodes, one a line; for tests and for curious eyes.
    package var description: String {
        var text = ""
        for index in 0..<self.nodeCount {
            let node = self.nodes[index]
            text += "\(index): \(node.operation) a=\(node.a) b=\(node.b) c=\(node.c)"
            if index == Int(self.root) { text += " root" }
            text += "\n"
        }
        return text
    }
}
