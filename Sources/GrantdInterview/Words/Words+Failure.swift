//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Words {
    /// Why there is no page, or no result: what is wrong, and what to do.
    package enum Failure {
        package static let didYouMean = BilingualText(zh: "您要找的是不是：", en: "Did you mean: ")
        package static let toBook = BilingualText(zh: "回到资金台账", en: "To the book of awards")
        package static let toFind = BilingualText(zh: "去查政策", en: "Find support")
        package static let tellOperator = BilingualText(
            zh: "如果一直这样，请告诉运行本服务的人。",
            en: "If it stays so, tell whoever runs the daemon."
        )
        package static let tellOperatorReason = BilingualText(
            zh: "如果一直这样，请把下面的原因告诉运行本服务的人。",
            en: "If it stays so, tell whoever runs the daemon the reason below."
        )
        package static let agencyOnly = BilingualText(zh: "资金台账只对主管部门开放", en: "The book of awards is for agencies")
        package static let agencyOnlyText = BilingualText(
            zh: "台账记有各单位得到的支持。请用角色含 agency 的令牌登录：关闭浏览器后重新打开本页，以令牌为密码；没有令牌的，请向运行本服务的人索取。",
            en:
                "It tells what others were awarded. Log in with a token whose roles have agency: close the browser, "
                + "open this page again and give the token as the password; whoever runs the daemon hands them out."
        )
        package static let noBookText = BilingualText(
            zh: "没有台账时只有试算批次可看。从资金台账页可以看到怎样启用。",
            en: "Without a book there are dry runs only. The page of the book says how to have one."
        )
        package static let notInBook = BilingualText(zh: "台账里没有这一项", en: "The book has no such thing")
        package static let notInBookText = BilingualText(
            zh: "地址可能写错了。试算批次十分钟没有人用就会清除。从资金台账页可以按代码、记录号或批次号查找。",
            en:
                "The address may be misspelt. A dry run is gone after ten minutes without use. Search the book by "
                + "code, award or run."
        )
        package static let bookFails = BilingualText(zh: "台账暂时读不出来", en: "The book cannot be read just now")
        package static let bookFailsText = BilingualText(
            zh: "什么也没有丢失或改动。请稍后再试。",
            en: "Nothing is lost or changed. Try again later."
        )
        package static let notFound = BilingualText(zh: "没有找到这个页面", en: "There is no such page")
        package static let notFoundText = BilingualText(
            zh: "地址可能写错了，或者页面已经不在。可以从下面重新开始。",
            en: "The address may be misspelt. You can start again from here."
        )
        package static let noSuchMeasure = BilingualText(zh: "没有找到这项措施", en: "There is no such measure")
        package static let noSuchMeasureText = BilingualText(
            zh: "地址可能写错了，或者这项措施已经撤下。可以按名称再查一次。",
            en: "The address may be misspelt, or the measure is gone. Search for it by name."
        )
        package static let wrongMethod = BilingualText(zh: "这个页面不能这样打开", en: "This page cannot be opened like that")
        package static let wrongMethodText = BilingualText(
            zh: "请从页面上的按钮进入，不要直接提交。",
            en: "Please use the buttons of the pages."
        )
        package static let tooLarge = BilingualText(zh: "填写的内容太多了", en: "That is too much at once")
        package static let tooLargeText = BilingualText(
            zh: "请减少条目或缩短文字后再试。您可以返回上一页修改。",
            en: "Please use fewer entries or shorter texts. You can go back and change them."
        )
        package static let badForm = BilingualText(zh: "没有看懂提交的内容", en: "The form could not be read")
        package static let badFormText = BilingualText(
            zh: "请返回上一页重试，或者重新开始测算。",
            en: "Please go back and try again, or start anew."
        )
        package static let badAddress = BilingualText(
            zh: "地址不完整，或者写错了",
            en: "The address is not written as it should be"
        )
        package static let badAddressText = BilingualText(
            zh: "地址里有本服务不用的字符，可能没有复制完整。请重新复制，或者从下面重新开始。",
            en: "It holds what no address of ours has, or is cut off. Copy it again, or start again from here."
        )
        package static let foreignForm = BilingualText(zh: "这份表单来自别的网站", en: "The form stands on another site")
        package static let foreignFormText = BilingualText(
            zh: "本服务只接受自己页面上的表单，这次提交没有处理。请从下面进入，重新填写。",
            en: "Only forms of our own pages are taken, and nothing was done with this one. Please start from here."
        )
        package static let noForm = BilingualText(zh: "提交的不是网页表单", en: "What was sent is no form of a page")
        package static let noFormText = BilingualText(
            zh: "请从页面上的按钮提交。用程序查询的，请调用 /grantd.v1.Calculator/Evaluate 等接口，全部接口见 /openapi.json。",
            en:
                "Please use the buttons of the pages. Programs call /grantd.v1.Calculator/Evaluate and its like, "
                + "all of which /openapi.json names."
        )
        package static let refused = BilingualText(zh: "按这些回答算不出结果", en: "There is no result with these answers")
        package static let refusedText = BilingualText(
            zh: "有的回答与其他回答合在一起不成立。请返回上一页，核对后修改。",
            en: "Some of them cannot be taken together. Please go back and change what is not right."
        )
        package static let refusedForReason = BilingualText(
            zh: "原因见下。请返回上一页，核对后修改。",
            en: "The reason stands below. Please go back and change what is not right."
        )
        package static let fails = BilingualText(zh: "这次没有算出来", en: "That could not be worked out")
        package static let failsText = BilingualText(
            zh: "原因不在您填写的内容。请稍后再试。",
            en: "It is not for what you entered. Try again later."
        )
        package static let busy = BilingualText(zh: "现在请求太多", en: "There are too many requests just now")
        package static let busyText = BilingualText(
            zh: "这次请求没有处理。请稍等片刻，再刷新本页；填写过的内容，浏览器会再提交一次。",
            en:
                "Nothing was done with this one. Wait a moment and reload the page; the browser sends again what "
                + "you entered."
        )
        package static let stopping = BilingualText(zh: "服务正在停止或重启", en: "The service is stopping, or starts again")
        package static let stoppingText = BilingualText(
            zh: "这次请求没有处理。请过一会儿再刷新本页；填写过的内容，浏览器会再提交一次。",
            en: "Nothing was done with this one. Reload the page in a while; the browser sends again what you entered."
        )
    }
}
