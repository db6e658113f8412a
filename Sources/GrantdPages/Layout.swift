//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview

/// The frame of every page: head, header, landmarks, footer.
struct Layout {
    /// The part of the site that a page belongs to.
    enum Part {
        case find
        case screen
        case documents
        /// The book of awards.
        case awards
        case other
    }

    /// How a page is asked for in the other language.
    enum LanguageSwitch {
        /// A page that is only read: a link.
        case link(Link)
        /// A page with answers: a button of its form, so that they come along.
        case button(form: String)
        case none
    }

    /// The id of the form that holds a reader's answers.
    static let form = "answers"

    let context: PageContext
    var part: Part
    /// Names the step and the page.
    var title: String
    /// Something of what was entered is wrong: the title says so first.
    var isWrong = false
    var languageSwitch: LanguageSwitch
    /// What becomes of answers is told at the foot.
    var saysWhatIsKept = true

    /// The whole page.
    func page(@HTMLBuilder content: () -> HTML) -> [UInt8] {
        let context = self.context
        let brand = context(Words.Site.brand)
        let title = (self.isWrong ? context(Words.errorPrefix) : "") + self.title
        let body = content()
        return HTML.page(
            HTML(.html, .lang(context.language.tag)) {
                HTML(.head) {
                    HTML(.meta, .utf8)
                    HTML(.meta, .name("viewport"), .content("width=device-width, initial-scale=1"))
                    HTML(.meta, .name("color-scheme"), .content("light"))
                    HTML(.title) { title == brand ? brand : "\(title) · \(brand)" }
                    HTML(.link, .rel("stylesheet"), .href(Stylesheet.link))
                    HTML(.link, .rel("icon"), .type("image/svg+xml"), .href(Icon.link))
                }
                HTML(.body) {
                    self.defaultButton
                    HTML(.a, .class("skip"), .href(Link(fragment: "content"))) { context(Words.Site.skipToContent) }
                    HTML(.header, .class("top")) {
                        HTML(.div, .class("bar")) {
                            HTML(.a, .class("brand"), .href(context.link())) { brand }
                            self.navigation
                            self.tongue
                        }
                    }
                    HTML(.main, .id("content"), .focusable) { body }
                    HTML(.footer, .class("foot")) {
                        HTML(.p) {
                            if self.part == .awards {
                                context(Words.Site.bookNote)
                            } else {
                                let note = context(Words.Site.resultNote)
                                self.saysWhatIsKept ? context.language.sentences(note, self.keeping) : note
                            }
                        }
                    }
                }
            }
        )
    }

    /// What becomes of what a reader enters.
    private var keeping: String {
        if self.context.keepsDecisions { return self.context(Words.Site.isLogged) }
        return self.context(Words.Site.isNotKept)
    }

    /// The first button of a form is the one that the Enter key presses: without this it would be the language's.
    private var defaultButton: HTML {
        guard case .button(let form) = self.languageSwitch else { return HTML() }
        return HTML(
            .button,
            .class("default"),
            .form(form),
            .name(FormField.action),
            .value(FormAction.next.text),
            .unreachable,
            .hidden
        ) { self.context(Words.Journey.goOn) }
    }

    private var navigation: HTML {
        let context = self.context
        var items: [(Part, Link, String)] = [
            (.find, context.link(), context(Words.Site.find)),
            (.screen, context.link("screen"), context(Words.Site.screen)),
            (.documents, context.link("documents"), context(Words.Site.documents)),
        ]
        if context.showsAwards { items.append((.awards, context.link("awards"), context(Words.Site.awards))) }
        return HTML(.nav, .label(context(Words.Site.navigation))) {
            HTML(.ul) {
                for (part, link, name) in items {
                    HTML(.li) { HTML(.a, .href(link), part == self.part ? .current : nil) { name } }
                }
            }
        }
    }

    private var tongue: HTML {
        let other = self.context.language.other
        switch self.languageSwitch {
        case .link(let link):
            return HTML(.a, .class("tongue"), .href(link), .lang(other.tag), .hreflang(other.tag)) { other.ownName }
        case .button(let form):
            return HTML(
                .button,
                .class("tongue"),
                .form(form),
                .name(FormField.languageSwitch),
                .value(other.rawValue),
                .lang(other.tag)
            ) { other.ownName }
        case .none: return HTML()
        }
    }
}
