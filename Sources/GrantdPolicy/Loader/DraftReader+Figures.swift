//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL
internal import GrantdSchema

extension DraftReader {
    /// Words that have a meaning where a figure may stand.
    private static let takenNames: Set<String> = [
        "none", "caps", "true", "false", "null", "as", "break", "const", "continue", "else", "for", "function", "if",
        "import", "in", "let", "loop", "namespace", "package", "return", "var", "void", "while",
    ]

    /// The same reader with the figures of a programme or a measure over those that it has.
    func reading(_ figures: [NamedFigure]) -> DraftReader {
        var reader = self
        reader.figures = self.figures.adding(figures)
        return reader
    }

    /// The value of `figures`, of the programme, a measure or a version.
    func figures(_ node: YAMLNode) -> [NamedFigure] {
        let entries = self.named(node, "figures")
        guard entries.count <= Figures.most else {
            self.diagnostics.add(
                .tooLarge,
                at: node.position,
                Text(
                    zh: "这里有\(entries.count)个数值，最多\(Figures.most)个",
                    en: "there are \(entries.count) figures here; at most \(Figures.most) are taken"
                )
            )
            return []
        }
        return entries.compactMap { name, value in
            guard !self.isCutSum(name, value), let name = self.id(name, "a figure"), self.isFree(name) else {
                return nil
            }
            guard let text = self.string(value, "a figure") else { return nil }
            guard let parsed = NamedFigure.Value(text) else {
                self.diagnostics.add(
                    .badFigure,
                    at: value.position,
                    Text(
                        zh: "“\(text)”不是数值；可写金额（500万元、2,000,000 yuan）、整数（1,000）或比例（30%、1/3）",
                        en: "\"\(text)\" is no figure; write a sum (5,000,000 yuan, 500万元), a whole number (1,000) "
                            + "or a share (30%, 1/3)"
                    )
                )
                return nil
            }
            let figure = NamedFigure(name: name, value: parsed)
            self.figures.uses.declare(figure)
            return figure
        }
    }

    /// Warns of a measure's figures that the programme has already, with the same value.
    func warnOfRepeated(_ figures: [NamedFigure]) {
        for figure in figures {
            guard let other = self.figures.byName[figure.name.value], other.value == figure.value else { continue }
            self.diagnostics.warn(
                .idleFigure,
                at: figure.name.position,
                Text(
                    zh: "数值“\(figure.name.value)”与第\(other.name.position.line)行项目的数值相同，可以不写",
                    en: "the programme has the figure \"\(figure.name.value)\" with this value already, on line "
                        + "\(other.name.position.line); leave it out"
                )
            )
        }
    }

    private func isFree(_ name: Located<String>) -> Bool {
        let isTaken =
            Self.takenNames.contains(name.value) || CapScope(name: name.value) != nil
            || ExpressionCompiler.inputs.contains(NamedFigure.identifier(name.value))
        guard isTaken else { return true }
        self.diagnostics.add(
            .badID,
            at: name.position,
            Text(
                zh: "数值不能叫“\(name.value)”：这个词在政策文件中另有含义",
                en: "a figure cannot be called \"\(name.value)\": the word means something else in a policy file"
            )
        )
        return false
    }

    /// The figure that a value names; `nil` where it is no figure's name. A word that could only be one, and is none,
    /// is reported.
    func figure(namedBy node: YAMLNode, _ text: String) -> FigureReading {
        guard case .scalar(_, .plain) = node.content, Identifier.isKebab(text) else { return .literal }
        if let figure = self.figures.use(text) { return .figure(figure) }
        self.reportUnknownFigure(text, at: node.position)
        return .unknown
    }

    private func reportUnknownFigure(_ name: String, at position: SourcePosition) {
        let hint = Suggestion.nearest(to: name, among: self.figures.byName.keys.sorted())
        self.diagnostics.add(
            .unknownFigure,
            at: position,
            Text(
                zh: "没有数值“\(name)”" + (hint.map { "；是不是“\($0)”？" } ?? "；它应写在 figures 下"),
                en: "there is no figure \"\(name)\""
                    + (hint.map { "; did you mean \"\($0)\"?" } ?? "; it would stand under figures")
            )
        )
    }

    /// Says that a figure is of another kind than is wanted here.
    func reportKind(of figure: NamedFigure, wanted: Text, at node: YAMLNode) {
        self.diagnostics.add(
            .badFigure,
            at: node.position,
            Text(
                zh: "这里需要\(wanted.zh)，而数值“\(figure.name.value)”是\(figure.value.words.zh)",
                en: "\(wanted.en) is wanted here, and the figure \"\(figure.name.value)\" is \(figure.value.words.en)"
            )
        )
    }

    /// A text with the figures that it names in braces written out in its language; `nil` after a problem.
    func filled(_ text: String, _ node: YAMLNode, _ language: KeyPath<Text, String>) -> String? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) else { return text }
        var filled = ""
        var rest = text[...]
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            filled += rest[..<brace]
            let behind = rest[rest.index(after: brace)...]
            guard rest[brace] == "{", let end = behind.firstIndex(of: "}"), Identifier.isKebab(String(behind[..<end]))
            else {
                self.diagnostics.add(
                    .badFigure,
                    at: node.position,
                    Text(
                        zh: "文字中的花括号内应为一个数值的名称，例如 {threshold}",
                        en: "braces in a text hold the name of a figure, as {threshold} does"
                    )
                )
                return nil
            }
            let name = String(behind[..<end])
            guard let figure = self.figures.use(name) else {
                self.reportUnknownFigure(name, at: node.position)
                return nil
            }
            filled += figure.value.words[keyPath: language]
            rest = behind[behind.index(after: end)...]
        }
        return filled + rest
    }
}

/// What a value that may name a figure turned out to be.
enum FigureReading {
    /// It is written out.
    case literal
    case figure(NamedFigure)
    /// A name that no figure has; reported.
    case unknown
}

extension MeasureDraft {
    /// The facts of a measure as this version of it tells them: a figure of its own may stand in their texts and bounds.
    func retold(_ facts: [String: FactDraft]) -> [String: FactDraft] {
        guard self.isLaterVersion || self.overridesFigures else { return facts }
        let own = FactDraft.byPath(self.facts)
        let shared = self.sharedParts.map { FactDraft.byPath($0.facts) } ?? [:]
        return facts.mapValues { fact in
            let path = fact.path.value
            var retold = fact
            for telling in [shared[path], own[path]] {
                guard let telling, telling.isDescribed else { continue }
                retold.label = telling.label ?? retold.label
                retold.question = telling.question ?? retold.question
                retold.hint = telling.hint ?? retold.hint
                retold.maximum = telling.maximum ?? retold.maximum
                if let minimum = telling.minimum, !minimum.isByUnit { retold.minimum = minimum }
            }
            return retold
        }
    }
}
