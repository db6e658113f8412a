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
                let hint = Suggestion.suffix(for: path, among: names)
                self.problems.add(.unknownFact, at: draft.field.position, "there is no field \"\(path)\"\(hint)")
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
            let hint = Suggestion.suffix(for: draft.name.value, among: names)
            let message = "there is no calculator \"\(draft.name.value)\"\(hint)"
            self.problems.add(.badChoice, at: draft.name.position, message)
            self.compiler.skip()
            return nil
        }
        var figures: [String: Int64] = [:]
        for figure in draft.figures {
            guard calculator.figures.contains(figure.name.value) else {
                let hint = Suggestion.suffix(for: figure.name.value, among: calculator.figures)
                let message = "the calculator knows no figure \"\(figure.name.value)\"\(hint)"
                self.problems.add(.unknownKey, at: figure.name.position, message)
                continue
            }
            figures[figure.name.value] = figure.value
        }
        let missing = calculator.figures.filter { figures[$0] == nil }
        if !missing.isEmpty {
            let message = "the calculator needs the figures \(missing.joined(separator: ", "))"
            self.problems.add(.missingKey, at: draft.figuresPosition, message)
        }
        let needs = self.compiler.compile(draft.needs, expecting: nil)
        for output in calculator.outputs { self.compiler.declare(output.name, output.type) }
        guard let needs, missing.isEmpty else { return nil }
        guard calculator.prepare(self.member.message.record, figures) != nil else {
            let message = "\"\(draft.name.value)\" cannot read the facts of this measure"
            self.problems.add(.badChoice, at: draft.name.position, message)
            return nil
        }
        return CalculatorUse(calculator: calculator, figures: figures, needs: needs)
    }
}
