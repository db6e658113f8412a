//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdDecisionLog
internal import GrantdInterview
internal import GrantdPolicy

/// `grantctl log show DIR…`: the entries of logs, for a person or as JSON lines.
struct LogShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: Language.said("查看日志的条目。", "Show the entries of logs."),
        discussion: Language.said(
            """
            可按请求哈希（答复所带的 request-hash 或 x-request-hash）、申请单位、措施、时间筛选；各项条件须同时满足。

            --json 每行一条，含请求与答复。输出含申请单位的信息，请妥善保管。
            """,
            """
            Filters go by the hash of a request (the answer's request-hash or x-request-hash), applicant, measure and time; all \
            that are given must hold.

            --json has one a line, with request and reply. What is shown tells about applicants: guard it.
            """
        )
    )

    @OptionGroup var output: OutputOptions
    @OptionGroup var policies: LogPolicyOptions

    @Option(
        help: .said(
            "请求哈希，或其前 8 位以上。",
            "The hash of a request, or its first 8 digits or more.",
            valueName: "hash"
        )
    )
    var hash: String?

    @Option(
        help: .said(
            "出现此统一社会信用代码的条目。",
            "Entries that have this unified social credit code.",
            valueName: "code"
        )
    )
    var applicant: String?

    @Option(help: .said("关于此措施的条目。", "Entries about this measure.", valueName: "measure"))
    var measure: String?

    @Option(
        help: .said(
            "不早于，如 2026-05-20 或 2026-05-20T08:00:00Z（UTC）。",
            "Not before, like 2026-05-20 or 2026-05-20T08:00:00Z, in UTC.",
            valueName: "time"
        )
    )
    var from: LogTime?

    @Option(help: .said("早于此时（UTC）。", "Before this, in UTC.", valueName: "time"))
    var until: LogTime?

    @Option(help: .said("至多显示多少条；0 为全部。", "The most entries that are shown; 0 for all.", valueName: "number"))
    var most = 50

    @Argument(help: .said("日志目录。", "The directories of logs.", valueName: "directory"))
    var directories: [String]

    func validate() throws {
        if let hash = self.hash {
            let digits = hash.prefix { $0 != "." }.utf8
            guard (8...64).contains(digits.count), digits.allSatisfy(Self.isDigit) else {
                throw ValidationError(
                    Language.said(
                        "--hash 须为 8 至 64 位十六进制数字",
                        "--hash takes 8 to 64 hexadecimal digits"
                    )
                )
            }
        }
        guard self.most >= 0 else {
            throw ValidationError(Language.said("--most 不能为负", "--most takes 0 or more"))
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    func run() throws {
        let filter = LogEntryFilter(
            hash: self.hash.map { $0.prefix { $0 != "." }.lowercased() },
            applicant: self.applicant,
            measure: self.measure,
            from: self.from?.milliseconds,
            until: self.until?.milliseconds
        )
        let builtIn = try RunFailure.toldOfLog { try PolicySet.builtIn() }
        let recorded = try self.policies.recorded()
        var json = LogEntryJSON(recorded, builtIn)
        var count = 0
        var isCut = false
        try RunFailure.toldOfLog {
            try LogWalk(self.directories).run { entry, place in
                guard filter.admits(entry) else { return true }
                guard self.most == 0 || count < self.most else {
                    isCut = true
                    return false
                }
                count += 1
                try self.output.show(
                    json: { try json.line(entry, place) },
                    page: { LogEntryPage(entry: entry, policies: builtIn, filter: filter).write(to: &$0) }
                )
                return true
            }
        }
        guard self.output.isPage else { return }
        if count == 0 { Output.complain(Language.said("没有符合条件的条目", "no entry is like that")) }
        if isCut {
            Output.complain(Language.said("还有更多条目；见 --most", "there are more entries; see --most"))
        }
    }
}
