//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// Where one goes from a credit code, an award's id or a run's name.
struct AwardSearch {
    enum Meaning: Equatable {
        case applicant(String)
        case award(String)
        case run(String)
    }

    let context: PageContext
    /// As it was typed.
    let text: String

    /// The most of it that counts, in bytes: a run's name has at most 128.
    private static let longest = 128

    /// What is looked for; nil where nothing was typed, or what no book has.
    var meaning: Meaning? {
        let plain = SearchWords.halfWidth(self.text)
        guard (1...Self.longest).contains(plain.utf8.count), plain.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            return nil
        }
        let capitals = plain.uppercased()
        let isPlain = capitals.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
        }
        switch (isPlain, capitals.utf8.count) {
        case (true, 18): return .applicant(capitals)
        case (true, 26): return .award(capitals)
        default: return .run(plain)
        }
    }

    /// The field and its button.
    ///
    /// - Parameter isFound: Whether what was typed leads anywhere.
    func form(isFound: Bool = true) -> HTML {
        let context = self.context
        return HTML(.form, .class("noprint"), .action(Link(["awards"])), .get, .role("search")) {
            if context.keepsLanguage {
                HTML(.input, .type("hidden"), .name("lang"), .value(context.language.rawValue))
            }
            HTML(.div, .class("search")) {
                HTML(.div, .class(isFound ? "field" : "field wrong")) {
                    HTML(.label, .for("q")) { context(Words.Awards.searchField) }
                    if !isFound {
                        HTML(.p, .class("error"), .id("q-error")) { Words.Awards.notFound(self.text, context.language) }
                    }
                    HTML(
                        .input,
                        .id("q"),
                        .type("search"),
                        .name("q"),
                        .value(self.text),
                        .maxLength(200),
                        isFound ? nil : .invalid,
                        isFound ? nil : .describedBy("q-error"),
                        isFound ? nil : .autofocus
                    )
                }
                HTML(.button, .class("go")) { context(Words.Awards.search) }
            }
        }
    }
}
