//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview
internal import GrantdPolicy
internal import GrantdSchema

/// `grantctl policy diff OLD NEW`: what changed, and for whom.
struct PolicyDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: Language.said(
            "比较两套政策，并可看对一批申请的影响。",
            "Compare two sets of policies, and what they mean for applications."
        ),
        discussion: Language.said(
            """
            OLD 与 NEW 各为政策文件、目录或 built-in；所给文件替换或加入内置政策，如同由服务载入。

            加 --over 则以两套政策评估每行一份的申请（EvaluateRequest，或 {"request": …}），按措施与条款列出谁增谁减、增减多少、结论的变化与合计。\
            有误的行会指出并计数，其余照常；此时退出码为 65。
            """,
            """
            OLD and NEW are a policy file, a directory, or built-in; files replace the built-in policies or join them, as in \
            a daemon that serves them.

            With --over the applications of a file, one a line (an EvaluateRequest, or {"request": …}), are assessed under \
            both: who gains, who loses, by how much and under which clause, which outcomes change, and totals. Malformed \
            lines are told and counted, and the rest goes on; the exit code is 65 then.
            """
        )
    )

    @OptionGroup var output: OutputOptions

    @Option(
        help: .said(
            "申请，每行一份；- 为标准输入。",
            "Applications, one a line; - is standard input.",
            valueName: "applications.jsonl"
        )
    )
    var over: String?

    @Argument(help: .said("旧的：政策文件、目录或 built-in。", "The old ones: a policy file, a directory, or built-in."))
    var old: String

    @Argument(help: .said("新的：政策文件、目录或 built-in。", "The new ones: a policy file, a directory, or built-in."))
    var new: String

    func run() throws {
        let (old, new) = (try Self.policies(self.old), try Self.policies(self.new))
        guard let over = self.over else {
            let comparison = PolicyComparison(old, new)
            return try self.output.show(
                json: { comparison.json },
                page: { ComparisonPage(comparison: comparison).write(to: &$0) }
            )
        }
        let input = try Input(over)
        let impact = try Impact(
            old: ImpactSide(old, PolicyRequests(DescriptorSet(old.schema))),
            new: ImpactSide(new, PolicyRequests(DescriptorSet(new.schema)))
        )
        let writesLines = !self.output.isPage
        try impact.run(input) { difference in
            if writesLines { try Output.write(difference.json) }
        }
        try self.output.show(
            json: { impact.tally.json },
            page: { ImpactPage(tally: impact.tally, policies: [new, old]).write(to: &$0) }
        )
        if impact.tally.malformed > 0 { throw RunFailure.told(ExitCode(65)) }
    }

    /// What a daemon would serve.
    static func policies(_ path: String) throws -> PolicySet {
        do throws(PolicyDiagnostics) {
            return try path == "built-in" ? .builtIn() : .builtIn(with: PolicyFiles(paths: [path]))
        } catch {
            throw RunFailure(error)
        }
    }
}
