//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import GrantdPolicy

/// A fixed number of evaluations, for a profiler or an instruction counter to stand around.
struct RepeatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repeat",
        abstract: "Evaluates one sample a fixed number of times."
    )

    @Argument(help: "typical, awarded, awards, largest, deals, undetermined, explained, batch or screen.")
    var sample: String

    @Argument(help: "How many times.")
    var times: Int

    func run() throws {
        guard let sample = Sample(rawValue: self.sample) else {
            throw ValidationError(
                "no sample '\(self.sample)': \(Sample.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        let evaluation = try Evaluation(sample, policies: PolicySet.builtIn())
        for _ in 0..<self.times { _ = try evaluation.run() }
    }
}
