//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

/// What stands beside a measure's rules and its award.
extension MeasureChecker {
    func checkRefusals() -> [RefusalRule] {
        self.draft.refusals.compactMap { draft in
            let when = self.compiler.compile(draft.when, expecting: .bool)
            let path = draft.field.value
            let isApplicant = path.hasPrefix("applicant.")
            guard self.field(isApplicant ? path : "facts." + path) != nil else {
                let known = isApplicant ? self.contract.applicant : self.member.message
                let names = known.fields.map { isApplicant ? "applicant." + $0.path : $0.path }
                let hint = self.diagnostics.suggestion(for: path, among: names)
                self.diagnostics.add(
                    .unknownFact,
                    at: draft.field.position,
                    Text(zh: "没有名为“\(path)”的字段\(hint.zh)", en: "there is no field \"\(path)\"\(hint.en)")
                )
                return nil
            }
            return when.map {
                RefusalRule(
                    when: $0,
                    field: isApplicant ? path : "\(self.member.name).\(path)",
                    message: draft.message
                )
            }
        }
    }

    func checkUsedUp() -> UsedUp? {
        self.draft.usedUp.flatMap { draft in
            self.compiler.compile(draft.when, expecting: .bool).map {
                UsedUp(condition: $0, expression: draft.when.text, cap: draft.cap.value, label: draft.label)
            }
        }
    }

    /// The calculator with its figures; its results get their names.
    func checkCalculator() -> CalculatorUse? {
        guard let draft = self.draft.calculator else { return nil }
        guard let calculator = Calculator.named(draft.name.value) else {
            let names = Calculator.all.map(\.name)
            let hint = self.diagnostics.suggestion(for: draft.name.value, among: names)
            let message = Text(
                zh: "没有名为“\(draft.name.value)”的计算器\(hint.zh)",
                en: "there is no calculator \"\(draft.name.value)\"\(hint.en)"
            )
            self.diagnostics.add(.badChoice, at: draft.name.position, message)
            self.compiler.skip()
            return nil
        }
        var figures: [String: Int64] = [:]
        for figure in draft.figures {
            guard calculator.figures.contains(figure.name.value) else {
                let hint = self.diagnostics.suggestion(for: figure.name.value, among: calculator.figures)
                let message = Text(
                    zh: "计算器没有数值“\(figure.name.value)”\(hint.zh)",
                    en: "the calculator knows no figure \"\(figure.name.value)\"\(hint.en)"
                )
                self.diagnostics.add(.unknownKey, at: figure.name.position, message)
                continue
            }
            figures[figure.name.value] = figure.value
        }
        let missing = calculator.figures.filter { figures[$0] == nil }
        if !missing.isEmpty {
            let message = Text(
                zh: "计算器缺少数值：\(missing.joined(separator: "、"))",
                en: "the calculator needs the figures \(missing.joined(separator: ", "))"
            )
            self.diagnostics.add(.missingKey, at: draft.figuresPosition, message)
        }
        let needs = self.compiler.compile(draft.needs, expecting: nil)
        for output in calculator.outputs { self.compiler.declare(output.name, output.type) }
        guard let needs, missing.isEmpty else { return nil }
        guard calculator.canRead(self.member.message) else {
            let message = Text(
                zh: "计算器“\(draft.name.value)”读不了这项措施的事实",
                en: "\"\(draft.name.value)\" cannot read the facts of this measure"
            )
            self.diagnostics.add(.badChoice, at: draft.name.position, message)
            return nil
        }
        return CalculatorUse(calculator: calculator, figures: figures, needs: needs)
    }
}
