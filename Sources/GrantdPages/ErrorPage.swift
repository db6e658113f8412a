//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdInterview
internal import GrantdPolicy

/// Why there is no page, in words, and where to go from here.
struct ErrorPage {
    enum Reason {
        case notFound
        case noSuchMeasure(closest: Shelf.Entry?)
        case wrongMethod
        case tooLarge
        /// The form holds what no page of ours sends.
        case badForm
        /// The book is an agency's alone.
        case agencyOnly
        case noBook
        case notInBook
        /// The book could not be read: why, as the daemon says it.
        case bookFails(String)

        var status: Int {
            switch self {
            case .notFound, .noSuchMeasure, .noBook, .notInBook: 404
            case .agencyOnly: 403
            case .bookFails: 503
            case .wrongMethod: 405
            case .tooLarge: 413
            case .badForm: 400
            }
        }
    }

    let context: PageContext
    let reason: Reason

    func render() -> [UInt8] {
        let context = self.context
        let words = self.words
        let part: Layout.Part = self.reason.isAboutBook ? .awards : .other
        let layout = Layout(context: context, part: part, title: words.title, isWrong: true, languageSwitch: .none)
        return layout.page {
            HTML(.div, .class("card")) {
                HTML(.h1) { words.title }
                HTML(.p) { words.text }
                if case .noSuchMeasure(let closest?) = self.reason, let version = closest.versions.last {
                    HTML(.p) {
                        context("您要找的是不是：", "Did you mean: ")
                        HTML(.a, .href(context.link(toMeasure: closest.id))) { context(version.measure.title) }
                    }
                }
                if case .bookFails(let message) = self.reason {
                    HTML(.p, .class("digest"), .lang(Language.en.tag)) { message }
                }
                HTML(.div, .class("actions")) {
                    if self.reason.isAboutBook {
                        HTML(.a, .class("go"), .href(context.link("awards"))) {
                            context("回到资金台账", "To the book of awards")
                        }
                    } else {
                        HTML(.a, .class("go"), .href(context.link())) { context("去查政策", "Find support") }
                        HTML(.a, .class("soft"), .href(context.link("screen"))) {
                            context("我能享受什么", "What can we get?")
                        }
                    }
                }
            }
        }
    }

    private var words: (title: String, text: String) {
        let context = self.context
        return switch self.reason {
        case .agencyOnly:
            (
                context("资金台账只对主管部门开放", "The book of awards is for agencies"),
                context(
                    "台账记有各单位得到的支持。请用角色含 agency 的令牌登录：关闭浏览器后重新打开本页，以令牌为密码；没有令牌的，请向运行本服务的人索取。",
                    "It tells what others were awarded. Log in with a token whose roles have agency: close the browser, open this page "
                        + "again and give the token as the password; whoever runs the daemon hands them out."
                )
            )
        case .noBook:
            (
                context("本服务还没有台账", "This daemon keeps no book"),
                context(
                    "没有台账时只有试算批次可看。从资金台账页可以看到怎样启用。",
                    "Without a book there are dry runs only. The page of the book says how to have one."
                )
            )
        case .notInBook:
            (
                context("台账里没有这一项", "The book has no such thing"),
                context(
                    "地址可能写错了。试算批次十分钟没有人用就会清除。从资金台账页可以按代码、记录号或批次号查找。",
                    "The address may be misspelt. A dry run is gone after ten minutes without use. Search the book by code, award or run."
                )
            )
        case .bookFails:
            (
                context("台账暂时读不出来", "The book cannot be read just now"),
                context(
                    "什么也没有丢失或改动。请稍后再试；如果一直这样，请把下面的原因告诉运行本服务的人。",
                    "Nothing is lost or changed. Try again later; if it stays so, tell whoever runs the daemon the reason below."
                )
            )
        case .notFound:
            (
                context("没有找到这个页面", "There is no such page"),
                context("地址可能写错了，或者页面已经不在。可以从下面重新开始。", "The address may be misspelt. You can start again from here.")
            )
        case .noSuchMeasure:
            (
                context("没有找到这项措施", "There is no such measure"),
                context(
                    "地址可能写错了，或者这项措施已经撤下。可以按名称再查一次。",
                    "The address may be misspelt, or the measure is gone. Search for it by name."
                )
            )
        case .wrongMethod:
            (
                context("这个页面不能这样打开", "This page cannot be opened like that"),
                context("请从页面上的按钮进入，不要直接提交。", "Please use the buttons of the pages.")
            )
        case .tooLarge:
            (
                context("填写的内容太多了", "That is too much at once"),
                context(
                    "请减少条目或缩短文字后再试。您可以返回上一页修改。",
                    "Please use fewer entries or shorter texts. You can go back and change them."
                )
            )
        case .badForm:
            (
                context("没有看懂提交的内容", "The form could not be read"),
                context("请返回上一页重试，或者重新开始测算。", "Please go back and try again, or start anew.")
            )
        }
    }
}

extension ErrorPage.Reason {
    /// Whether the book of awards is where to go on from.
    fileprivate var isAboutBook: Bool {
        switch self {
        case .noBook, .notInBook, .bookFails: true
        case .notFound, .noSuchMeasure, .wrongMethod, .tooLarge, .badForm, .agencyOnly: false
        }
    }
}
