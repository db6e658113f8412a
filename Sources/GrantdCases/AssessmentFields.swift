//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What an expectation may name of an assessment, beside the keys that are the cases' own.
package struct AssessmentFields: Sendable {
    package enum Kind: Sendable, Hashable {
        case bool
        case integer
        case text
        /// One of these names.
        case choice([String])
        /// What cannot be compared with one value.
        case other
    }

    /// By name.
    package let kinds: [String: Kind]

    package init(kinds: [String: Kind]) { self.kinds = kinds }

    /// The keys of an expectation that are no fields of the message by themselves.
    static let own = ["failed", "assumed", "missing", "missing_order", "lines", "caps"]

    /// Every key that an expectation of an assessment may have, by name.
    var keys: [String] { (self.kinds.filter { $0.value != .other }.map(\.key) + Self.own).sorted() }
}
