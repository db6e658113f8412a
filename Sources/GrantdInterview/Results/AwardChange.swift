//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What an entry of the book did to an award, as a page and a terminal tell it.
package struct AwardChange {
    package enum Kind: Sendable {
        case reserve, commit, cancel, correct, expire
    }

    let kind: Kind
    /// What it has come to, or was given back, in fen; nil where it has no sum.
    let amount: Int64?
    /// What it was before, in fen.
    let amountBefore: Int64?

    package init(_ kind: Kind, amount: Int64?, amountBefore: Int64?) {
        self.kind = kind
        self.amount = amount
        self.amountBefore = amountBefore
    }

    /// - Parameter money: Writes a sum in fen; "no sum" is told for nil.
    package func words(_ language: Language, money: (Int64?) -> String) -> String {
        let sum = money(self.amount)
        return switch self.kind {
        case .reserve: Words.Awards.reserve(sum, language)
        case .commit: Words.Awards.commit(sum, language) + self.rest(language, money)
        case .cancel: Words.Awards.cancel(sum, language)
        case .correct: Words.Awards.correct(sum, language)
        case .expire: Words.Awards.expire(sum, language)
        }
    }

    /// What of a reservation was not committed.
    private func rest(_ language: Language, _ money: (Int64?) -> String) -> String {
        guard let now = self.amount, let before = self.amountBefore, now < before else { return "" }
        return Words.Awards.rest(money(before - now), language)
    }
}
