//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdCEL

extension MeasureChecker {
    /// The rule that `once: subject` makes.
    static let alreadyAwarded = "already-awarded"

    private static let alreadyAwardedLabel = Text(
        zh: "同一对象此前已获本项支持",
        en: "The measure was awarded for the same subject before"
    )

    /// Requirements, then bars, then the one that `once` makes; `nil` after a problem.
    func checkRules() -> [Rule]? {
        var rules: [Rule?] = []
        var ids: [String: SourcePosition] = [:]
        for (references, isBar) in [(self.draft.requires, false), (self.draft.bars, true)] {
            for reference in references {
                // Nothing more would be kept, and looking for the names that were meant takes its time.
                guard !self.diagnostics.isFull else { return nil }
                rules.append(self.checkRule(reference, isBar: isBar, &ids))
            }
        }
        if let once = self.draft.once {
            self.checkIsNew(Located(value: Self.alreadyAwarded, position: once), Subject(zh: "规则", en: "rule"), &ids)
            rules.append(
                Rule(
                    id: Self.alreadyAwarded,
                    kind: .alreadyAwarded,
                    clause: self.draft.clause ?? "",
                    label: Self.alreadyAwardedLabel,
                    stage: .application,
                    expression: "",
                    sharedName: nil
                )
            )
        }
        let whole = rules.compactMap { $0 }
        return whole.count == rules.count ? whole : nil
    }

    private func checkRule(
        _ reference: RuleReferenceDraft,
        isBar: Bool,
        _ ids: inout [String: SourcePosition]
    ) -> Rule? {
        switch reference {
        case .own(let id, let draft):
            if !id.value.isEmpty { self.checkIsNew(id, Subject(zh: "规则", en: "rule"), &ids) }
            return self.compile(draft, id: id.value, sharedName: nil)
        case .shared(let name):
            guard let shared = self.shared.rules[name.value] else {
                let hint = self.diagnostics.suggestion(for: name.value, among: self.shared.rules.keys.sorted())
                self.compiler.skip()
                self.diagnostics.add(
                    .unknownRule,
                    at: name.position,
                    Text(
                        zh: "文件的 rules 中没有“\(name.value)”\(hint.zh)",
                        en: "the file's rules have no \"\(name.value)\"\(hint.en)"
                    )
                )
                return nil
            }
            self.checkIsNew(name, Subject(zh: "规则", en: "rule"), &ids)
            guard let draft = shared.rule, let condition = draft.condition else {
                self.compiler.skip()
                return nil
            }
            switch (condition, isBar) {
            case (.when, false), (.bar, true): break
            case (.when, true):
                self.compiler.skip()
                self.diagnostics.add(
                    .badChoice,
                    at: name.position,
                    Text(
                        zh: "“\(name.value)”是条件；请写在 requires 下",
                        en: "\"\(name.value)\" is a requirement; take it under requires"
                    )
                )
                return nil
            case (.bar, false):
                self.compiler.skip()
                self.diagnostics.add(
                    .badChoice,
                    at: name.position,
                    Text(zh: "“\(name.value)”是禁止情形；请写在 bars 下", en: "\"\(name.value)\" is a bar; take it under bars")
                )
                return nil
            }
            let measure = self.draft.id?.value ?? ""
            self.compiler.context = Text(zh: "（在措施“\(measure)”中）", en: " (in measure \"\(measure)\")")
            defer { self.compiler.context = Text(zh: "", en: "") }
            return self.compile(draft, id: name.value, sharedName: name.value)
        }
    }

    private func compile(_ draft: RuleDraft, id: String, sharedName: String?) -> Rule? {
        guard let condition = draft.condition else {
            self.compiler.skip()
            return nil
        }
        let kind: Rule.Kind?
        let expression: String
        let single: ExpressionDraft?
        switch condition {
        case .when(let when):
            let program = self.compiler.compile(when, expecting: .bool)
            self.warnIfNeverTrue(program, at: when.position, isBar: false)
            kind = program.map { .requirement(when: $0) }
            expression = when.text
            single = when
        case .bar(let grounds, let unless):
            kind = self.compileBar(grounds, unless: unless, assumable: draft.assumable, at: draft.position)
            expression = Self.compose(grounds, unless: unless, isLast: false) { $0 }
            single = grounds.count == 1 && grounds[0].unless == nil && unless == nil ? grounds[0].ground : nil
        }
        let label = draft.label ?? self.defaultLabel(for: single)
        if label == nil, !draft.hasLabel, !self.isUndescribedFact(single) {
            let message = Text(
                zh: "规则缺少键“label”：只有针对单个事实的规则才沿用该事实的标签",
                en: "the rule needs the key \"label\": only a rule on one single fact takes that fact's label"
            )
            self.diagnostics.add(.missingKey, at: draft.position, message)
        }
        if let kind, let label = draft.label, let position = draft.labelPosition {
            let program =
                switch kind {
                case .requirement(when: let when): when
                case .bar(condition: let condition, assuming: _, assumable: _): condition
                case .alreadyAwarded: nil as Program?
                }
            let constants = program?.constants ?? []
            self.checkSums(of: label, at: position, expression, reading: constants)
            self.checkUnits(of: expression, at: single?.position ?? position, reading: constants)
        }
        let guardCondition = draft.guardCondition.map { self.compiler.compile($0, expecting: .bool) }
        guard let kind, let label, let clause = draft.clause ?? self.draft.clause, !id.isEmpty else { return nil }
        return Rule(
            id: id,
            kind: kind,
            clause: clause,
            label: label,
            stage: draft.stage,
            guardCondition: guardCondition ?? nil,
            expression: Self.whole(expression, where: draft.guardCondition?.text, of: condition),
            sharedName: sharedName
        )
    }

    /// A rule's condition as it is described, with that of its being asked.
    private static func whole(_ text: String, where asked: String?, of condition: RuleDraft.Condition) -> String {
        guard let asked else { return text }
        return switch condition {
        case .when: "!\(self.enclosed(asked)) || \(self.enclosed(text))"
        case .bar: "\(self.enclosed(asked)) && \(self.enclosed(text))"
        }
    }

    /// A bar's condition, and the same with every ground that is not known to be true taken as absent.
    private func compileBar(
        _ grounds: [GroundDraft],
        unless: ExpressionDraft?,
        assumable: Bool,
        at position: SourcePosition
    ) -> Rule.Kind? {
        var first: Program?
        var isWhole = !grounds.isEmpty
        for ground in grounds {
            for expression in [ground.ground, ground.unless] {
                guard let expression else { continue }
                let program = self.compiler.compile(expression, expecting: .bool)
                self.warnIfNeverTrue(program, at: expression.position, isBar: true)
                isWhole = isWhole && program != nil
                first = first ?? program
            }
            if ground.ground == nil {
                self.compiler.skip()
                isWhole = false
            }
        }
        if let unless { isWhole = self.compiler.compile(unless, expecting: .bool) != nil && isWhole }
        guard isWhole, let first else { return nil }
        let isPlain = grounds.count == 1 && grounds[0].unless == nil && unless == nil
        let plain =
            isPlain
            ? first : self.compiler.compile(composed: Self.compose(grounds, unless: unless) { $0 }, at: position)
        let assuming = self.compiler.compile(
            composed: Self.compose(grounds, unless: unless) { "certain(\($0))" },
            at: position
        )
        guard let plain, let assuming else { return nil }
        // Nobody assumes that there are no earlier awards.
        let readsAwards = plain.reads(ProgramInputs.priorAwards)
        return .bar(condition: plain, assuming: assuming, assumable: assumable && !readsAwards)
    }

    /// `(ground && !(unless)) || …`, all of it `&& !(unless)`.
    ///
    /// - Parameter isLast: Whether the text is compiled: a line feed then ends whatever comment an expression ends with.
    private static func compose(
        _ grounds: [GroundDraft],
        unless: ExpressionDraft?,
        isLast: Bool = true,
        _ wrap: (String) -> String
    ) -> String {
        let end = isLast ? "\n" : ""
        let alternatives = grounds.compactMap { ground -> String? in
            guard let text = ground.ground?.text else { return nil }
            guard let excuse = ground.unless?.text else { return wrap(text + end) }
            return "\(self.enclosed(wrap(text + end))) && !\(self.enclosed(excuse + end))"
        }
        let all =
            alternatives.count == 1
            ? alternatives[0] : alternatives.map { self.enclosed($0) }.joined(separator: " || ")
        guard let excuse = unless?.text else { return all }
        return "\(self.enclosed(all)) && !\(self.enclosed(excuse + end))"
    }

    /// The text in brackets, but for a path such as `facts.counterparty_related`, which needs none.
    private static func enclosed(_ text: String) -> String {
        let isPath = text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                || byte == 0x5F || byte == 0x2E
        }
        return isPath ? text : "(\(text))"
    }

    // MARK: - Labels

    /// The label of the fact that the expression is, if it is one.
    private func defaultLabel(for expression: ExpressionDraft?) -> Text? {
        guard let expression else { return nil }
        return self.factDraft(read: expression.text)?.label
    }

    /// Whether the expression is one single fact whose label is missing: that is reported at the fact.
    private func isUndescribedFact(_ expression: ExpressionDraft?) -> Bool {
        guard let text = expression?.text else { return false }
        if text.hasPrefix("facts.") { return self.isName(text.dropFirst("facts.".count)) }
        return text.hasPrefix("applicant.") && self.isName(text.dropFirst("applicant.".count))
    }

    private func isName(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }
}
