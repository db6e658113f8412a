//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension DraftReader {
    private static let stepKeys = ["base", "fixed", "table", "rate", "round", "cap"]

    /// The value of `award`: the word `none`, or a list of steps.
    func award(_ node: YAMLNode) -> AwardDraft? {
        if node.scalar == "none" { return .none(node.position) }
        guard case .sequence(let items) = node.content else {
            let message = Text(
                zh: "award 必须是步骤列表或 none，而不是\(node.kindName.zh)",
                en: "award must be a list of steps or the word none, not \(node.kindName.en)"
            )
            self.diagnostics.add(.wrongType, at: node.position, message)
            return nil
        }
        guard !items.isEmpty else {
            self.diagnostics.add(
                .wrongType,
                at: node.position,
                Text(zh: "award 至少要有一个步骤，或写 none", en: "award must hold at least one step, or be the word none")
            )
            return nil
        }
        return .steps(items.map { self.step($0) }, node.position)
    }

    private func step(_ node: YAMLNode) -> Located<StepDraft> {
        let broken = Located(value: StepDraft.broken(nil), position: node.position)
        guard let group = self.group(node, "a step", keys: Self.stepKeys + ["label"]) else { return broken }
        let given = group.values.keys.filter { $0 != "label" }.sorted()
        guard given.count == 1, let key = given.first, let value = group[key] else {
            guard !given.isEmpty else {
                // An unknown key was reported already.
                if case .mapping(let entries) = node.content, entries.isEmpty {
                    self.diagnostics.add(
                        .badStep,
                        at: node.position,
                        Text(
                            zh: "步骤是下列之一：\(Self.stepKeys.joined(separator: "、"))",
                            en: "a step has one of \(Self.stepKeys.joined(separator: ", "))"
                        )
                    )
                }
                return broken
            }
            let message =
                Text(
                    zh: "一个步骤只做一件事：请把 \(given.joined(separator: "、")) 各写成一个步骤",
                    en: "a step does one thing: write each of \(given.joined(separator: ", ")) as a step"
                )
            self.diagnostics.add(.badStep, at: node.position, message)
            return broken
        }
        if key != "base", let label = group.values["label"] {
            self.diagnostics.add(
                .unknownKey,
                at: label.key,
                Text(zh: "“label”只与 base 同用", en: "\"label\" goes with a base")
            )
        }
        let label = group["label"].flatMap { self.text($0, "label") }
        let step: StepDraft? =
            switch key {
            case "base":
                value.scalar == "caps"
                    ? .baseCaps : self.expression(value, "base").map { .base($0, label: label) }
            case "fixed": self.money(value, "fixed").map { .fixed($0) }
            case "table": self.table(value)
            case "rate": self.ratio(value, "rate").map { .rate($0) }
            case "round": self.rounding(value)
            default: self.cap(value)
            }
        return Located(value: step ?? .broken(key), position: value.position)
    }

    private func table(_ node: YAMLNode) -> StepDraft? {
        guard let group = self.group(node, "a table", keys: ["on", "rows"]) else { return nil }
        let on = self.required("on", of: group).flatMap { self.expression($0, "on") }
        let rows = self.required("rows", of: group).map { rows in
            self.named(rows, "rows").map { name, value in
                guard !self.isCutSum(name, value) else { return RowDraft(name: name, fen: nil) }
                return RowDraft(name: name, fen: self.money(value, "a row"))
            }
        }
        guard let on, let rows else { return nil }
        return .table(on: on, rows: rows)
    }

    private func rounding(_ node: YAMLNode) -> StepDraft? {
        let choices: [Rounding] = [.downToFen, .downToYuan, .halfUpToFen]
        return self.choice(node, "round", choices.map { ($0.name, $0) }).map { .round($0) }
    }

    private func cap(_ node: YAMLNode) -> StepDraft? {
        guard let text = self.string(node, "cap") else { return nil }
        if text == "none" { return .noCap }
        // No figure has the name of a cap.
        if self.figures.byName[text] != nil { return self.money(node, "cap").map { .limit($0) } }
        // A cap's name begins with a letter, a sum with a digit.
        guard let first = text.utf8.first, (0x61...0x7A).contains(first) else {
            return self.money(node, "cap").map { .limit($0) }
        }
        return .cap(text)
    }
}
