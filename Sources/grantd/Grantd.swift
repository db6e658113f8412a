//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdServer
internal import GrantdWire
internal import ProcessArguments

/// The daemon's command line.
@main
struct Grantd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grantd",
        abstract: "Answers whether an applicant may have a measure's support, how much, and under which clause.",
        version: "grantd \(GrantdVersion.current)",
        subcommands: [Serve.self],
        defaultSubcommand: Serve.self
    )

    static func main() async {
        // Before any thread is started.
        if let problem = AddressSpaceLimit.problem(threads: 1) {
            StandardStream.writeError("grantd: \(problem)")
            Glibc.exit(EXIT_FAILURE)
        }
        // Before anything else is opened: a socket with the number of standard output would be sent log lines.
        guard StandardStream.occupyClosed() else { Glibc.exit(EXIT_FAILURE) }
        do {
            // Here and not on the runtime's threads, which want /proc for themselves.
            var command = try Self.parseAsRoot(ProcessArguments.all)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            Self.exit(withError: error)
        }
    }
}
