//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdInterview
internal import GrantdPolicy

/// What every page is made with: the reader's language, the day, the measures.
struct PageContext {
    let language: Language
    /// The reader chose the language: links keep it.
    let keepsLanguage: Bool
    /// What was asked for, where it can be asked for again; nil where a form was sent, or the address could not be read.
    let address: (segments: [String], query: [(name: String, value: String)])?
    /// `YYYY-MM-DD`
    let today: String
    let origin: String
    /// Whether the reader may see the book, and there is one.
    let showsAwards: Bool
    /// Whether what is assessed is kept in a log of decisions.
    let keepsDecisions: Bool
    /// Whether a call must carry a token.
    let asksForTokens: Bool
    let shelf: Shelf
    /// Of this thread, and of the same policies. Pages that only tell what is there need none, and making one takes a while.
    let engine: () -> Engine
    /// Told of each call whose answer the page gives.
    let decided: PageDecision.Observer

    /// A text of the table of words in the reader's language.
    func callAsFunction(_ text: BilingualText) -> String { self.language(text) }

    func callAsFunction(_ text: Text) -> String { self.language == .zh ? text.zh : text.en }

    /// The language of what stands in Chinese on every page, as clauses and numbers of documents do.
    var chinese: Attribute? { self.language == .zh ? nil : .lang(Language.zh.tag) }

    /// A place in the reader's language.
    func link(_ segments: String..., query: [(name: String, value: String)] = [], fragment: String? = nil) -> Link {
        Link(segments, query: query + self.languageQuery, fragment: fragment)
    }

    /// The same page in another language.
    func link(_ segments: [String], query: [(name: String, value: String)], in language: Language) -> Link {
        Link(segments, query: query + [("lang", language.rawValue)])
    }

    /// The page of a measure.
    func link(toMeasure id: String) -> Link { self.link("measures", id) }

    /// The questions of a measure.
    func link(toQuestionsOf id: String) -> Link { self.link("measures", id, "ask") }

    private var languageQuery: [(name: String, value: String)] {
        self.keepsLanguage ? [("lang", self.language.rawValue)] : []
    }
}
