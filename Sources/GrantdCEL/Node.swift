//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// One node of a plan: an operator with its operands resolved to indices and offsets.
struct Node: BitwiseCopyable {
    /// What the node does. Operands `a`, `b`, `c` are node indices unless the case says otherwise.
    enum Operation: UInt8, BitwiseCopyable {
        /// `constant`
        case constant
        /// input `a`
        case input
        /// macro variable `a`
        case local
        // Fields: of what `base` says, at `location`, set as `presence` says.
        case fieldBool, fieldInt32, fieldInt64, fieldEnumeration, fieldString, fieldDate, fieldRecord
        /// A list of records; `presence` is where the count lies.
        case fieldList
        /// A list of an enumeration's numbers; `presence` is where the count lies.
        case fieldEnumerationList
        /// A field of a record made of values; `location` is its index.
        case fieldValue
        // A field compared with `constant` in one step.
        case compareInt32, compareInt64, compareEnumeration
        /// A field that is an enumeration, among the numbers whose bits are set in the constant's payload.
        case enumerationIn
        /// A bool field, negated.
        case notField
        /// Presence of a field; `c` is the operation that would load it.
        case has
        /// `constant` is the key that is looked up in `a`; `flags` has ``test`` for presence.
        case selectKey
        case index
        case not, negate, add, subtract, multiply, divide, modulo
        case order
        case equal, notEqual, `in`
        /// `b` children from `a`.
        case and, or, list
        case conditional
        /// `b` pairs of children from `a`, key before value.
        case map
        /// Function `c` on `b` children from `a`.
        case call
        /// Functions of table `c` on `b` children from `a`, chosen by the arguments at hand.
        case callAny
        /// Pattern `c` on `a`.
        case matches
        case certain
        // Over `a`, with macro variable `b`, body `c`; `constant` holds the cost of the body.
        case all, exists, existsOne, filter, transform
    }

    /// Of what a field is taken.
    enum Base: UInt8, BitwiseCopyable {
        /// Input `a`.
        case input
        /// Macro variable `a`.
        case local
        /// Node `a`.
        case node
    }

    /// How two ordered values are compared.
    enum Relation: UInt8, BitwiseCopyable {
        case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual

        /// The relation with its sides exchanged.
        var mirrored: Relation {
            switch self {
            case .less: .greater
            case .lessOrEqual: .greaterOrEqual
            case .greater: .less
            case .greaterOrEqual: .lessOrEqual
            case .equal, .notEqual: self
            }
        }

        @inline(__always)
        func holds(_ first: Int64, _ second: Int64) -> Bool {
            switch self {
            case .less: first < second
            case .lessOrEqual: first <= second
            case .greater: first > second
            case .greaterOrEqual: first >= second
            case .equal: first == second
            case .notEqual: first != second
            }
        }
    }

    /// On ``Operation/selectKey``: asks whether the key is there.
    static let test: UInt8 = 1
    /// An operand's type is open, so the operation may fail for want of an overload.
    static let open: UInt8 = 2
    /// On ``Operation/conditional``: while the condition is not known, it alone is asked for.
    static let conditionFirst: UInt8 = 4
    /// On ``Operation/has``: the field is set where its place holds an address.
    static let byAddress: UInt8 = 8

    var operation: Operation
    var base: Base = .node
    var relation: Relation = .equal
    var flags: UInt8 = 0
    /// Where in the source the node stands, for errors.
    var offset: UInt32 = 0
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
    /// The index of the field in its record type.
    var field: Int32 = 0
    /// The offset of the field in its struct, or its index.
    var location: Int32 = 0
    /// The offset of the flag that says whether the field is set, or -1 where it always is.
    var presence: Int32 = -1
    /// The record type, an unretained reference that the plan keeps alive.
    var record: UInt = 0
    var constant: Value = .null
}
