//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdPolicy

/// `grantctl policy check FILE…`: every problem of the files, with its place.
struct PolicyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: Language.said(
            "逐一指出政策文件的问题，注明文件、行、列。",
            "Print every problem of policy files, with file, line and column."
        ),
        discussion: Language.said("没有问题则退出码为 0，否则为 65。", "Exits with 0 where there is none, 65 otherwise.")
    )

    @Argument(help: .said("政策文件。", "The policy files.", valueName: "file"))
    var files: [String]

    func run() throws {
        let report = PolicyChecker.check(paths: self.files)
        try Output.write(report.text + "\n")
        guard report.isClean else { throw RunFailure.told(ExitCode(65)) }
    }
}
