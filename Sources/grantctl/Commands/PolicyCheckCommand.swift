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
        abstract: "Print every problem of policy files, with file, line and column.",
        discussion: "Exits with 0 where there is none, 65 otherwise."
    )

    @Argument(help: ArgumentHelp("The policy files.", valueName: "file"))
    var files: [String]

    func run() throws {
        let report = PolicyChecker.check(paths: self.files)
        try Output.write(report.text + "\n")
        guard report.isClean else { throw RunFailure.told(ExitCode(65)) }
    }
}
