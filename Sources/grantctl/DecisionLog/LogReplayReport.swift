//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdDecisionLog
internal import GrantdEngine
internal import GrantdInterview
internal import GrantdService

/// What came of a replay, for people and for programs.
struct LogReplayReport {
    let tally: LogReplay.Tally

    func write(to page: inout Page) {
        let language = page.language
        for difference in self.tally.differences { self.write(difference, to: &page) }
        var rows: [[Page.Cell]] = [
            [.init(language("条目", "entries")), .init(Money.grouped(self.tally.entries), isNumber: true)],
            [.init(language("已重算", "replayed")), .init(Money.grouped(self.tally.replayed), isNumber: true)],
            [
                .init(language("其中申请", "applications in them")),
                .init(Money.grouped(self.tally.decisions), isNumber: true),
            ],
        ]
        for obstacle in DecisionReplayer.Obstacle.allCases {
            guard let count = self.tally.obstacles[obstacle] else { continue }
            rows.append([
                .init(language("未重算：", "not replayed: ") + Self.word(obstacle, language)),
                .init(Money.grouped(count), isNumber: true),
            ])
        }
        rows.append([
            .init(language("不同", "differing")),
            .init(Money.grouped(self.tally.differing), self.tally.differing > 0 ? .bad : .plain, isNumber: true),
        ])
        page.table(rows, indent: 0)
        for digest in self.tally.missingPolicies.sorted() {
            page.line(
                language(
                    "缺少政策 \(digest)：请以 --policies 或 --policy-archive 给出",
                    "policies \(digest) are not at hand: give them with --policies or --policy-archive"
                ),
                .faint
            )
        }
        page.line()
        if self.tally.differing > 0 {
            page.line(language("有答复与所记不同。", "There are replies that differ from those of the log."), .bad)
        } else {
            page.line(
                language("重算所得与所记全部相同。", "All replies are the same as those of the log."),
                self.tally.replayed > 0 ? .good : .plain
            )
        }
    }

    private func write(_ difference: LogReplay.Difference, to page: inout Page) {
        let language = page.language
        page.line(
            language(
                "✗ 第 \(difference.entry) 条（\(difference.method.entry.name)）与所记不同",
                "✗ entry \(difference.entry), \(difference.method.entry.name): the reply differs"
            ),
            .bad
        )
        page.line("  \(difference.directory.printable) · \(difference.requestHash)", .faint)
        for (word, text) in [
            (language("所记", "then"), Self.inShort(difference.old, difference.method, language)),
            (language("重算", "now"), self.now(difference, language)),
        ] {
            page.line("  \(word)  \(text)")
        }
        page.line()
    }

    private func now(_ difference: LogReplay.Difference, _ language: Language) -> String {
        switch difference.new {
        case .success(let reply): Self.inShort(reply, difference.method, language)
        case .failure(let error):
            language("请求被拒：\(DaemonWords.chinese(error.message))", "refused: \(error.message)").printable
        }
    }

    private static func inShort(_ reply: [UInt8], _ method: LoggedMethod, _ language: Language) -> String {
        LogEntryText(method: method, request: [], reply: reply, language: language).summary.joined(separator: "; ")
    }

    private static func word(_ obstacle: DecisionReplayer.Obstacle, _ language: Language) -> String {
        switch obstacle {
        case .masked: language("有遮盖的字段", "masked")
        case .erased: language("已擦除", "erased")
        case .book: language("依台账作出", "decided by the book")
        case .policies: language("找不到当时的政策", "policies not at hand")
        case .unknown: language("不能识别", "not known to this version")
        }
    }

    var json: [UInt8] {
        let obstacles = DecisionReplayer.Obstacle.allCases.map {
            #""\#($0.rawValue)":"\#(self.tally.obstacles[$0] ?? 0)""#
        }
        let differences = self.tally.differences.map {
            #"{"directory":\#(AnswerJSON.quoted($0.directory)),"entry":"\#($0.entry)","request_hash":"\#($0.requestHash)"}"#
        }
        let members = [
            #""entries":"\#(self.tally.entries)""#, #""replayed":"\#(self.tally.replayed)""#,
            #""applications":"\#(self.tally.decisions)""#,
            #""not_replayed":{\#(obstacles.joined(separator: ","))}"#, #""differing":"\#(self.tally.differing)""#,
            #""first_differences":[\#(differences.joined(separator: ","))]"#,
        ]
        return Array("{\(members.joined(separator: ","))}\n".utf8)
    }
}
