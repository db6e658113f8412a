//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// All answers under each other, with numbers.
struct AnswersTable {
    let questionnaire: Questionnaire
    let answers: Answers

    /// What was answered or passed over, in the order in which that was done.
    var questions: [Question] { self.answers.order.compactMap { self.questionnaire.question(for: $0) } }

    func write(to page: inout Page) {
        let language = page.language
        var rows: [Page.Row] = []
        for (index, question) in self.questions.enumerated() {
            let answer = self.answers[question]
            let text = answer.map { question.text(of: $0, language) } ?? Question.unknown(language)
            rows.append(
                .cells([
                    .init("\(index + 1)", isNumber: true), .init(language(question.label)),
                    .init(text.printable, answer == nil ? .doubtful : .strong),
                ])
            )
            guard case .entries(let entries)? = answer else { continue }
            for entry in entries {
                let parts = question.entries.compactMap { inner in
                    entry[inner.name].map { language.labelled(language(inner.label), inner.text(of: $0, language)) }
                }
                rows.append(.line(parts.joined(separator: language(Words.semicolon)).printable, .faint, indent: 4))
            }
        }
        page.table(rows)
        if let terms = language.terms(self.answers) { page.line("  " + terms, .doubtful) }
    }
}
