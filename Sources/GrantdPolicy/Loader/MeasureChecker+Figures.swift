//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

extension MeasureChecker {
    /// No name stands for a figure and for something else.
    func checkFigureNames(_ definitions: [DefinitionDraft], _ results: [String]) {
        var figures: [String: NamedFigure] = [:]
        for figure in self.draft.figures.byName.values { figures[figure.identifier] = figure }
        guard !figures.isEmpty else { return }
        for definition in definitions {
            guard let figure = figures[definition.name.value] else { continue }
            self.diagnostics.add(
                .duplicateID,
                at: definition.name.position,
                Text(
                    zh: "第\(figure.name.position.line)行的数值已用此名“\(definition.name.value)”",
                    en: "the figure on line \(figure.name.position.line) has the name "
                        + "\"\(definition.name.value)\" already"
                )
            )
        }
        for result in results {
            guard let figure = figures[result] else { continue }
            self.diagnostics.add(
                .duplicateID,
                at: figure.name.position,
                Text(
                    zh: "算法的结果已用此名“\(result)”",
                    en: "a result of the calculator has the name \"\(result)\" already"
                )
            )
        }
    }

    /// Warns of sums in a rule's label that are others than those of its condition, and of two languages that differ.
    func checkSums(of label: Text, at position: SourcePosition, _ condition: String, reading names: Set<String>) {
        let zh = MoneyLiteral.sums(in: label.zh)
        let en = MoneyLiteral.sums(in: label.en)
        if !zh.isEmpty, !en.isEmpty, zh != en {
            self.diagnostics.warn(
                .labelFigure,
                at: position,
                Text(
                    zh: "标签的中文写\(Self.list(zh).zh)，英文写\(Self.list(en).en)",
                    en: "the label says \(Self.list(zh).zh) in Chinese, and \(Self.list(en).en) in English"
                )
            )
            return
        }
        var compared: Set<Int64> = []
        for name in names {
            if case .money(let fen)? = self.draft.figures.use(identifier: name)?.value { compared.insert(fen) }
        }
        if condition.contains("_fen") { compared.formUnion(Self.wholeNumbers(in: condition)) }
        let told = zh.union(en)
        guard !compared.isEmpty, !told.isSubset(of: compared) else { return }
        let wrong = Self.list(told.subtracting(compared))
        let right = Self.list(compared)
        self.diagnostics.warn(
            .labelFigure,
            at: position,
            Text(
                zh: "标签写的是\(wrong.zh)，而条件中是\(right.zh)；可在标签中写数值的名称，例如 {threshold}",
                en: "the label says \(wrong.en), but the condition \(right.en); "
                    + "a label can name a figure, as {threshold} does"
            )
        )
    }

    /// Warns of a sum that is compared with a figure without a unit, which counts fen: 500 is five yuan there.
    func checkUnits(of condition: String, at position: SourcePosition, reading names: Set<String>) {
        let words = condition.split { $0 == " " || $0 == "(" || $0 == ")" }
        for index in words.indices.dropFirst(2) {
            let name = String(words[index])
            guard names.contains(name), words[index - 2].hasSuffix("_fen"),
                ["<", "<=", "==", ">", ">="].contains(String(words[index - 1])),
                case .number(let number)? = self.draft.figures.use(identifier: name)?.value
            else { continue }
            let sum = MoneyLiteral.words(fen: number)
            self.diagnostics.warn(
                .bareSum,
                at: position,
                Text(
                    zh: "数值“\(name)”没有单位，与金额比较时按分计，即\(sum.zh)；请写明单位，例如 500万元",
                    en: "the figure \"\(name)\" has no unit: beside a sum it counts fen, \(sum.en); "
                        + "write the unit, as in 5,000,000 yuan"
                )
            )
        }
    }

    private static func list(_ sums: Set<Int64>) -> Text {
        let words = sums.sorted().map { MoneyLiteral.words(fen: $0) }
        return Text(zh: words.map(\.zh).joined(separator: "、"), en: words.map(\.en).joined(separator: ", "))
    }

    /// The whole numbers of an expression that may be sums in fen.
    private static func wholeNumbers(in expression: String) -> Set<Int64> {
        var numbers: Set<Int64> = []
        for word in expression.utf8.split(whereSeparator: { !Self.isOfWord($0) }) {
            guard let number = Int64(Substring(word)), number >= 100 else { continue }
            numbers.insert(number)
        }
        return numbers
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
        default: false
        }
    }
}
