//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdInterview
internal import GrantdPolicy

/// `grantctl policy check PATH…`: every problem of the files, with its place.
struct PolicyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: Language.said(
            "逐一指出政策文件的问题，注明文件、行、列。",
            "Print every problem of policy files, with file, line and column."
        ),
        discussion: Language.said(
            """
            没有错误则退出码为 0，否则为 65。仅有警告不算错误，除非加 --strict。

            加 --against 则与旧文件比较：旧文件的客户端会误读之处（编号改用、类型更改、删去而未列入 reserved）均为错误。
            """,
            """
            Exits with 0 where there is no error, 65 otherwise. Warnings alone are no errors, unless --strict is given.

            With --against, what clients made from earlier files would misread is an error: a number that is used otherwise, \
            a type that changed, a fact or a measure that is gone and whose number is not reserved.
            """
        )
    )

    @OptionGroup var words: LanguageOptions

    @Argument(
        help: .said(
            "政策文件、工作日历、文件名录，或含有它们的目录（*.yaml）。",
            "Policy files, working calendars, registers of documents, or directories of them (*.yaml).",
            valueName: "path"
        )
    )
    var paths: [String]

    @Option(
        help: .said(
            "旧的政策文件、目录或 built-in，可重复。",
            "Earlier policy files: a file, a directory, or built-in; may be repeated.",
            valueName: "old"
        )
    )
    var against: [String] = []

    @Flag(help: .said("警告也算错误。", "Take warnings for errors."))
    var strict = false

    func run() throws {
        let report = PolicyChecker.check(paths: self.paths, against: try self.earlierNumbers())
        guard !report.diagnostics.list.isEmpty || !report.programmes.isEmpty || !report.references.isEmpty else {
            throw RunFailure.usage(
                Language.said("其中没有政策文件，只有用例", "there is no policy file among them, only cases")
            )
        }
        try Output.write(report.text(in: Language.spoken.ofPolicies).printableLines + "\n")
        guard report.isClean(strict: self.strict) else { throw RunFailure.told(ExitCode(65)) }
    }

    /// The numbers that clients of the earlier files know.
    private func earlierNumbers() throws -> ContractLedger {
        let builtIn = BuiltInFiles.embedded
        let ids = Set(builtIn.programmes)
        let paths = self.against.filter { $0 != "built-in" }
        let earlier = PolicyFiles(paths: paths)
        var files = earlier.programmes
        if paths.count < self.against.count { files += builtIn.policies }
        // Two earlier calendars or registers are no matter here.
        var diagnostics = earlier.diagnostics.filter { $0.code != .duplicateID }
        var ledger = ContractLedger()
        for file in files {
            switch FactsSchema.read(file, builtIn: ids) {
            case .success(let schema): ledger.add(schema)
            case .failure(let failure): diagnostics += failure.list
            }
        }
        guard diagnostics.isEmpty else { throw RunFailure(PolicyDiagnostics(diagnostics)) }
        return ledger
    }
}
