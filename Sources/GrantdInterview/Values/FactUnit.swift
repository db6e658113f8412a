//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a number counts, in words.
package struct FactUnit: Sendable, Hashable {
    /// As a fact's description names it: `m2`.
    package let id: String
    /// How many digits of the number stand behind the point when people read and write it: 2 for basis points, which
    /// people call per cent.
    package let places: Int
    /// What stands right behind a number, with the space before it: `%`, ` 平方米`.
    package let suffix: BilingualText
    /// The same behind 1: ` month`.
    package let suffixOfOne: BilingualText

    package init(id: String, places: Int, suffix: BilingualText, suffixOfOne: BilingualText) {
        self.id = id
        self.places = places
        self.suffix = suffix
        self.suffixOfOne = suffixOfOne
    }

    /// The unit's name by itself, to stand behind a field: `平方米`; empty in a language that has no word for it.
    package func name(_ language: Language) -> String { String(self.words(behind: 2, language).drop { $0 == " " }) }

    /// What stands right behind a number.
    func words(behind value: Int64, _ language: Language) -> String {
        let suffix = value == 1 ? self.suffixOfOne : self.suffix
        return language(suffix.zh, suffix.en)
    }
}
