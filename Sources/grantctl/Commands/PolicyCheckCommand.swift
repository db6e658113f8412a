//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
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
            "没有错误则退出码为 0，否则为 65。仅有警告不算错误，除非加 --strict。",
            "Exits with 0 where there is no error, 65 otherwise. Warnings alone are no errors, unless --strict is given."
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

    @Flag(help: .said("警告也算错误。", "Take warnings for errors."))
    var strict = false

    func run() throws {
        let report = PolicyChecker.check(paths: self.paths)
        guard !report.diagnostics.isEmpty || !report.programmes.isEmpty || !report.references.isEmpty else {
            throw RunFailure.usage(
                Language.said("其中没有政策文件，只有用例", "there is no policy file among them, only cases")
            )
        }
        try Output.write(report.text(in: Language.spoken.ofPolicies).printableLines + "\n")
        guard report.isClean(strict: self.strict) else { throw RunFailure.told(ExitCode(65)) }
    }
}
