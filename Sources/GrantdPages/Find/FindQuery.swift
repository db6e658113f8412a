//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// What somebody looks for: words, and what the list is narrowed to.
struct FindQuery {
    /// The kinds of support that the list can be narrowed to.
    enum Support: String, CaseIterable {
        /// The text says what is given.
        case sum
        /// The text says what is given at most.
        case ceiling
        /// No money, or a sum that is not published.
        case other

        func takes(_ basis: Basis) -> Bool {
            switch basis {
            case .exact, .agencyRate, .floor: self == .sum
            case .ceiling, .unpublishedRate: self == .ceiling
            case .unpublishedAmount, .nonMonetary: self == .other
            }
        }
    }

    /// As it was typed; at most 200 characters of it count.
    var text = ""
    /// A programme's id; empty: all.
    var programme = ""
    /// The name of a kind of applicant; empty: all.
    var kind = ""
    var support: Support?
    /// As it was typed; empty: all that is in force today.
    var day = ""

    init(_ items: [(name: String, value: String)]) {
        for (name, value) in items {
            switch name {
            case "q": self.text = String(value.prefix(200))
            case "programme": self.programme = value
            case "kind": self.kind = value
            case "support": self.support = Support(rawValue: value)
            case "day": self.day = String(value.prefix(40))
            default: continue
            }
        }
    }

    /// Without what is empty.
    var items: [(name: String, value: String)] {
        [
            ("q", self.text), ("programme", self.programme), ("kind", self.kind),
            ("support", self.support?.rawValue ?? ""), ("day", self.day),
        ].filter { !$0.1.isEmpty }
    }

    var isEmpty: Bool { self.items.isEmpty }
}
