//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// What two policy sets differ in, for a person: by programme, measure and clause.
struct ComparisonPage {
    let comparison: PolicyComparison

    func write(to page: inout Page) {
        let language = page.language
        guard !self.comparison.isEmpty else {
            page.line(language("两套政策没有差别。", "The two sets of policies say the same."))
            return
        }
        for (index, programme) in self.comparison.programmes.enumerated() {
            if index > 0 { page.line() }
            let mark = self.mark(programme.fate, language)
            page.line("\(mark.sign)\(language(programme.title))", .strong, hanging: 2)
            page.line("  \(programme.id)\(mark.word)", .faint)
            for change in programme.changes { self.write(change, to: &page) }
            for measure in programme.measures { self.write(measure, to: &page) }
        }
        if !self.comparison.references.isEmpty {
            page.heading(language("工作日历与文件名录", "Working calendar and register of documents"))
            for change in self.comparison.references { self.write(change, to: &page) }
        }
        self.writeTotals(to: &page)
    }

    private func write(_ measure: PolicyComparison.Measure, to page: inout Page) {
        let language = page.language
        let (sign, word, tone) = self.mark(measure.fate, language)
        page.line()
        page.line("  \(sign)\(language(measure.title))", measure.fate == .changed ? .strong : tone, hanging: 4)
        let parts = [measure.id.printable, measure.clause.printable, measure.interval.map { language($0) } ?? ""]
        page.line("    " + parts.filter { !$0.isEmpty }.joined(separator: " · ") + word, .faint)
        for change in measure.changes { self.write(change, to: &page) }
    }

    private func write(_ change: PolicyComparison.Change, to page: inout Page) {
        let language = page.language
        let (sign, _, tone) = self.mark(change.fate, language)
        let head = [language(change.part.words), change.id.printable].filter { !$0.isEmpty }.joined(separator: " ")
        let clause = change.clause.isEmpty ? "" : " · \(change.clause.printable)"
        page.line("    \(sign)\(head)\(clause)", tone, hanging: 6)
        if change.aspects.isEmpty {
            page.line("      " + language(change.headline), hanging: 6)
            return
        }
        let words = change.aspects.map { language($0.name.words) }
        let width = (words.map(\.columns).max() ?? 0) + 6
        for (word, aspect) in zip(words, change.aspects) {
            let (old, new) = self.words(aspect, language)
            page.entry("      " + word, "- " + old, .bad, width: width)
            page.entry("", "+ " + new, .good, width: width)
        }
    }

    /// Both sides in the page's language, or in the other one where only that differs.
    private func words(_ aspect: PolicyComparison.Change.Aspect, _ language: Language) -> (old: String, new: String) {
        let none = language("无", "none")
        func words(_ language: Language) -> (String, String) {
            (aspect.old.map { language($0) } ?? none, aspect.new.map { language($0) } ?? none)
        }
        let (old, new) = words(language)
        return old == new ? words(language == .zh ? .en : .zh) : (old, new)
    }

    private func writeTotals(to page: inout Page) {
        let language = page.language
        let measures = self.comparison.programmes.flatMap(\.measures)
        func count(_ fate: PolicyComparison.Fate) -> Int { Set(measures.filter { $0.fate == fate }.map(\.id)).count }
        page.line()
        page.line(
            language(
                "措施：新增 \(count(.added))，删除 \(count(.removed))，修改 \(count(.changed))",
                "Measures: \(count(.added)) added, \(count(.removed)) removed, \(count(.changed)) changed"
            ),
            .strong
        )
    }

    private func mark(_ fate: PolicyComparison.Fate, _ language: Language) -> (sign: String, word: String, tone: Tone) {
        switch fate {
        case .added: ("+ ", language(" · 新增", " · added"), .good)
        case .removed: ("- ", language(" · 删除", " · removed"), .bad)
        case .changed: ("~ ", "", .doubtful)
        }
    }
}
