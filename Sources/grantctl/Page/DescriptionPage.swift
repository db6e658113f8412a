//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdMessages

/// A measure as a page: what it asks for, what it promises, where it stands.
struct DescriptionPage {
    let description: GrantdMeasureDescription
    /// Whether the names stand there too by which requests and policy files go, and the conditions as they are written.
    var showsNames = false

    func write(to page: inout Page) {
        let language = page.language
        let description = self.description
        page.line(language(description.title), .strong)
        let parts = [description.measure.printable, description.clause.printable, language.basis(description.basis)]
        page.line(parts.filter { !$0.isEmpty }.joined(separator: " · "), .faint)
        self.writeAward(to: &page)
        for kind in [GrantdFinding.Kind.requirement, .bar] {
            let rules = description.rules.filter { $0.kind == kind }
            guard !rules.isEmpty else { continue }
            page.heading(language.rules(RuleFinding.Kind(kind)))
            for rule in rules {
                let label = language(rule.label)
                let head = [label, language.stage(rule.stage), rule.clause.printable].filter { !$0.isEmpty }
                page.line("  " + (head.isEmpty ? rule.id.printable : head.joined(separator: " · ")))
                guard self.showsNames else { continue }
                page.line(
                    "    \(rule.id.printable)" + (rule.expression.isEmpty ? "" : ": \(rule.expression.printable)"),
                    .faint
                )
            }
        }
        if !description.facts.isEmpty {
            page.heading(language("所需信息", "Facts"))
            for (index, fact) in description.facts.enumerated() {
                let question = language(fact.question)
                page.item(
                    index + 1,
                    question.isEmpty ? language(fact.label) : question,
                    note: (self.showsNames ? "\(fact.path.printable)  " : "")
                        + language.kind(of: fact, onTheWire: self.showsNames)
                )
                let hint = language(fact.hint)
                if !hint.isEmpty {
                    let indent = String(repeating: " ", count: "  \(index + 1). ".count)
                    page.line(indent + hint, .faint)
                }
            }
        }
        if !description.caps.isEmpty {
            page.heading(language("上限", "Caps"))
            page.table(
                description.caps.map { cap in
                    let label = language(cap.label)
                    return [
                        .init(label.isEmpty ? cap.id.printable : label),
                        .init(
                            cap.hasLimitFen ? Money.text(fen: cap.limitFen, language) : "",
                            .strong,
                            isNumber: true
                        ),
                        .init(cap.clause.printable),
                        .init(label.isEmpty || !self.showsNames ? "" : cap.id.printable, .faint),
                    ]
                }
            )
        }
        let lines = description.lines.filter { !language($0.label).isEmpty }
        if !lines.isEmpty {
            page.heading(language("测算还会告诉您", "What else you will be told"))
            for line in lines {
                page.line("  " + language(line.label))
                if self.showsNames { page.line("    " + line.id.printable, .faint) }
            }
        }
        if description.hasPriorAwards {
            page.heading(language("此前获得的支持", "Earlier awards"))
            page.line("  " + language(description.priorAwards))
        }
        if description.hasPolicy { PolicyFooter(policy: description.policy).write(to: &page) }
    }

    /// What the measure promises: in a sentence, then step by step.
    private func writeAward(to page: inout Page) {
        let language = page.language
        let description = self.description
        let summary = language(description.awardSummary)
        guard !summary.isEmpty || !description.award.isEmpty else { return }
        page.heading(language("支持标准", "Award"))
        if !summary.isEmpty { page.line("  " + summary) }
        let steps = description.award.filter { !language($0.label).isEmpty }
        // One step says what the sentence says.
        guard steps.count > 1 || summary.isEmpty || steps.contains(where: { !$0.rows.isEmpty }) else { return }
        for (index, step) in steps.enumerated() {
            page.item(index + 1, language(step.label))
            guard !step.rows.isEmpty else { continue }
            page.table(
                step.rows.map { row in
                    let label = language(row.label)
                    return [
                        .init(label.isEmpty ? row.value.printable : label),
                        .init(language.money(fen: row.amountFen, description.basis), .strong, isNumber: true),
                    ]
                },
                indent: 5
            )
        }
    }
}
