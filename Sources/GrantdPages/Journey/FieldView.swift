//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// The field of a question: what is typed or chosen, with the unit and the error beside it.
struct FieldView {
    let context: PageContext
    let question: Question
    let typed: TypedAnswers
    let problem: AnswerDiagnostic?
    /// Of the element that the error's link leads to.
    let id: String
    /// The page's heading is the question.
    let isHeading: Bool
    /// “Don't know” is one of the choices.
    let offersUnknown: Bool

    var html: HTML {
        switch self.question.kind {
        case .flag:
            self.choices(
                [("yes", self.context.language.flag(true)), ("no", self.context.language.flag(false))],
                type: "radio"
            )
        case .choice where self.isLong: self.selection
        case .choice:
            self.choices(self.question.values.map { ($0.name, self.context.language($0.label)) }, type: "radio")
        case .choices:
            self.choices(self.question.values.map { ($0.name, self.context.language($0.label)) }, type: "checkbox")
        case .money: self.sum
        case .number, .date, .text: self.entry
        case .entries: HTML()
        }
    }

    /// So many values that a list to choose from serves better.
    private var isLong: Bool { self.question.values.count > 16 }

    // MARK: - Kinds

    private func choices(_ values: [(name: String, label: String)], type: String) -> HTML {
        HTML(
            .fieldset,
            .class(
                ["choices", self.isHeading ? nil : "side", self.problem.map { _ in "wrong" }].compactMap { $0 }.joined(
                    separator: " "
                )
            ),
            self.describedBy.map { .describedBy($0) }
        ) {
            HTML(.legend, .class(self.isHeading ? "ask" : "label")) { self.title }
            self.hint
            self.error
            for (index, value) in values.enumerated() {
                self.choice(
                    value.name,
                    value.label,
                    type,
                    id: index == 0 ? self.id : "\(self.id)-\(index)",
                    isOther: false
                )
            }
            if self.offersUnknown, type == "radio" {
                self.choice(
                    FormField.unknown,
                    self.context(Words.Journey.skip),
                    type,
                    id: "\(self.id)-unknown",
                    isOther: true
                )
            }
        }
    }

    private func choice(_ value: String, _ label: String, _ type: String, id: String, isOther: Bool) -> HTML {
        HTML(.label, .class(isOther ? "choice other" : "choice"), .for(id)) {
            HTML(
                .input,
                .type(type),
                .id(id),
                .name(FormField.typed(self.question.path)),
                .value(value),
                self.typed.isChosen(value, self.question) ? .checked : nil
            )
            HTML(.span) { label }
        }
    }

    private var selection: HTML {
        self.labelled {
            HTML(
                .select,
                .id(self.id),
                .class("entry"),
                .name(FormField.typed(self.question.path)),
                self.describedBy.map { .describedBy($0) },
                self.problem == nil ? nil : .invalid
            ) {
                HTML(.option, .value("")) { self.context(Words.Journey.chooseOne) }
                for value in self.question.values {
                    HTML(.option, .value(value.name), self.typed.isChosen(value.name, self.question) ? .selected : nil)
                    {
                        self.context.language(value.label)
                    }
                }
            }
        }
    }

    private var sum: HTML {
        let language = self.context.language
        let chosen = self.typed.unit(self.question, language)
        return self.labelled {
            HTML(.div, .class("amount")) {
                self.input(mode: "decimal")
                HTML(.fieldset, .class("units"), .label(self.context(Words.Journey.moneyUnit))) {
                    for unit in MoneyUnit.allCases {
                        HTML(.label, .for("\(self.id)-\(unit.rawValue)")) {
                            HTML(
                                .input,
                                .type("radio"),
                                .id("\(self.id)-\(unit.rawValue)"),
                                .name(FormField.unit(self.question.path)),
                                .value(unit.rawValue),
                                unit == chosen ? .checked : nil
                            )
                            unit.name(language)
                        }
                    }
                }
            }
        }
    }

    private var entry: HTML {
        let unit = self.question.unit.map { $0.name(self.context.language) } ?? ""
        return self.labelled {
            HTML(.div, .class("amount")) {
                self.input(mode: self.question.kind == .number ? "decimal" : "text")
                if !unit.isEmpty { HTML(.span, .class("unit")) { unit } }
            }
        }
    }

    private func input(mode: String) -> HTML {
        HTML(
            .input,
            .type("text"),
            .id(self.id),
            .name(FormField.typed(self.question.path)),
            .value(self.typed.text(self.question)),
            .inputMode(mode),
            .maxLength(Question.longestText),
            .noAutocomplete,
            self.describedBy.map { .describedBy($0) },
            self.problem == nil ? nil : .invalid
        )
    }

    // MARK: - Parts

    private func labelled(@HTMLBuilder content: () -> HTML) -> HTML {
        HTML(.div, .class(self.problem == nil ? "field" : "field wrong")) {
            if self.isHeading {
                HTML(.h1, .class("ask")) { HTML(.label, .for(self.id)) { self.text } }
            } else {
                HTML(.label, .for(self.id)) { self.text }
            }
            self.hint
            self.error
            content()
        }
    }

    private var text: String { self.context.language(self.question.question) }

    private var title: HTML { self.isHeading ? HTML(.h1) { self.text } : HTML(self.text) }

    private var hint: HTML {
        let hints = self.hints
        guard !hints.isEmpty else { return HTML() }
        return HTML(.p, .class("muted"), .id("\(self.id)-hint")) {
            for (index, hint) in hints.enumerated() {
                if index > 0 { HTML(.br) }
                hint
            }
        }
    }

    private var error: HTML {
        guard let problem else { return HTML() }
        return HTML(.p, .class("error"), .id("\(self.id)-error")) {
            self.context(Words.errorPrefix)
            self.context.language(problem.text)
        }
    }

    /// Where the answer is found, and what it looks like.
    private var hints: [String] {
        let hint = self.context.language(self.question.hint)
        let expected: String =
            switch self.question.kind {
            case .flag, .choice, .text, .entries: ""
            case .money, .number, .date, .choices: self.context.language.expected(self.question)
            }
        return [hint, expected].filter { !$0.isEmpty }
    }

    private var describedBy: String? {
        let ids = [
            self.hints.isEmpty ? nil : "\(self.id)-hint", self.problem == nil ? nil : "\(self.id)-error",
        ].compactMap { $0 }
        return ids.isEmpty ? nil : ids.joined(separator: " ")
    }
}
