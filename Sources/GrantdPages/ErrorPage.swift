//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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

        var status: Int {
            switch self {
            case .notFound, .noSuchMeasure: 404
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
        let layout = Layout(context: context, part: .other, title: words.title, isWrong: true, languageSwitch: .none)
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
                HTML(.div, .class("actions")) {
                    HTML(.a, .class("go"), .href(context.link())) { context("去查政策", "Find support") }
                    HTML(.a, .class("soft"), .href(context.link("screen"))) { context("我能享受什么", "What can we get?") }
                }
            }
        }
    }

    private var words: (title: String, text: String) {
        let context = self.context
        return switch self.reason {
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
