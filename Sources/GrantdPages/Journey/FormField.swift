//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The names of the fields of forms that are no answers. Answers travel under their paths, which all have a point in them or
/// are known words: none is one of these.
enum FormField {
    static let language = "lang"
    /// The button that asks for the same page in the other language.
    static let languageSwitch = "switch"
    /// The place that the page shows: a question's path, an entry's, `check`, `result`.
    static let place = "at"
    /// What the reader wants next; the button that was pressed.
    static let action = "go"
    /// The question is shown to change its answer: behind it stands the check of all answers.
    static let changing = "changing"
    /// All questions are asked, whatever is settled already.
    static let goesOn = "all"

    /// What is typed on this page, by the question's path: `typed:applicant.kind`.
    static func typed(_ question: String) -> String { "typed:" + question }
    /// The unit of a sum that is typed.
    static func unit(_ question: String) -> String { "unit:" + question }
    /// The value of a choice that says that nobody knows.
    static let unknown = "?"
}
