//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser
internal import Glibc
internal import GrantdDecisionLog
internal import GrantdEngine
internal import GrantdPolicy
internal import GrantdService

/// The log of decisions alone, in process: what a call costs whoever records it, what it costs the log's own threads, and how
/// fast all of it is replayed.
struct DecisionLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Logs calls, then replays them; prints nanoseconds a call and decisions a second."
    )

    @Option(help: "How many calls are logged.")
    var calls = 1_000_000

    @Option(help: "The sample that is asked over and over: typical, awarded, …; by default all worked cases in turn.")
    var sample: Sample?

    @Option(help: "Where the log is written; what is there goes on.")
    var directory: String

    func run() throws {
        let policies = CompiledPolicies(try PolicySet.builtIn())
        try self.write(policies)
        let recorded = RecordedPolicies(candidates: [policies.policies])
        let replay = LogReplay(recorded)
        let began = (wall: Self.seconds(CLOCK_MONOTONIC), cpu: Self.seconds(CLOCK_THREAD_CPUTIME_ID))
        try replay.run(LogWalk([self.directory]))
        let wall = Self.seconds(CLOCK_MONOTONIC) - began.wall
        let cpu = Self.seconds(CLOCK_THREAD_CPUTIME_ID) - began.cpu
        let tally = replay.tally
        print(
            "replayed: \(Int(Double(tally.decisions) / wall)) decisions/s on one core, "
                + "\(Self.nanoseconds(cpu, tally.decisions)) ns of CPU a decision; \(tally.differing) of "
                + "\(tally.decisions) differ"
        )
        if tally.differing > 0 || tally.replayed == 0 { throw ExitCode.failure }
    }

    private func write(_ policies: CompiledPolicies) throws {
        let log = try FileDecisionLog(
            DecisionLogSettings(directory: self.directory),
            tokens: TokenSet(),
            policies: policies
        ) { _ in }
        let recorder = log.makeRecorder()
        let answered: AnsweredCalls
        if let sample = self.sample {
            answered = try AnsweredCalls.of(sample, policies)
        } else {
            answered = try AnsweredCalls.ofWorkedCases(policies)
        }
        let began = (own: Self.seconds(CLOCK_THREAD_CPUTIME_ID), all: Self.seconds(CLOCK_PROCESS_CPUTIME_ID))
        var left = self.calls
        while left > 0 {
            for decision in answered.decisions.prefix(left) {
                _ = recorder.waitForRoom(while: { true })
                _ = recorder.record(decision)
            }
            left -= min(left, answered.decisions.count)
        }
        let own = Self.seconds(CLOCK_THREAD_CPUTIME_ID) - began.own
        log.close()
        let all = Self.seconds(CLOCK_PROCESS_CPUTIME_ID) - began.all
        print(
            "logged \(answered.decisions.count) calls in turn: "
                + "\(Self.nanoseconds(own, UInt64(self.calls))) ns of CPU a call where it is answered, "
                + "\(Self.nanoseconds(all - own, UInt64(self.calls))) ns on the log's threads; "
                + "\(log.status.bytes / UInt64(max(1, self.calls))) bytes a call"
        )
    }

    private static func nanoseconds(_ seconds: Double, _ calls: UInt64) -> Int {
        Int((seconds * 1e9 / Double(max(1, calls))).rounded())
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension Sample: ExpressibleByArgument {}
