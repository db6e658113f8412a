//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages
internal import SwiftProtobuf

/// What one applicant may have, by programme, the most support first.
struct ScreenPage {
    let response: GrantdScreenResponse
    /// Titles and labels by measure, where they could be had.
    let descriptions: [String: GrantdMeasureDescription]
    /// Whether the reasoning of each is shown.
    let showsExplanation: Bool
    /// What envelopes are called, by id, where that could be had.
    var envelopes: [String: GrantdText] = [:]

    func write(to page: inout Page) {
        let language = page.language
        guard !self.response.assessments.isEmpty else {
            page.line(language(Words.Assessment.nothing))
            return
        }
        let head: [Page.Cell] = [
            "", .init(language(Words.Assessment.measureColumn), .faint),
            .init(language(Words.Assessment.supportColumn), .faint, isNumber: true),
            .init(language(Words.Assessment.outcomeColumn), .faint),
            .init(language(Words.Assessment.missingColumn), .faint, isNumber: true),
        ]
        var rows: [Page.Row] = [.cells(head)]
        let places = Dictionary(
            self.response.assessments.enumerated().map { ($0.element.measure, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        var number = 0
        for programme in self.response.programmes {
            rows.append(.line("", .plain, indent: 0))
            rows.append(.line(language(programme.title).printable, .strong, indent: 0))
            for index in programme.measures.compactMap({ places[$0] }) {
                number += 1
                let assessment = self.response.assessments[index]
                let (outcome, tone) = language.outcomeInShort(assessment.outcome)
                let title = self.descriptions[assessment.measure].map { language($0.title) } ?? ""
                rows.append(
                    .cells([
                        .init("\(number)", isNumber: true),
                        .init(title.isEmpty ? assessment.measure.printable : title),
                        .init(self.amount(assessment, language), .strong, isNumber: true),
                        .init(outcome, tone),
                        .init(self.missing(of: assessment), isNumber: true),
                    ])
                )
                if !title.isEmpty { rows.append(.line(assessment.measure.printable, .faint, indent: 4)) }
            }
        }
        page.table(rows, indent: 0)
        if self.showsExplanation { self.writeDetails(to: &page) }
    }

    /// What it comes to; a bound says that it is one.
    private func amount(_ assessment: GrantdAssessment, _ language: Language) -> String {
        if assessment.basis == .floor, assessment.hasAmountFen { return language.atLeast(fen: assessment.amountFen) }
        guard assessment.hasPotentialAmountFen else {
            // What is missing may yet bound it.
            let isOpen = assessment.outcome == .undetermined && AmountBasis(assessment.basis).hasSum
            return isOpen ? language(Words.Assessment.noBound) : language.noSum(assessment.basis)
        }
        return assessment.outcome == .undetermined
            ? language.atMost(fen: assessment.potentialAmountFen)
            : language.money(fen: assessment.potentialAmountFen, assessment.basis)
    }

    /// How many facts are missing; empty where none are.
    private func missing(of assessment: GrantdAssessment) -> String {
        let count = assessment.missing.count + Int(assessment.missingOmitted)
        return count == 0 ? "" : "\(count)"
    }

    private func writeDetails(to page: inout Page) {
        for assessment in self.response.assessments {
            page.line()
            page.line(String(repeating: "─", count: min(60, page.width)), .faint)
            AssessmentPage(
                assessment: assessment,
                description: self.descriptions[assessment.measure],
                showsExplanation: true,
                envelopes: self.envelopes
            ).write(to: &page)
        }
    }
}
