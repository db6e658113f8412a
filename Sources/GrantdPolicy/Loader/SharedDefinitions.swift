//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The definitions that a programme's measures may use.
struct SharedDefinitions {
    private let drafts: [DefinitionDraft]

    init(_ drafts: [DefinitionDraft]) {
        self.drafts = drafts
    }

    /// The definitions that a measure's expressions use, by themselves or through others, in the file's order.
    func needed(by measure: MeasureDraft, _ rules: [String: SharedRuleDraft]) -> [DefinitionDraft] {
        guard !self.drafts.isEmpty else { return [] }
        var names = Set(Self.expressions(of: measure, rules).flatMap { Self.names(in: $0.text) })
        // A definition uses only those before it, so one way back over the file finds all.
        var needed: [DefinitionDraft] = []
        for draft in self.drafts.reversed() where names.contains(draft.name.value) {
            needed.append(draft)
            for expression in draft.expressions { names.formUnion(Self.names(in: expression.text)) }
        }
        return needed.reversed()
    }

    /// Every expression of a measure.
    private static func expressions(
        of measure: MeasureDraft,
        _ rules: [String: SharedRuleDraft]
    ) -> [ExpressionDraft] {
        var found = measure.definitions.flatMap(\.expressions)
        found += [measure.inForceCondition, measure.usedUp?.when, measure.calculator?.needs].compactMap { $0 }
        found += measure.refusals.map(\.when)
        for reference in measure.requires + measure.bars {
            switch reference {
            case .own(_, let rule): found += self.expressions(of: rule)
            case .shared(let name): if let rule = rules[name.value]?.rule { found += self.expressions(of: rule) }
            }
        }
        if case .steps(let steps, _)? = measure.award {
            for step in steps {
                switch step.value {
                case .base(let expression, label: _), .table(on: let expression, rows: _): found.append(expression)
                default: continue
                }
            }
        }
        for line in measure.lines { found += [line.when, line.value].compactMap { $0 } }
        return found
    }

    private static func expressions(of rule: RuleDraft) -> [ExpressionDraft] {
        var found = [rule.guardCondition].compactMap { $0 }
        switch rule.condition {
        case .when(let when)?: found.append(when)
        case .bar(let grounds, let unless)?:
            found += grounds.flatMap { [$0.ground, $0.unless].compactMap { $0 } } + [unless].compactMap { $0 }
        case nil: break
        }
        return found
    }

    /// The names that stand by themselves in an expression: not fields of something, not inside a text.
    private static func names(in text: String) -> Set<String> {
        var names: Set<String> = []
        var word = ""
        var isField = false
        var quote: Character?
        var previous: Character?
        for character in text + " " {
            if let mark = quote {
                if character == mark, previous != "\\" { quote = nil }
            } else if character.isASCII, character.isLetter || character.isNumber || character == "_" {
                if word.isEmpty { isField = previous == "." }
                word.append(character)
            } else {
                if !word.isEmpty, !isField { names.insert(word) }
                word = ""
                if character == "\"" || character == "'" { quote = character }
            }
            previous = character
        }
        return names
    }
}
