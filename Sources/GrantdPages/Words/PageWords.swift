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
    func month(_ text: String) -> String {
        let parts = text.split(separator: "-").map { Int($0) }
        guard parts.count == 2, let year = parts[0], let month = parts[1], (1...12).contains(month) else { return text }
        return self("\(year)年\(month)月", "\(CalendarDay.englishMonths[month - 1]) \(year)")
    }

    /// `2025年11月24日至2028年12月31日`.
    func interval(from: String?, until: String?) -> String {
        switch (from.map(self.day), until.map(self.day)) {
        case (let from?, let until?): self("\(from)至\(until)", "\(from) to \(until)")
        case (let from?, nil): self("自\(from)起施行，未规定截止日期", "from \(from); no end is stated")
        case (nil, let until?): self("至\(until)止", "until \(until)")
        case (nil, nil): self("公报未载明", "not stated in the gazette")
        }
    }

    /// Whether it is in force on a day, in words.
    func standing(_ interval: DateInterval, on day: String) -> String {
        if day < interval.fromText { return self("尚未施行", "not in force yet") }
        return interval.contains(day: day) ? self("现行有效", "in force") : self("已失效", "no longer in force")
    }

    /// `2026 No. 4, p. 26` as Chinese readers cite it.
    func gazette(_ citation: String) -> String {
        guard self.language == .zh else { return "Beijing Municipal Gazette, \(citation)" }
        let parts = citation.split(separator: ",")
        let issue = parts.first?.split(separator: " ").map(String.init) ?? []
        let page = parts.dropFirst().first?.split(separator: " ").map(String.init) ?? []
        guard parts.count == 2, issue.count == 3, issue[1] == "No.", page.count == 2, page[0] == "p." else {
            return "《北京市人民政府公报》\(citation)"
        }
        return "《北京市人民政府公报》\(issue[0])年第\(issue[2])期第\(page[1])页"
    }

    /// The title of a document in its marks.
    func quoted(_ title: Text) -> String { self("《\(title.zh)》", title.en) }
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
