//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// Words that several pages have: sums as their basis has them, days, dates in force.
extension PageContext {
    /// `2,000,000 yuan`, `200万元`.
    func money(_ fen: Int64) -> String { Money.text(fen: fen, self.language) }

    /// `最高 200万元`.
    func atMost(_ fen: Int64) -> String { self.language.atMost(fen: fen) }

    /// The most that a measure comes to, for a list.
    func most(of measure: Measure) -> (text: String, isSum: Bool) {
        if let largest = measure.largestAmount { return (self.atMost(largest), true) }
        return (self.language.noSum(measure.basis.words), false)
    }

    /// `2026年5月20日`, `20 May 2026`; a text that is no date as it is.
    func day(_ text: String) -> String { self.language.day(text) }

    /// `2026年5月`, `May 2026`; a text that is no month as it is.
    func month(_ text: String) -> String { self.language.month(text) }

    /// `2025年11月24日至2028年12月31日`.
    func interval(from: String?, until: String?) -> String {
        Words.Documents.interval(from: from.map(self.day), until: until.map(self.day), self.language)
    }

    /// Whether it is in force on a day, in words.
    func standing(_ interval: DateInterval, on day: String) -> String {
        if day < interval.fromText { return self(Words.Documents.notYetInForce) }
        return interval.contains(day: day) ? self(Words.Documents.isInForce) : self(Words.Documents.noLongerInForce)
    }

    /// `2026 No. 4, p. 26` as readers cite it.
    func gazette(_ citation: String) -> String { Words.Documents.gazette(citation, self.language) }

    /// The title of a document in its marks.
    func quoted(_ title: Text) -> String { Words.Documents.title(self(title), self.language) }
}

extension Basis {
    /// The same by its words.
    var words: AmountBasis { AmountBasis(rawValue: self.rawValue) ?? .nonMonetary }
}

extension Stage {
    /// The same by its words.
    var words: ApplicationStage { ApplicationStage(rawValue: self.rawValue) ?? .application }
}

extension DateInterval {
    /// Whether a day, `YYYY-MM-DD`, lies inside.
    func contains(day: String) -> Bool {
        guard day >= self.fromText else { return false }
        guard let until = self.untilText else { return true }
        return day <= until
    }
}
