//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What is wrong with a JSON text: the first thing that the walk over it meets, but that it is no JSON goes before all that
/// does not fit.
package struct JSONFault: Error, Hashable, Sendable {
    /// What sort of fault it is.
    package enum Kind: Sendable, Hashable {
        /// The text is no JSON.
        case syntax
        /// A value does not fit its field.
        case value
        /// The message has no field of this name. Another schema may have it.
        ///
        /// - Parameters:
        ///   - message: The message's full name.
        ///   - isObject: Whether an object is given for it.
        case unknownField(message: String, isObject: Bool)
        /// The enum has no such value. Another schema may have it.
        case unknownValue
        /// There is too much: 2004.
        case limit
    }

    package let kind: Kind
    /// The place, as in an error of a call: `prior_awards[0].amount_fen`, `facts` for a oneof. Empty where the text is no
    /// JSON.
    package let field: String
    /// In the text, from 1; 0 for an entry that stands for itself.
    package let line: Int
    /// Of the line, in bytes, from 1; 0 for an entry that stands for itself.
    package let column: Int
    /// What is wrong and what would be right, without a full stop. Holds nothing of a value that was sent.
    package let zh: String
    package let en: String
}
