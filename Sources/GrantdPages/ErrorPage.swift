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
        /// The address holds what no address of ours has.
        case badAddress
        /// The form stands on a page of another site.
        case foreignForm
        /// What was sent is no form at all.
        case noForm
        /// With these answers there is no result.
        case refused(DaemonMessage)
        /// The daemon's own fault.
        case fails(DaemonMessage?)
        /// Too much is waiting already.
        case busy
        /// The daemon is stopping.
        case stopping
        /// The book is an agency's alone.
        case agencyOnly
        case noBook
        case notInBook
        /// The book could not be read.
        case bookFails(DaemonMessage)

        var status: Int {
            switch self {
            case .notFound, .noSuchMeasure, .noBook, .notInBook: 404
            case .badForm, .badAddress, .refused: 400
            case .agencyOnly, .foreignForm: 403
            case .wrongMethod: 405
            case .tooLarge: 413
            case .noForm: 415
            case .busy: 429
            case .fails: 500
            case .bookFails, .stopping: 503
            }
        }
    }

    let context: PageContext
    let reason: Reason
    /// Whether the page stands for one that would take answers.
    var saysWhatIsKept = true

    func render() -> [UInt8] {
        let context = self.context
        let words = self.words
        let part: Layout.Part = self.reason.isAboutBook ? .awards : .other
        var layout = Layout(context: context, part: part, title: words.title, isWrong: true, languageSwitch: .none)
        layout.saysWhatIsKept = self.saysWhatIsKept
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
                if let why = self.why { HTML(.p, .class("digest")) { why } }
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

    /// What the daemon says of it, where there are words for it in the reader's language.
    private var why: String? {
        switch self.reason {
        case .refused(let message), .bookFails(let message): self.context.said(message)
        case .fails(let message): message.flatMap { self.context.said($0) }
        default: nil
        }
    }

    /// Where it ends that a reader can do nothing about.
    private var whomToTell: String {
        self.why == nil
            ? self.context("如果一直这样，请告诉运行本服务的人。", "If it stays so, tell whoever runs the daemon.")
            : self.context("如果一直这样，请把下面的原因告诉运行本服务的人。", "If it stays so, tell whoever runs the daemon the reason below.")
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
                context("什么也没有丢失或改动。请稍后再试。", "Nothing is lost or changed. Try again later. ") + self.whomToTell
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
        case .badAddress:
            (
                context("地址不完整，或者写错了", "The address is not written as it should be"),
                context(
                    "地址里有本服务不用的字符，可能没有复制完整。请重新复制，或者从下面重新开始。",
                    "It holds what no address of ours has, or is cut off. Copy it again, or start again from here."
                )
            )
        case .foreignForm:
            (
                context("这份表单来自别的网站", "The form stands on another site"),
                context(
                    "本服务只接受自己页面上的表单，这次提交没有处理。请从下面进入，重新填写。",
                    "Only forms of our own pages are taken, and nothing was done with this one. Please start from here."
                )
            )
        case .noForm:
            (
                context("提交的不是网页表单", "What was sent is no form of a page"),
                context(
                    "请从页面上的按钮提交。用程序查询的，请调用 /grantd.v1.Calculator/Evaluate 等接口，全部接口见 /openapi.json。",
                    "Please use the buttons of the pages. Programs call /grantd.v1.Calculator/Evaluate and its like, all of which "
                        + "/openapi.json names."
                )
            )
        case .refused:
            (
                context("按这些回答算不出结果", "There is no result with these answers"),
                self.why == nil
                    ? context(
                        "有的回答与其他回答合在一起不成立。请返回上一页，核对后修改。",
                        "Some of them cannot be taken together. Please go back and change what is not right."
                    )
                    : context(
                        "原因见下。请返回上一页，核对后修改。",
                        "The reason stands below. Please go back and change what is not right."
                    )
            )
        case .fails:
            (
                context("这次没有算出来", "That could not be worked out"),
                context("原因不在您填写的内容。请稍后再试。", "It is not for what you entered. Try again later. ") + self.whomToTell
            )
        case .busy:
            (
                context("现在请求太多", "There are too many requests just now"),
                context(
                    "这次请求没有处理。请稍等片刻，再刷新本页；填写过的内容，浏览器会再提交一次。",
                    "Nothing was done with this one. Wait a moment and reload the page; the browser sends again what you entered."
                )
            )
        case .stopping:
            (
                context("服务正在停止或重启", "The service is stopping, or starts again"),
                context(
                    "这次请求没有处理。请过一会儿再刷新本页；填写过的内容，浏览器会再提交一次。",
                    "Nothing was done with this one. Reload the page in a while; the browser sends again what you entered."
                )
            )
        }
    }
}

extension ErrorPage.Reason {
    /// Whether the book of awards is where to go on from.
    fileprivate var isAboutBook: Bool {
        switch self {
        case .noBook, .notInBook, .bookFails: true
        default: false
        }
    }
}
