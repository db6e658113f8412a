//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages
internal import GrantdPolicy

/// What another policy set means for applications, for a person: by measure and clause, outcomes, the largest gains and
/// losses, totals.
struct ImpactPage {
    let tally: ImpactTally
    /// Whose titles measures have: the first that knows one.
    let policies: [PolicySet]

    func write(to page: inout Page) {
        let language = page.language
        let tally = self.tally
        page.line(
            language(
                "\(Money.grouped(tally.applications)) 份申请，\(Money.grouped(tally.counts.differing)) 份结果不同",
                "\(Money.grouped(tally.applications)) \(tally.applications == 1 ? "application" : "applications"), \(Money.grouped(tally.counts.differing)) answered differently"
            ),
            .strong
        )
        if tally.malformed > 0 {
            let lines = Money.grouped(tally.malformed)
            page.line(language("另有 \(lines) 行有误，未计入", "\(lines) more lines are malformed and left out"), .bad)
        }
        if tally.counts.differing > 0 {
            self.writeMeasures(to: &page)
            self.writeTransitions(to: &page)
            self.write(tally.gains, language("增加最多", "Largest gains"), to: &page)
            self.write(tally.losses, language("减少最多", "Largest losses"), to: &page)
        }
        self.writeTotals(to: &page)
    }

    private func writeMeasures(to page: inout Page) {
        let language = page.language
        page.heading(language("按措施与条款", "By measure and clause"))
        var rows: [Page.Row] = [
            .cells([
                .init(language("条款", "clause"), .faint), .init(language("不同", "differ"), .faint, isNumber: true),
                .init(language("增加", "gain"), .faint, isNumber: true),
                .init(language("减少", "lose"), .faint, isNumber: true),
                .init(language("结论变化", "outcome"), .faint, isNumber: true),
                .init(language("合计增减", "change"), .faint, isNumber: true),
            ])
        ]
        for (id, tally) in self.tally.measures.sorted(by: { $0.key < $1.key }) where !tally.clauses.isEmpty {
            rows.append(.line("", .plain, indent: 0))
            rows.append(.line(self.title(of: id, language), .strong, indent: 0))
            let applications = Money.grouped(tally.applications)
            rows.append(
                .line(
                    "\(id.printable) · "
                        + language(
                            "\(applications) 份",
                            "\(applications) " + (tally.applications == 1 ? "application" : "applications")
                        )
                        + " · " + self.sums(tally.old, tally.new, tally.meaning, language),
                    .faint,
                    indent: 0
                )
            )
            for (clause, counts) in tally.clauses.sorted(by: { $0.key < $1.key }) {
                rows.append(
                    .cells([
                        .init(clause.printable), .init(Money.grouped(counts.differing), isNumber: true),
                        .init(counts.gains == 0 ? "" : Money.grouped(counts.gains), .good, isNumber: true),
                        .init(counts.losses == 0 ? "" : Money.grouped(counts.losses), .bad, isNumber: true),
                        .init(counts.outcomes == 0 ? "" : Money.grouped(counts.outcomes), isNumber: true),
                        .init(
                            counts.gains + counts.losses == 0
                                ? "" : self.change(counts.change, tally.meaning, language),
                            .strong,
                            isNumber: true
                        ),
                    ])
                )
            }
        }
        page.table(rows)
    }

    private func writeTransitions(to page: inout Page) {
        let language = page.language
        guard !self.tally.transitions.isEmpty else { return }
        page.heading(language("结论变化", "Outcomes"))
        let rows = self.tally.transitions.map { transition, count in
            (self.word(transition.old, language), self.word(transition.new, language), count)
        }
        page.table(
            rows.sorted { ($1.2, $0.0, $0.1) < ($0.2, $1.0, $1.1) }.map { old, new, count in
                [.init(old), .init("→ \(new)"), .init(Money.grouped(count), .strong, isNumber: true)]
            }
        )
    }

    private func write(_ largest: [ImpactDifference], _ title: String, to page: inout Page) {
        let language = page.language
        guard !largest.isEmpty else { return }
        page.heading(title)
        var rows: [Page.Row] = []
        for (index, difference) in largest.enumerated() {
            let id = difference.applicationID.printable
            let name = id.isEmpty ? difference.place.text(language) : id
            rows.append(
                .cells([
                    .init("\(index + 1)", isNumber: true), .init(name),
                    .init(
                        self.change(difference.change ?? 0, difference.meaning, language),
                        .strong,
                        isNumber: true
                    ),
                ])
            )
            let money = self.sums(difference.old?.fen ?? 0, difference.new?.fen ?? 0, difference.meaning, language)
            let parts = [self.title(of: difference.measure, language), difference.clause.printable, money]
            rows.append(.line(parts.filter { !$0.isEmpty }.joined(separator: " · "), .faint, indent: 4))
        }
        page.table(rows)
    }

    private func writeTotals(to page: inout Page) {
        let language = page.language
        page.heading(language("合计", "Totals"))
        let counts = self.tally.counts
        page.line(
            language(
                "  增加 \(Money.grouped(counts.gains)) 份，减少 \(Money.grouped(counts.losses)) 份，结论变化 \(Money.grouped(counts.outcomes)) 份",
                "  \(Money.grouped(counts.gains)) gain, \(Money.grouped(counts.losses)) lose, \(Money.grouped(counts.outcomes)) have another outcome"
            )
        )
        for meaning in ImpactResult.Meaning.allCases {
            let (old, new) = self.tally.sums(meaning)
            guard old != 0 || new != 0 else { continue }
            let change =
                old == new
                ? language("不变", "unchanged")
                : self.change(new - old, meaning, language)
            page.line("  \(self.sums(old, new, meaning, language))（\(change)）".parenthesised(language), .strong)
        }
    }

    // MARK: - Words

    private func title(of id: String, _ language: Language) -> String {
        for policies in self.policies {
            guard let place = policies.entry(forID: id), let last = policies.entries[place].versions.last else {
                continue
            }
            return language(policies.measures[last].title)
        }
        return id.printable
    }

    /// `最高 1,000元 → 2,000元`.
    private func sums(
        _ old: some BinaryInteger,
        _ new: some BinaryInteger,
        _ meaning: ImpactResult.Meaning,
        _ language: Language
    ) -> String {
        "\(self.word(meaning, language))\(Money.text(fen: old, language)) → \(Money.text(fen: new, language))"
    }

    /// `最高 +1,000元`.
    private func change(
        _ fen: some BinaryInteger,
        _ meaning: ImpactResult.Meaning,
        _ language: Language
    ) -> String {
        self.word(meaning, language) + (fen > 0 ? "+" : "") + Money.text(fen: fen, language)
    }

    private func word(_ meaning: ImpactResult.Meaning, _ language: Language) -> String {
        switch meaning {
        case .amount: ""
        case .atMost: language("最高 ", "at most ")
        case .atLeast: language("不低于 ", "at least ")
        }
    }

    private func word(_ standing: ImpactDifference.Standing, _ language: Language) -> String {
        switch standing {
        case .outcome(let outcome): language.outcomeInShort(outcome).text
        case .refused: language("请求被拒", "refused")
        case .absent: language("无此措施", "no such measure")
        }
    }
}

extension String {
    /// The text with the brackets of the language.
    fileprivate func parenthesised(_ language: Language) -> String {
        language == .zh ? self : self.replacing("（", with: " (").replacing("）", with: ")")
    }
}
