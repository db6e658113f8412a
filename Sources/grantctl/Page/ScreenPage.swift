//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import SwiftProtobuf

/// What one applicant may have, by programme, the most support first.
struct ScreenPage {
    let response: GrantdScreenResponse
    /// Titles by measure, where they could be had.
    let titles: [String: GrantdText]
    /// Whether the reasoning of each is shown.
    let showsExplanation: Bool

    func write(to page: inout Page) {
        let language = page.language
        guard !self.response.assessments.isEmpty else {
            page.line(language("没有可申请的措施。", "No measure is open to this applicant."))
            return
        }
        var rows: [[Page.Cell]] = [
            [
                "", .init(language("最多可得", "at most"), .faint, isNumber: true),
                .init(language("结论", "outcome"), .faint),
                .init(language("措施", "measure"), .faint), "", .init(language("尚缺", "missing"), .faint, isNumber: true),
            ]
        ]
        let places = Dictionary(
            self.response.assessments.enumerated().map { ($0.element.measure, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        var row = 0
        for programme in self.response.programmes {
            rows.append(["", "", "", .init(language(programme.title).printable, .strong), "", ""])
            for index in programme.measures.compactMap({ places[$0] }) {
                row += 1
                let assessment = self.response.assessments[index]
                let (outcome, tone) = language.outcomeInShort(assessment.outcome)
                let title = self.titles[assessment.measure].map { language($0) } ?? ""
                rows.append([
                    .init("\(row)", isNumber: true),
                    .init(self.amount(assessment, language), .strong, isNumber: true),
                    .init(outcome, tone),
                    .init(title.isEmpty ? assessment.measure.printable : title),
                    .init(title.isEmpty ? "" : assessment.measure.printable, .faint),
                    .init(assessment.missing.isEmpty ? "" : "\(assessment.missing.count)", isNumber: true),
                ])
            }
        }
        page.table(rows, indent: 0)
        if self.showsExplanation { self.writeDetails(to: &page) }
    }

    private func amount(_ assessment: GrantdAssessment, _ language: Language) -> String {
        if assessment.hasPotentialAmountFen { return Money.text(fen: assessment.potentialAmountFen, language) }
        switch assessment.basis {
        case .nonMonetary: return language("非资金", "no money")
        case .unpublishedAmount: return language("未公布", "unpublished")
        case .floor: return language("最低额", "a floor")
        default: return language("尚无上限", "no bound yet")
        }
    }

    private func writeDetails(to page: inout Page) {
        for assessment in self.response.assessments {
            page.line()
            page.line(String(repeating: "─", count: 60), .faint)
            AssessmentPage(
                assessment: assessment,
                description: self.titles[assessment.measure].map { title in .with { $0.title = title } },
                showsExplanation: true
            ).write(to: &page)
        }
    }
}
