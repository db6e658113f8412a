//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a node of the tree turned out to mean.
enum Resolution: Sendable, Hashable {
    /// Nothing to resolve, or only at evaluation.
    case none
    /// The input with this index.
    case input(Int)
    /// The variable of a macro, by nesting from 0.
    case local(Int)
    /// A value of an enumeration, by its number.
    case constant(Int32)
    /// A value with a name.
    case literal(Environment.Constant)
    /// The field of the operand's record type.
    case field(RecordType, Int)
    /// A row of ``FunctionTable``.
    case function(Int)
    /// A name of ``FunctionTable`` whose row the arguments choose at evaluation.
    case functions(String)
    /// Only without checking: evaluating the node gives this error.
    case failure(EvaluationError.Code)
}

/// A syntax tree whose names are resolved and whose types hold: the only thing that a plan can be made from.
package struct CheckedAST: Sendable {
    let parsed: ParsedAST
    /// The type of each node.
    let types: [ValueType]
    /// What each node means.
    let resolutions: [Resolution]
    /// Every fact that the expression reads, in source order.
    package let references: [ReferencedAttribute]
    /// The names of the constants that it reads.
    package let constants: Set<String>
    /// The worst case.
    package let cost: CostEstimate
    /// What undecided conditionals wait for.
    let conditionals: Environment.Conditionals

    /// The type of the result.
    package var resultType: ValueType { self.types[self.parsed.root] }
    /// The text.
    package var source: Source { self.parsed.source }
}

/// A fact that an expression reads.
package struct ReferencedAttribute: Sendable, Hashable {
    /// The path as expressions write it, with `[]` for the elements of a list: `facts.deals[].valid`.
    package let path: String
    /// The index of the input.
    package let input: Int
    /// The fact's type.
    package let type: ValueType
    /// The first place in the source that reads it, in bytes.
    package let offset: Int
}

/// What an expression may cost at most, with host lists and strings as long as ``Limits`` says.
package struct CostEstimate: Sendable, Hashable {
    /// Steps, about a node evaluated each; `UInt64.max` for anything beyond.
    package let maximum: UInt64
}
