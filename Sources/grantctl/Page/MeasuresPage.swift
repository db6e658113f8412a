//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages

/// The measures as a list, by programme.
struct MeasuresPage {
    let measures: [GrantdMeasureSummary]

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
            page.line("\(programme.printable) · \(first.policy.documentNumber.printable)", .strong)
            page.table(
                group.map { measure in
                    [
                        .init(measure.measure.printable), .init(language(measure.title)),
                        .init(measure.clause.printable),
                        .init(language.basis(measure.basis), .faint), .init(language.interval(measure.policy), .faint),
                    ]
                }
            )
        }
    }
}
