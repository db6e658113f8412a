//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdDecisionLog
internal import GrantdInterview

/// `grantctl log erase DIR --subject CODE`: takes out of a log what it tells of an applicant.
struct LogEraseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: Language.said("从日志中擦除某申请单位的内容。", "Take out of a log what it tells of an applicant."),
        discussion: Language.said(
            """
            凡请求或答复中出现该统一社会信用代码的条目，其请求、答复与编号均擦除，只留下以随机盐值计算、无从猜测的哈希，\
            因此哈希链仍然成立，但这些条目不能再重算。一次批量调用中有该单位，则整条擦除。

            服务运行时，正在写入的文件不动；若其中有该单位，会说明条数，退出码为 1。发送 SIGHUP 使服务另起一个文件后再次运行即可。
            """,
            """
            Every entry whose request or reply has the unified social credit code loses request, reply and id. What stays is a \
            hash with a random salt that is gone, too, so that nobody can guess: the chain holds still, and the entry cannot be \
            replayed any more. Of a batch that has the applicant the whole entry goes.

            Beside a daemon the file that it is writing is left. Where it has the applicant, that is said, and the exit code is \
            1: send the daemon SIGHUP, so that it begins another file, and run this again.
            """
        )
    )

    @OptionGroup var output: OutputOptions

    @Option(
        help: .said(
            "申请单位的统一社会信用代码，18 位。",
            "The applicant's unified social credit code, 18 characters.",
            valueName: "code"
        )
    )
    var subject: String

    @Argument(help: .said("日志目录。", "The directory of the log.", valueName: "directory"))
    var directory: String

    func validate() throws {
        // Whatever is shorter might stand anywhere.
        guard self.subject.utf8.count == 18, self.subject.utf8.allSatisfy({ (0x30...0x5A).contains($0) }) else {
            throw ValidationError(
                Language.said(
                    "--subject 须为 18 位统一社会信用代码",
                    "--subject takes a unified social credit code of 18 characters"
                )
            )
        }
    }

    func run() throws {
        let progress = LogProgress("已处理", "looked through:")
        defer { progress.end() }
        let erasure = LogErasure(directory: self.directory, code: self.subject) { progress.show($0, of: $1) }
        let result: LogErasure.Result
        do throws(DecisionLogFault) {
            result = try erasure.run()
        } catch {
            throw RunFailure(error)
        }
        progress.end()
        try self.output.show(json: { Self.json(result) }, page: { Self.write(result, to: &$0) })
        if result.left > 0 { throw RunFailure.told(ExitCode(1)) }
    }

    private static func json(_ result: LogErasure.Result) -> [UInt8] {
        let members = [
            #""erased":"\#(result.erased)""#, #""segments":\#(result.segments)"#, #""left":"\#(result.left)""#,
            #""torn_ends_deleted":\#(result.torn)"#,
        ]
        return Array("{\(members.joined(separator: ","))}\n".utf8)
    }

    private static func write(_ result: LogErasure.Result, to page: inout Page) {
        let language = page.language
        let (entries, files) = (Money.grouped(result.erased), Money.grouped(result.segments))
        page.line(
            language(
                "已擦除 \(entries) 条，涉及 \(files) 个文件",
                "\(entries) \(result.erased == 1 ? "entry" : "entries") erased, in \(files) "
                    + (result.segments == 1 ? "file" : "files")
            ),
            .good
        )
        if result.torn > 0 {
            let torn = Money.grouped(result.torn)
            page.line(
                language(
                    "另删除 \(torn) 个残缺末尾的留存文件",
                    "\(torn) kept \(result.torn == 1 ? "end" : "ends") of torn files deleted"
                )
            )
        }
        if result.left > 0 {
            let left = Money.grouped(result.left)
            page.line(
                language(
                    "服务正在写入的文件中还有 \(left) 条：请向服务发送 SIGHUP，再运行一次",
                    "\(left) more in the file that a daemon is writing: send it SIGHUP, and run this again"
                ),
                .bad
            )
        }
    }
}
