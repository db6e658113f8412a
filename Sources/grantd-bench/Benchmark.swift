//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import ProcessArguments

/// The peer and the in-process measurements behind `scripts/bench.sh` and the limits of continuous integration.
///
/// Synchronous throughout: an asynchronous entry point gives the main thread away, which instruction counters do not bear.
@main
struct Benchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grantd-bench",
        abstract: """
            Measures grantd: a plain echo server to compare with, evaluation, the book of awards and the log of decisions in process.
            """,
        subcommands: [
            BookCommand.self, ColumnsCommand.self, DecisionLogCommand.self, EchoCommand.self, EvaluateCommand.self,
            RepeatCommand.self,
        ]
    )

    static func main() { Self.main(ProcessArguments.all) }
}
