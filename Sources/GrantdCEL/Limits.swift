//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The bounds within which an expression is accepted and evaluated.
///
/// All of them hold for text that nobody has vouched for: whatever a policy file says, compiling and evaluating
/// it ends soon, within bounded stack and memory.
package struct Limits: Sendable, Hashable {
    /// The longest source text, in bytes of UTF-8. The default is 100,000.
    package var sourceBytes: Int
    /// How deep brackets, calls, unary operators and ternaries may nest. The default is 100.
    package var nesting: Int
    /// The greatest height of the syntax tree, chains of binary operators included. The default is 200.
    package var treeHeight: Int
    /// How many macros may stand inside one another. The default is 4; the most is ``mostMacros``.
    package var macroNesting: Int
    /// How many diagnostics are collected before the rest is left out. The default is 100.
    package var diagnostics: Int
    /// The length assumed of a list that the host provides, for the static cost. The default is 10,000 elements.
    package var listLength: UInt64
    /// The length assumed of a string that the host provides, for the static cost. The default is 1,000 bytes.
    package var stringLength: UInt64
    /// The static worst-case cost above which an expression is refused, in steps (about a node evaluated each).
    /// The default is 4,000,000.
    package var staticCost: UInt64

    /// The most that ``macroNesting`` can be.
    package static let mostMacros = 8

    /// The limits that serve policy files.
    package static let defaults = Limits()

    /// Makes limits; what is left out takes its default.
    package init(
        sourceBytes: Int = 100_000,
        nesting: Int = 100,
        treeHeight: Int = 200,
        macroNesting: Int = 4,
        diagnostics: Int = 100,
        listLength: UInt64 = 10_000,
        stringLength: UInt64 = 1_000,
        staticCost: UInt64 = 4_000_000
    ) {
        self.sourceBytes = sourceBytes
        self.nesting = nesting
        self.treeHeight = treeHeight
        self.macroNesting = macroNesting
        self.diagnostics = diagnostics
        self.listLength = listLength
        self.stringLength = stringLength
        self.staticCost = staticCost
    }
}
