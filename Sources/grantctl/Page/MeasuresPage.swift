//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages

/// The measures as a list, by programme: what each is called, the most that it comes to, its clause and its id.
struct MeasuresPage {
    let measures: [GrantdMeasureSummary]
    /// The programmes' titles by the number of their document, where they could be had.
    let titles: [String: GrantdText]

    func write(to page: inout Page) {
        let language = page.language
        guard !self.measures.isEmpty else {
            page.line(language("没有符合查询的措施。", "There is no such measure."))
            return
        }
        var rest = self.measures[...]
        while let first = rest.first {
            let programme = first.policy.programme
            let group = rest.prefix { $0.policy.programme == programme }
            rest = rest.dropFirst(group.count)
            if group.startIndex > 0 { page.line() }
            self.write(Array(group), to: &page)
        }
    }

    private func write(_ measures: [GrantdMeasureSummary], to page: inout Page) {
        guard let policy = measures.first?.policy else { return }
        let language = page.language
        let title = self.titles[policy.documentNumber].map { language($0) } ?? ""
        let intervals = Set(measures.map { language.interval($0.policy) })
        page.line(title.isEmpty ? policy.programme.printable : title, .strong)
        let parts = [
            title.isEmpty ? "" : policy.programme.printable, policy.documentNumber.printable,
            intervals.count == 1 ? language.interval(policy) : "",
        ]
        page.line(parts.filter { !$0.isEmpty }.joined(separator: " · "), .faint)
        var rows: [Page.Row] = []
        for measure in measures {
            let amount =
                measure.hasLargestAmountFen
                ? language.atMost(fen: measure.largestAmountFen) : language.noSum(measure.basis)
            rows.append(
                .cells([
                    .init(language(measure.title)),
                    .init(amount, measure.hasLargestAmountFen ? .strong : .faint, isNumber: true),
                    .init(measure.clause.printable),
                ])
            )
            let interval = intervals.count == 1 ? "" : " · \(language.interval(measure.policy))"
            rows.append(.line(measure.measure.printable + interval, .faint, indent: 2))
        }
        page.table(rows)
    }
}
