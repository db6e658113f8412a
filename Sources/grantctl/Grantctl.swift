//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import ProcessArguments

/// The command-line tool.
@main
struct Grantctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grantctl",
        abstract: "Asks grantd what support an applicant may have, and checks policy files.",
        discussion: """
            Exit codes: 0 everything asked was assessed, whatever the outcome; 65 bad input; 69 the daemon cannot be \
            reached; 64 usage; 1 anything else.
            """,
        version: "grantctl \(Version.current)",
        subcommands: [
            EvaluateCommand.self, ScreenCommand.self, MeasuresCommand.self, DescribeCommand.self, DocumentsCommand.self,
            AuctionCommand.self, HealthCommand.self, BenchCommand.self, PolicyCommand.self,
        ]
    )

    static func main() async {
        // A reader that has gone shows as an error of the write, not as the end of the process.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try Self.parseAsRoot(ProcessArguments.all)
            if var command = command as? any AsyncParsableCommand {
                if let problem = ProcFilesystem.problem { throw RunFailure.other(problem) }
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as RunFailure {
            if let message = failure.message { Output.complain(message) }
            Self.exit(withError: failure.exitCode)
        } catch is Output.Closed {
            Self.exit(withError: ExitCode.failure)
        } catch {
            Self.exit(withError: error)
        }
    }
}
