//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdCases
internal import GrantdInterview
internal import GrantdPolicy
internal import GrantdSchema

/// `grantctl policy test PATH…`: runs the cases beside policy files, in this process.
struct PolicyTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: Language.said(
            "运行政策文件旁的用例，逐字段列出不符之处。",
            "Run the cases beside policy files, and show field by field what differs."
        ),
        discussion: Language.said(
            """
            用例写在政策文件旁：NAME.cases.jsonl（每行一个）或 NAME.cases.yaml（清单），每个用例含 id、request、expect、why。所给文件替换或加入内置政策。

            退出码：0 全部相符；1 有不符；65 政策文件或用例文件有误。
            """,
            """
            Cases stand beside a policy file: NAME.cases.jsonl, one a line, or NAME.cases.yaml, a list; each has id, \
            request, expect, why. The files given replace the built-in policies or join them.

            Exits with 0 where all hold, 1 where one does not, 65 where a policy file or a case file is wrong.
            """
        )
    )

    @OptionGroup var output: OutputOptions

    @Option(help: .said("只运行编号含此文字的用例。", "Run only cases whose id holds this text.", valueName: "text"))
    var filter: String?

    @Argument(
        help: .said("政策文件、用例文件或目录。", "Policy files, case files or directories.", valueName: "path")
    )
    var paths: [String]

    func run() throws {
        let paths = try CasePaths(self.paths)
        let policies: PolicySet
        do throws(PolicyDiagnostics) {
            policies = try PolicySet.builtIn(with: PolicyFiles(paths: paths.policies))
        } catch {
            throw RunFailure(error)
        }
        let requests = try PolicyRequests(DescriptorSet(policies.schema))
        guard !paths.cases.isEmpty else {
            throw RunFailure.badInput(
                Language.said(
                    "没有用例；用例写在政策文件旁的 NAME.cases.jsonl 或 NAME.cases.yaml 中",
                    "there are no cases; they stand beside a policy file, in NAME.cases.jsonl or NAME.cases.yaml"
                )
            )
        }
        let files = try Self.read(paths.cases, requests)
        let run = CaseRun(PolicyCaseRunner(policies: policies, encode: requests.encode), files, filter: self.filter)
        if !run.malformed.isEmpty { throw RunFailure(run.malformed) }
        guard run.count > 0 || self.filter == nil else {
            throw RunFailure.usage(
                Language.said(
                    "没有编号含“\(self.filter ?? "")”的用例",
                    "no case has an id that holds \"\(self.filter ?? "")\""
                )
            )
        }
        try self.output.show(json: { run.json }, page: { CaseRunPage(run: run).write(to: &$0) })
        if run.hasFailures { throw RunFailure.told(ExitCode(1)) }
    }

    private static func read(_ paths: [String], _ requests: PolicyRequests) throws -> [PolicyCaseFile] {
        var diagnostics: [CaseDiagnostic] = []
        var files: [PolicyCaseFile] = []
        for path in paths {
            let bytes = try Input(path).readAll()
            do throws(CaseDiagnostics) {
                files.append(try PolicyCaseFile(name: path, bytes: bytes, fields: requests.fields))
            } catch {
                diagnostics += error.list
            }
        }
        guard diagnostics.isEmpty else { throw RunFailure(diagnostics) }
        return files
    }
}
