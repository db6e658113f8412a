//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The index of a node in a ``ParsedAST``.
typealias ExprID = Int

/// One node of the syntax tree. Types and resolved names live in tables beside the tree, indexed by ``ExprID``.
struct Expr: Sendable, Hashable {
    /// The operators of the language.
    enum Operator: String, Sendable, Hashable {
        case not = "!"
        case negate = "-"
        case multiply = "*"
        case divide = "/"
        case modulo = "%"
        case add = "+"
        /// The same sign as ``negate``; an enumeration needs two different raw values.
        case subtract = "_-_"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="
        case `in` = "in"

        /// How the operator is written.
        var shown: String { self == .subtract ? "-" : self.rawValue }
    }

    /// The macros that go over a list or a map.
    enum Macro: String, Sendable, Hashable {
        case all
        case exists
        case existsOne = "exists_one"
        case filter
        case map
    }

    /// What a node is.
    enum Kind: Sendable, Hashable {
        case null
        case bool(Bool)
        case int(Int64)
        case string([UInt8])
        /// A name; `rooted` where a dot stands before it and the container does not count.
        case name(String, rooted: Bool)
        /// `operand.field`; `test` inside `has()`.
        case select(ExprID, field: String, test: Bool)
        case index(ExprID, ExprID)
        case unary(Operator, ExprID)
        case binary(Operator, ExprID, ExprID)
        /// `&&` over two or more operands; a chain is one node, so that its length does not nest.
        case and([ExprID])
        /// `||` over two or more operands.
        case or([ExprID])
        case conditional(ExprID, ExprID, ExprID)
        case list([ExprID])
        case map(keys: [ExprID], values: [ExprID])
        case call(String, target: ExprID?, arguments: [ExprID])
        /// A macro over `range`; `filter` stands between the variable and the body of a three-argument `map`.
        case macro(Macro, range: ExprID, variable: String, filter: ExprID?, body: ExprID)
    }

    let kind: Kind
    /// The bytes of the source that the whole node covers.
    let range: Range<Int>
    /// Where a message about this node points: the operator, the field, the function's name.
    let focus: Range<Int>
    /// The height of the tree below, 1 for a leaf.
    let height: Int
}

/// A syntax tree whose names and types nobody has looked at yet.
package struct ParsedAST: Sendable {
    /// The text it came from.
    package let source: Source
    let nodes: [Expr]
    let root: ExprID
}
