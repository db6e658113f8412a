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
        let brand = context("惠企政策测算", "Policy support calculator")
        let title = (self.isWrong ? context("错误：", "Error: ") : "") + self.title
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
                    HTML(.a, .class("skip"), .href(Link(fragment: "content"))) {
                        context("跳到正文", "Skip to the content")
                    }
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
                                context(
                                    "以台账为准；时间为北京时间。这里记有各单位得到的支持，请妥善保管。",
                                    "As the book has it; times are Beijing's. It tells what others were awarded: keep it to yourself."
                                )
                            } else {
                                context(
                                    "测算结果供参考，以主管部门审核为准。",
                                    "The result is a calculation; the competent authority decides. "
                                )
                                if self.saysWhatIsKept { self.keeping }
                            }
                        }
                    }
                }
            }
        )
    }

    /// What becomes of what a reader enters.
    private var keeping: String {
        if self.context.keepsDecisions {
            return self.context(
                "您填写的内容和测算结果会记入本服务的日志，以备核查。",
                "What you enter, and what comes of it, is kept in this service's log, so that it can be checked later."
            )
        }
        return self.context(
            "您填写的内容只在本次测算中使用，不保存、不外传。",
            "What you enter is used for this calculation only: it is neither kept nor passed on."
        )
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
        ) { self.context.language.continueWord }
    }

    private var navigation: HTML {
        let context = self.context
        var items: [(Part, Link, String)] = [
            (.find, context.link(), context("查政策", "Find support")),
            (.screen, context.link("screen"), context("我能享受什么", "What can we get?")),
            (.documents, context.link("documents"), context("文件目录", "Documents")),
        ]
        if context.showsAwards { items.append((.awards, context.link("awards"), context("资金台账", "Awards"))) }
        return HTML(.nav, .label(context("主要栏目", "Main"))) {
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
