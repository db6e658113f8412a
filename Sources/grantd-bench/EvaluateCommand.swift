//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import CAllocationCounter
internal import GrantdPolicy

/// Time and heap allocations of an evaluation in process: decode, evaluate, encode.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Prints nanoseconds and heap allocations an evaluation, sample by sample."
    )

    @Option(help: "How long each sample is measured, in milliseconds.")
    var milliseconds = 1_000

    @Option(help: "Fail where a sample allocates more often than this file allows.")
    var thresholds: String?

    func run() throws {
        let policies = try PolicySet.builtIn()
        let allowed = try self.thresholds.map(AllocationThresholds.init(path:))
        var exceeded = false
        var measured: [Sample: Double] = [:]
        print("sample         ns/application   bytes out   allocations/call")
        for sample in Sample.allCases {
            let evaluation = try Evaluation(sample, policies: policies)
            var bytes = 0
            for _ in 0..<max(1, 2_000 / sample.applications) { bytes = try evaluation.run() }

            let rounds = max(1, 2_000 / sample.applications)
            let before = allocation_counter_total()
            for _ in 0..<rounds { _ = try evaluation.run() }
            let allocations = Double(allocation_counter_total() - before) / Double(rounds)

            let nanoseconds = try self.measure(evaluation) / Double(sample.applications)
            measured[sample] = nanoseconds
            let columns = [
                sample.rawValue.padded(to: 14),
                String(Int(nanoseconds.rounded())).aligned(to: 15),
                String(bytes).aligned(to: 12),
                String((allocations * 100).rounded() / 100).aligned(to: 19),
            ]
            print(columns.joined())
            if let limit = allowed?.limit(sample), allocations > limit {
                print("  \(sample.rawValue): more than the \(limit) allocations a call that are allowed")
                exceeded = true
            }
        }
        for sample in Sample.allCases {
            guard let whole = measured[sample], let rest = sample.withoutList.flatMap({ measured[$0] }) else {
                continue
            }
            print("an entry of \(sample.rawValue): \(Int(((whole - rest) / 1_000).rounded())) ns")
        }
        if exceeded { throw ExitCode.failure }
    }

    /// The fastest of several runs, nanoseconds a call: what is slower was disturbed from outside.
    private func measure(_ evaluation: Evaluation) throws -> Double {
        let clock = ContinuousClock()
        let end = clock.now + .milliseconds(self.milliseconds)
        var best = Double.infinity
        var calls = 1
        while clock.now < end {
            let elapsed = try clock.measure { for _ in 0..<calls { _ = try evaluation.run() } }
            let nanoseconds = Double(elapsed.components.attoseconds) / 1e9 + Double(elapsed.components.seconds) * 1e9
            best = min(best, nanoseconds / Double(calls))
            // Long enough that reading the clock does not count.
            if nanoseconds < 20_000_000 { calls *= 2 }
        }
        return best
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - self.count))
    }

    fileprivate func aligned(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - self.count)) + self
    }
}
