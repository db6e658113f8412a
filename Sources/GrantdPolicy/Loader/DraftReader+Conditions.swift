//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The parts of a measure that stand beside its rules and its award.
extension DraftReader {
    /// What `in_force` asks beside its days.
    func condition(ofInterval node: YAMLNode) -> ExpressionDraft? {
        guard case .mapping(let entries) = node.content else { return nil }
        return entries.first { $0.key.scalar == "where" }.flatMap { self.expression($0.value, "where") }
    }

    /// The clause that the days of `in_force` are from.
    func clause(ofInterval node: YAMLNode) -> String? {
        guard case .mapping(let entries) = node.content else { return nil }
        return entries.first { $0.key.scalar == "clause" }.flatMap { self.words($0.value, "clause") }
    }

    /// One entry of `refuse`.
    func refusal(_ node: YAMLNode) -> RefusalDraft? {
        guard let group = self.group(node, "an entry of refuse", keys: ["when", "field", "message"]) else { return nil }
        let when = self.required("when", of: group).flatMap { self.expression($0, "when") }
        let field = self.required("field", of: group).flatMap { node in
            self.string(node, "field").map { Located(value: $0, position: node.position) }
        }
        let message = self.required("message", of: group).flatMap { node in
            self.words(node, "message").flatMap { self.filled($0, node, \.en) }
        }
        guard let when, let field, let message else { return nil }
        return RefusalDraft(when: when, field: field, message: message)
    }

    /// The value of `used_up`.
    func usedUp(_ node: YAMLNode) -> UsedUpDraft? {
        guard let group = self.group(node, "used_up", keys: ["when", "cap", "label"]) else { return nil }
        let when = self.required("when", of: group).flatMap { self.expression($0, "when") }
        let cap = self.required("cap", of: group).flatMap { self.id($0, "a cap") }
        let label = self.required("label", of: group).flatMap { self.text($0, "label") }
        guard let when, let cap, let label else { return nil }
        return UsedUpDraft(when: when, cap: cap, label: label)
    }

    /// The value of `calculator`.
    func calculator(_ node: YAMLNode) -> CalculatorDraft? {
        guard let group = self.group(node, "calculator", keys: ["name", "needs", "figures"]) else { return nil }
        let name = self.required("name", of: group).flatMap { self.id($0, "a calculator") }
        let needs = self.required("needs", of: group).flatMap { self.expression($0, "needs") }
        guard let figures = self.required("figures", of: group) else { return nil }
        let entries = self.named(figures, "figures")
        let values = entries.compactMap { entry in
            self.integer(entry.value, "a figure").map { (name: entry.name, value: $0) }
        }
        guard let name, let needs, values.count == entries.count else { return nil }
        return CalculatorDraft(name: name, needs: needs, figures: values, figuresPosition: figures.position)
    }

    /// A definition by the values of an enum: `{on: …, rows: {…}}`.
    func table(definedBy node: YAMLNode) -> TableDraft? {
        guard let group = self.group(node, "a table", keys: ["on", "rows"]) else { return nil }
        let key = self.required("on", of: group).flatMap { self.expression($0, "on") }
        guard let rowsNode = self.required("rows", of: group) else { return nil }
        let entries = self.named(rowsNode, "rows")
        let rows = entries.compactMap { entry in
            self.isCutSum(entry.name, entry.value) ? nil : self.cell(entry.value).map { (name: entry.name, cell: $0) }
        }
        guard let key, rows.count == entries.count else { return nil }
        return TableDraft(key: key, rows: rows)
    }

    /// A sum of money, a whole number or a text.
    private func cell(_ node: YAMLNode) -> TableDraft.Cell? {
        guard let text = self.string(node, "a row") else { return nil }
        if case .scalar(_, .plain) = node.content {
            if let number = Int64(text) { return .int(number) }
            switch self.figures.use(text)?.value {
            case .money(let value)?, .number(let value)?: return .int(value)
            case .share(let ratio)?: return .text(ratio.text)
            case nil: break
            }
        }
        if MoneyLiteral.hasUnit(text) { return self.money(node, "a row").map { .int($0) } }
        return .text(text)
    }
}
