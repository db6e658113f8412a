//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdCEL

/// A named result beside the amount. It is left out where its expression, or its condition, is not known.
package struct LineRule: Sendable {
    /// What the line's value is.
    package enum Kind: Sendable, Hashable {
        /// Money, in fen.
        case amount
        case quantity(unit: Unit)
        case date
        /// A month, `YYYY-MM`.
        case month
        case name
        case names
        case flag
    }

    package let id: String
    package let kind: Kind
    /// The value: an int for `amount` and `quantity`, a date, a string for `name` and `month`, a list of strings or a
    /// bool.
    package let value: Program
    /// The value's text.
    package let expression: String
    /// The line is there only where this is known to be true; `nil`: always.
    package let when: Program?
    /// The line is part of the result itself: where it is not known, its facts are asked for.
    package let isAsked: Bool
    package let basis: Basis
    package let label: Text
    /// What people read in place of a name; a name without a label is shown as it is.
    package let nameLabels: [String: Text]

    package init(
        id: String,
        kind: Kind,
        value: Program,
        expression: String,
        when: Program?,
        isAsked: Bool = false,
        basis: Basis,
        label: Text,
        nameLabels: [String: Text] = [:]
    ) {
        self.id = id
        self.kind = kind
        self.value = value
        self.expression = expression
        self.when = when
        self.isAsked = isAsked
        self.basis = basis
        self.label = label
        self.nameLabels = nameLabels
    }
}
