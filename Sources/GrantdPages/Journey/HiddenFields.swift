//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// What travels in a form beside what is typed: the answers so far, the language, the place.
struct HiddenFields {
    let context: PageContext
    let fields: [(name: String, value: String)]

    var html: HTML {
        var html = HTML(.input, .type("hidden"), .name(FormField.language), .value(self.context.language.rawValue))
        for field in self.fields {
            html.append(HTML(.input, .type("hidden"), .name(field.name), .value(field.value)))
        }
        return html
    }
}

/// The buttons of a journey.
struct ActionButton {
    let action: FormAction
    let text: String
    var style = "soft"
    /// Says more than the text, which stands in a row with others like it.
    var label: String?

    var html: HTML {
        HTML(
            .button,
            .class(self.style),
            .name(FormField.action),
            .value(self.action.text),
            self.label.map { .label($0) }
        ) { self.text }
    }
}
