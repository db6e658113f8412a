//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdPolicy

/// The book at a glance: its envelopes, what it comes to, what was booked last.
struct AwardsPage {
    let context: PageContext
    let search: AwardSearch
    /// Whether what was searched for leads anywhere; true where nothing was.
    let isFound: Bool
    let envelopes: [EnvelopeReply]
    /// The newest awards, with the sums of all.
    let list: AwardList

    func render() -> [UInt8] {
        let context = self.context
        let sums = AwardSums(context: context, sums: self.list.sums)
        return Self.layout(context, isWrong: !self.isFound).page {
            HTML(.div, .class("card hero")) {
                HTML(.h1) { Self.title(context) }
                HTML(.p, .class("lead")) {
                    context(
                        "每一笔支持都在给出的同一步记账，任何时刻都不超出预算额度和上限。",
                        "Every award is booked in the step that makes it: at no moment over a budget or a cap."
                    )
                }
                HTML(.dl, .class("figures")) {
                    self.figure(context("已核定", "Committed"), context.money(sums.total(.committed)))
                    self.figure(context("已预留", "Reserved"), context.money(sums.total(.reserved)))
                }
                self.search.form(isFound: self.isFound)
            }
            HTML(.section, .class("card")) {
                HTML(.h2) { context("预算额度", "Budgets") }
                if self.envelopes.isEmpty {
                    HTML(.p, .class("muted")) {
                        context(
                            "还没有设定预算额度。设定之后，任何支持都不会超出它。",
                            "No budget is set yet. Once one is, no award goes over it."
                        )
                    }
                }
                for envelope in self.envelopes {
                    EnvelopeBar(context: context, envelope: envelope, link: context.link(toEnvelope: envelope.id)).html
                }
            }
            if !self.list.sums.isEmpty {
                HTML(.section, .class("card")) {
                    HTML(.h2) { context("按措施", "By measure") }
                    sums.html
                }
            }
            HTML(.section, .class("card")) {
                HTML(.h2) { context("最近记账", "Booked last") }
                if self.list.awards.isEmpty {
                    HTML(.p, .class("muted")) { context("台账里还没有记录。", "The book has no award yet.") }
                }
                AwardRows(context: context, awards: self.list.awards).html
            }
        }
    }

    private func figure(_ name: String, _ value: String) -> HTML {
        HTML(.div) {
            HTML(.dt) { name }
            HTML(.dd) { value }
        }
    }

    static func title(_ context: PageContext) -> String { context("资金台账", "Book of awards") }

    static func layout(_ context: PageContext, isWrong: Bool) -> Layout {
        Layout(
            context: context,
            part: .awards,
            title: Self.title(context),
            isWrong: isWrong,
            languageSwitch: .link(context.link(["awards"], query: [], in: context.language.other))
        )
    }
}

/// That the daemon keeps no book, and how it would. Dry runs can be found all the same.
struct NoBookPage {
    let context: PageContext
    let search: AwardSearch
    let isFound: Bool

    func render() -> [UInt8] {
        let context = self.context
        return AwardsPage.layout(context, isWrong: !self.isFound).page {
            HTML(.div, .class("card")) {
                HTML(.h1) { context("本服务还没有台账", "This daemon keeps no book") }
                HTML(.p) {
                    context(
                        "没有台账时只能试算。要让每一笔支持都记账，请运行服务的人指定一个文件后重新启动：",
                        "Without a book there are dry runs only. To have every award booked, start the daemon with a file for it:"
                    )
                }
                HTML(.pre, .class("digest"), .reachable) { "grantd serve --ledger /var/lib/grantd/book.sqlite" }
                self.search.form(isFound: self.isFound)
            }
        }
    }
}
