//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What the daemon says of a request, which it says in English, for those who read Chinese.
package enum DaemonWords {
    /// A message of the daemon's in Chinese. One that is not known here stands as it is behind a Chinese word; what is
    /// Chinese already stays.
    package static func chinese(_ message: String) -> String {
        self.known(message) ?? "请求不合要求：\(message)"
    }

    /// The same where no English is left in it, for pages; nil where some would be, or it is not known here.
    package static func wholly(_ message: String) -> String? {
        guard let words = self.known(message), !self.holdsEnglish(words) else { return nil }
        return words
    }

    /// Whether two words of English follow one another: one alone is a name.
    private static func holdsEnglish(_ text: String) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            default: false
            }
        }
        let bytes = Array(text.utf8)
        return bytes.indices.dropFirst().dropLast().contains { place in
            bytes[place] == UInt8(ascii: " ") && isLetter(bytes[place - 1]) && isLetter(bytes[place + 1])
        }
    }

    /// A message in Chinese; nil where it is not known here.
    package static func known(_ message: String) -> String? {
        if message.unicodeScalars.contains(where: { $0.properties.isIdeographic }) { return message }
        if let text = self.texts[message] { return text }
        for (start, end, words) in self.patterns where message.hasPrefix(start) && message.hasSuffix(end) {
            guard message.count >= start.count + end.count else { continue }
            return words(message.dropFirst(start.count).dropLast(end.count))
        }
        return nil
    }

    private static let date = "请按 YYYY-MM-DD 填写日期"

    private static let texts: [String: String] = [
        "the application must be set": "缺少 application（申请）",
        "the facts of exactly one measure are wanted": "应当填写且只填写一项措施的事实",
        "the facts of this measure are given twice; once is wanted": "同一措施的事实填写了两次，只需一次",
        "no measure with these facts is served": "服务未提供这些事实所属的措施",
        "as_of must be set: a civil date of the form YYYY-MM-DD is wanted": "缺少计算日期；\(date)",
        "a civil date of the form YYYY-MM-DD is wanted": "日期格式有误；\(date)",
        "there is no such day; a day of the calendar, as YYYY-MM-DD, is wanted": "没有这一天；\(date)",
        "the day of an award must be set: a civil date of the form YYYY-MM-DD is wanted": "缺少此前支持的日期；\(date)",
        "the sum of an award must be set, in fen": "缺少此前支持的金额（以分为单位）",
        "the sum must be 0 or more": "金额不得为负数",
        "the measure must be set, with its programme: medical-device.product-approval":
            "缺少措施；请写全称，如 medical-device.product-approval",
        "no such measure; its full id is wanted, programme included: medical-device.product-approval":
            "没有这项措施；请写全称，如 medical-device.product-approval",
        "no such measure; ListMeasures names all": "没有这项措施；`grantctl measures` 列出全部",
        "no such programme; ListMeasures without one names all": "没有这个政策；`grantctl measures` 列出全部",
        "no version of this measure is in force on that day": "该日没有施行中的版本",
        "the policy is not in force on that day; leave as_of out for its newest version": "该日政策不在施行期内；不填日期则按最新版本",
        "prior_awards_unknown says that nobody has looked, and yet there are prior_awards; one of the two is wanted":
            "既填写了此前支持，又注明未知；两者只能取其一",
        "earlier awards stand in the request itself, where every measure sees them; leave them out here":
            "此前支持应填写在请求本身，对所有措施有效；此处不填",
        "an id begins and ends with a character that shows, not with white space: ids are compared as they stand":
            "标识首尾不得有空白：标识按原样比较",
        "a unified social credit code has exactly 18 characters": "统一社会信用代码应为 18 位",
        "a unified social credit code has digits and capital letters, without I, O, S, V and Z":
            "统一社会信用代码由数字和大写字母组成，不含 I、O、S、V、Z",
        "the check character of the unified social credit code does not match (GB 32100-2015)":
            "统一社会信用代码校验位不符（GB 32100-2015）",
        "the reply is over its limit; ask for less in one call": "答复超出大小限制；请减少一次的请求量",
        "the call needs more memory than a call may take": "请求所需内存超出限制；请减少条目",
        "the request needs more memory than a call may take": "请求所需内存超出限制；请减少条目",
        "the applicant's unified social credit code must be set: the book knows applicants by it":
            "缺少统一社会信用代码：台账凭此识别申请单位",
        "the measure has no sum; leave the amount out": "该措施不涉及金额；请勿填写金额",
        "the key was used for a request with other content; a request of its own wants a key of its own":
            "此键已用于另一内容的请求；不同的请求须用不同的键",
        "nothing is awarded: the reply is at its limit; send the entry again in another batch":
            "未核定：答复已满；请将该申请放入另一批",
        "dry runs hold as many answers as they may; leave the keys out": "试算所存的答复已满；请勿填写键",
        "the envelope must be set": "缺少预算额度",
        "1 to 64 small letters, digits, dots, hyphens and underscores are wanted":
            "标识须为 1 至 64 个小写字母、数字或 . _ -",
        "the limit must be set, in fen, 0 or more": "缺少金额，以分计，不得为负",
        "no such programme; its id is wanted: medical-device": "没有这个政策；请写标识，如 medical-device",
        "the last day must not be before the first": "最后一日不得早于第一日",
        "a civil date YYYY-MM-DD is wanted": "日期格式有误；\(date)",
        "1 to 128 visible ASCII characters are wanted": "须为 1 至 128 个可见的 ASCII 字符",
        "the award must be named": "缺少核定的编号",
        "the id of an award has 26 digits and capital letters": "核定的编号由 26 个数字和大写字母组成",
        "the book has no such award": "台账中没有这笔核定",
        "what is given back is given back whole; leave the amount out": "撤销即整笔退回；请勿填写金额",
        "the sum that the award is put down to must be set": "请填写更正后的金额",
        "the award was recorded without a sum; leave the amount out": "该核定不涉及金额；请勿填写金额",
        "a reason must be given where a committed award is changed": "变更已落实的核定须写明理由",
        "the award is another applicant's; an award of this applicant is wanted": "该核定属于另一申请单位",
        "the award is committed already; only what is held can be committed": "该笔已核定；只有预留的可以落实",
        "the award was given back; only what is held can be committed": "该笔已退回；只有预留的可以落实",
        "the award was given back; only what is held or committed can be given back": "该笔已退回，无须再次撤销",
        "the award was given back; only what is committed can be corrected": "该笔已退回；只有核定的可以更正",
        "the award is held, and not committed; only what is committed can be corrected": "该笔尚在预留；只有核定的可以更正",
        "the award comes to more than 2^63 - 1 fen; a smaller sum is wanted": "金额超出可表示的范围",
        "the measure must be set, with its programme: medical-device.common-platform":
            "缺少措施；请写全称，如 medical-device.common-platform",
        "an entry of a list must have a value": "清单中有空条目；请填写或删去",
        "the facts cannot be evaluated: integer overflow; sums and products must stay within 2^63 - 1":
            "这些事实无法计算：数值过大，合计或乘积超出可表示的范围",
        "the facts cannot be evaluated: division by zero": "这些事实无法计算：有一个除数为零",
        "the facts cannot be evaluated: value out of range; days must stay within the years 1 to 9999":
            "这些事实无法计算：日期须在公元 1 年至 9999 年之间",
        "the facts cannot be evaluated: memory limit exceeded; send fewer entries in one application":
            "这些事实所需内存超出限制；请减少一份申请的条目",
        "authentication_data must carry one of the daemon's tokens": "服务要求令牌，须是服务所列的令牌之一",
        "authorization must be Bearer with one of the daemon's tokens": "服务要求令牌，须是服务所列的令牌之一",
        "the token's roles must have agency: it is an agency that awards, and that reads the book":
            "此令牌没有主管部门（agency）的权限：核定与查阅台账须有此权限",
        "the daemon keeps no book: start it with --ledger, or set dry_run":
            "服务没有台账：启动时请加 --ledger，或改为试算",
        "timeout_ms had passed before the call was answered": "服务未能在限定时间内答复；请放宽时间后再试",
        "the call was given up: nobody waits for its reply": "请求已被放弃",
        "the daemon is stopping; call another one or try again later": "服务正在停止；请稍后再试",
        "too many calls wait on this connection; wait for answers before sending more": "等待答复的请求过多；请稍后再试",
        "the request's frame is larger than the daemon takes": "请求超出服务的大小限制；请减少一次的请求量",
        "the request is larger than the daemon takes": "请求超出服务的大小限制；请减少一次的请求量",
        "the reply is larger than the daemon sends; ask for less in one call": "答复超出大小限制；请减少一次的请求量",
        "the calls that wait take all the memory there is for them, and this connection's most; try again later":
            "服务忙：等待的请求已占满内存；请稍后再试",
        "the system has no memory left to compress or decompress in; try again later": "服务所在系统内存不足；请稍后再试",
        "the system has no thread left for the call; try again later": "服务所在系统没有空余线程；请稍后再试",
        "the book has no such envelope; ListEnvelopes tells which it has": "台账中没有这个预算",
        "the dry run that it is put for must be named": "试算须写明轮次名称",
        "the dry run whose awards are wanted must be named": "试算须写明轮次名称",
        "the dry run whose award it is must be named": "试算须写明轮次名称",
        "the award was recorded without a sum: there is none to correct": "该核定不涉及金额，无可更正",
        "only an answer has it; leave it out": "此项由服务填写；请勿填写",
        "it goes with hold RESERVE only; leave it out": "仅预留时可填；请勿填写",
    ]

    private static let patterns: [(start: String, end: String, words: @Sendable (Substring) -> String)] = [
        ("the value must be from ", "", { "数值应在 \(DaemonWords.range($0)) 之间" }),
        ("the value must be at most ", "", { "数值不得大于 \($0)" }),
        ("the value must be ", " or more", { "数值不得小于 \($0)" }),
        ("", " cannot be assessed here; one of the other values is wanted", { "\($0) 不能用于此处，请选其他取值" }),
        (
            "the id holds a character that does not show, ", ": ids are compared as they stand; leave it out",
            { "标识含有不可见字符（\($0)），请删去：标识按原样比较" }
        ),
        (
            "at most ", " is left to be awarded after caps and envelopes",
            { "扣除上限与预算额度后，至多还可核定 \(DaemonWords.sum($0))" }
        ),
        (
            "what the measure gives is a most: the sum that is awarded must be set, at most ", "",
            { "该措施只规定最高额：须填写核定金额，至多 \(DaemonWords.sum($0))" }
        ),
        (
            "what the measure gives is a least amount: the sum that is awarded must be set, at least ", "",
            { "该措施只规定最低额：须填写核定金额，至少 \(DaemonWords.sum($0))" }
        ),
        (
            "at most ", " is there; more is an award of its own, which has to be assessed",
            { "至多 \(DaemonWords.sum($0))；超出部分须另行申请评审" }
        ),
        (
            "the award was held until ", ", and is given back; only what is held can be committed",
            { "该笔的预留已于 \($0) 到期并退回；只有预留的可以落实" }
        ),
        (
            "the award was held until ", ", and is given back; only what is held or committed can be given back",
            { "该笔的预留已于 \($0) 到期并退回，无须再次撤销" }
        ),
        (
            "the award was held until ", ", and is given back; only what is committed can be corrected",
            { "该笔的预留已于 \($0) 到期并退回；只有核定的可以更正" }
        ),
        ("the subject must be set: caps or rules of ", " go by it", { "缺少申报对象：\($0) 的上限或条件按对象计算" }),
        ("must be from ", "", { "数值应在 \(DaemonWords.range($0)) 之间" }),
        ("the list must hold no more than ", " entries", { "清单最多 \($0) 条" }),
        ("must hold no more than ", " entries", { "清单最多 \($0) 条" }),
        (
            "the lists of a call have no more than ", " entries together; send fewer rows in one call",
            { "一次请求的清单合计最多 \($0) 条；请减少一次的行数" }
        ),
        (
            "the texts that the rows of a call name in dictionaries have no more than ",
            " bytes together; send fewer rows in one call, or shorter texts",
            { "一次请求的文字合计最多 \($0) 字节；请减少行数或缩短文字" }
        ),
        ("the book takes an id of ", " bytes at most", { "台账中的标识最长 \($0) 字节" }),
        ("it is ", " already; name it once", { "与 \($0) 重复；只写一次" }),
        ("no such measure; did you mean ", "?", { "没有这项措施；是否指 \($0)？" }),
        (
            "no field of an application or of the measure's facts has this path; did you mean ", "?",
            { "没有这一字段；是否指 \($0)？" }
        ),
        ("no field of an application or of the measure's facts has this path", "", { _ in "没有这一字段" }),
        ("a fact of another measure; those of ", ".", { "属于另一项措施的事实；\($0)" }),
        ("at least ", " is wanted", { "不得少于 \(DaemonWords.sum($0))" }),
        (
            "the awards that it binds come to ", " already; a limit of that or more is wanted",
            { "其范围内已核定和预留的共 \(DaemonWords.sum($0))；额度不得低于此数" }
        ),
        ("a book has at most ", " envelopes", { "台账最多有 \($0) 个预算" }),
        ("a title has at most ", " bytes", { "名称最长 \($0) 字节" }),
        ("a reason has at most ", " bytes", { "理由最长 \($0) 字节" }),
        ("dry runs hold at most ", " awards; try again in 10 minutes", { "试算最多存 \($0) 笔；请 10 分钟后再试" }),
        ("", " dry runs are remembered already; try again in 10 minutes", { "已有 \($0) 个试算；请 10 分钟后再试" }),
        ("1 to ", " seconds are wanted with hold RESERVE", { "预留须为 1 至 \($0) 秒" }),
        (
            "the book has more awards of the applicant under ", " than its conditions may read",
            { "台账中该单位在 \($0) 下的支持过多，无法逐笔核对" }
        ),
        (
            "", " steps that a call may take; send fewer entries in one call",
            { _ in "一次请求的计算量超出限制；请减少清单的条目" }
        ),
        ("a batch has at most ", "", { _ in "一次请求的条目过多；请减少" }),
        ("the book takes an id of ", "", { _ in "标识过长，台账无法记录；请缩短" }),
        ("no such service; served are ", "", { _ in "对方没有这项服务；它的版本可能过旧" }),
        ("the service has no such method; ", "", { _ in "服务没有这个方法；它的版本可能过旧" }),
        ("the facts cannot be evaluated: ", "", { "这些事实无法计算：\($0)" }),
        ("the book of awards: ", "", { "台账暂不可用：\($0)" }),
        ("no such document; ", "", { _ in "没有这份文件；文号按公报书写，如 京经信发〔2025〕19号（`grantctl documents` 列出全部）" }),
    ]

    /// `100000 fen (1000.00 yuan)` as `1,000元`.
    private static func sum(_ text: Substring) -> String {
        guard text.hasSuffix(" yuan)"), let fen = Int64(text.prefix { $0 != " " }) else { return String(text) }
        return Money.text(fen: fen, .zh)
    }

    /// `1 to 12` as `1 到 12`.
    private static func range(_ text: Substring) -> String { String(text).replacing(" to ", with: " 到 ") }
}
