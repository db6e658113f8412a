//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDecisionLog
internal import GrantdInterview

/// What a check of a log found, for people and for programs.
struct LogVerificationReport {
    let directory: String
    let result: LogVerifier.Result

    func write(to page: inout Page) {
        let language = page.language
        if let finding = self.result.finding {
            page.line("✗ " + Self.text(finding, language).printable, .bad, hanging: 2)
            page.line()
        }
        var rows: [[Page.Cell]] = [
            [.init(language("日志", "log")), .init(self.directory.printable)],
            [.init(language("文件", "files")), .init(self.files(language))],
            [.init(language("决定", "decisions")), .init(Money.grouped(self.result.decisions))],
        ]
        if self.result.masked > 0 {
            rows.append([.init(language("其中遮盖", "of them masked")), .init(Money.grouped(self.result.masked))])
        }
        if self.result.erased > 0 {
            rows.append([.init(language("其中擦除", "of them erased")), .init(Money.grouped(self.result.erased))])
        }
        if let begin = self.result.begin, let end = self.result.end {
            rows.append([.init(language("时间", "answered")), .init("\(Moment.text(begin)) – \(Moment.text(end))")])
        }
        page.table(rows, indent: 0)
        if let last = self.result.last, last.number > 0 {
            page.line(language("末条，可另行抄存：", "The last entry, to be noted elsewhere:"))
            page.place("  \(last.number):\(last.chain)")
        }
        for path in self.result.torn {
            page.line(
                language(
                    "截去的残缺末尾留存于 \(path.printable)",
                    "a torn end that was cut off is kept in \(path.printable)"
                ),
                .faint
            )
        }
        page.line()
        if self.result.isSound {
            page.line(language("日志无误：哈希链完整。", "The log is sound: the chain holds."), .good)
        } else {
            page.line(
                language("日志有误；其后的条目未再核对。", "The log is not sound; what follows was not looked at."),
                .bad
            )
        }
    }

    private func files(_ language: Language) -> String {
        let count = Money.grouped(self.result.segments)
        guard let first = self.result.firstSegment, first > 1 else { return count }
        return language("\(count)（自第 \(first) 个起）", "\(count), from number \(first) on")
    }

    private static func text(_ finding: LogVerifier.Finding, _ language: Language) -> String {
        switch finding {
        case .entry(let path, let damage):
            let place = language(
                "\(path)：第 \(damage.entry) 条（第 \(damage.offset) 字节起）",
                "\(path): entry \(damage.entry), at byte \(damage.offset), "
            )
            return place + self.text(damage.reason, language)
        case .header(let path, _):
            return language("\(path)：开头已损坏", "\(path): its beginning is damaged")
        case .gap(let path, _):
            return language(
                "\(path)：不接续前一个文件；其间缺少文件，或前一个文件整体被改",
                "\(path): does not follow on the file before it: one is missing between them, or that one was changed"
            )
        case .notExpected(let number, nil):
            return language("第 \(number) 条不在日志中：日志曾被截断", "entry \(number) is not there: the log was cut off")
        case .notExpected(let number, .some):
            return language("第 \(number) 条不是所给的条目", "entry \(number) is not the one that was given")
        }
    }

    private static func text(_ reason: SegmentDamage.Reason, _ language: Language) -> String {
        switch reason {
        case .torn: language("残缺：文件在此中断", "is torn: the file ends inside it")
        case .layout: language("不是条目应有的格式", "is laid out like none")
        case .number: language("编号不连续", "is not the one that comes next")
        case .chain:
            language("哈希与前一条及其内容不符", "has a hash that does not follow from the entry before and from what it says")
        }
    }

    var json: [UInt8] {
        var members = [
            #""sound":\#(self.result.isSound)"#, #""segments":\#(self.result.segments)"#,
            #""decisions":"\#(self.result.decisions)""#, #""masked":"\#(self.result.masked)""#,
            #""erased":"\#(self.result.erased)""#,
        ]
        if let first = self.result.firstSegment { members.append(#""first_segment":\#(first)"#) }
        if let last = self.result.last, last.number > 0 {
            members.append(#""last_entry":"\#(last.number)""#)
            members.append(#""last_hash":"\#(last.chain)""#)
        }
        if let begin = self.result.begin { members.append(#""first_answered_at":"\#(Moment.text(begin))""#) }
        if let end = self.result.end { members.append(#""last_answered_at":"\#(Moment.text(end))""#) }
        let torn = self.result.torn.map { AnswerJSON.quoted($0) }
        members.append(#""torn_ends":[\#(torn.joined(separator: ","))]"#)
        if let finding = self.result.finding {
            var parts: [String] = []
            switch finding {
            case .entry(let path, let damage):
                parts = [
                    #""path":\#(AnswerJSON.quoted(path))"#, #""entry":"\#(damage.entry)""#,
                    #""offset":"\#(damage.offset)""#,
                ]
            case .header(let path, _), .gap(let path, _): parts = [#""path":\#(AnswerJSON.quoted(path))"#]
            case .notExpected(let number, _): parts = [#""entry":"\#(number)""#]
            }
            parts.append(
                #""text":{"zh":\#(AnswerJSON.quoted(Self.text(finding, .zh))),"en":\#(AnswerJSON.quoted(Self.text(finding, .en)))}"#
            )
            members.append(#""finding":{\#(parts.joined(separator: ","))}"#)
        }
        return Array("{\(members.joined(separator: ","))}\n".utf8)
    }
}
