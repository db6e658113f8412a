//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import Testing

@testable internal import GrantdServer

@Suite
struct StatisticsTests {
    private let evaluate = CallSubject(.frames, .evaluate)

    @Test("what several event loops counted adds up, by transport, method, number and caller")
    func sum() throws {
        var first = ServerStatistics()
        var second = ServerStatistics()
        let named = CallSubject(.http, .screen, caller: Caller.Number(rawValue: 3))
        for _ in 0..<99 { first.calls.callsAnswered(1, of: self.evaluate, afterNanoseconds: 1000) }
        second.calls.callsAnswered(3, of: named, afterNanoseconds: 5_000_000)
        second.calls.callFailed(named, code: 1003)
        second.calls.callFailed(named, code: 1003)
        second.calls.callFailed(named, code: 77)
        second.connectionClosed(.stalled)
        first.add(second)
        #expect(first.calls.calls == 102)
        #expect(first.calls.errors(code: 1003) == 2)
        #expect(first.calls.errors(code: 2001) == 1)
        #expect(first.calls.errors(code: 1001) == 0)
        #expect(first.calls.calls(of: Caller.Number(rawValue: 3)) == 3)
        #expect(first.calls.calls(of: Caller.Number(rawValue: 4)) == 0)
        #expect(first.closed(.stalled) == 1)
        #expect(first.details.map(\.name) == ["error-1003", "error-2001", "closed-stalled"])
        let median = first.calls.latency(percentile: 50) ?? 0
        let high = first.calls.latency(percentile: 99.9) ?? 0
        #expect((970...1030).contains(median))
        #expect((4_850_000...5_150_000).contains(high))
        let tallies = first.calls.tallies
        #expect(tallies.map(\.method) == [.evaluate, .screen])
        #expect(tallies.map(\.transport) == [.frames, .http])
        #expect(tallies.map(\.calls) == [99, 3])
        #expect(tallies.map(\.nanoseconds) == [99_000, 15_000_000])
        #expect(tallies.first?.calls(belowPower: 9) == 0)
        #expect(tallies.first?.calls(belowPower: 10) == 99)
        let errors = try #require(tallies.last?.errors)
        #expect(errors.map(\.code) == [1003, 2001] && errors.map(\.count) == [2, 1])
    }

    @Test("the counts only go on; each who looks now and then sees what came in between")
    func since() {
        var statistics = CallStatistics()
        statistics.callsAnswered(1, of: self.evaluate, afterNanoseconds: 1_000_000)
        let first = statistics
        statistics.callsAnswered(2, of: self.evaluate, afterNanoseconds: 1000)
        statistics.callsAnswered(1, of: CallSubject(.frames, nil), afterNanoseconds: 1000)
        let second = statistics
        #expect(second.calls == 4)
        #expect(second.since(first).calls == 3)
        #expect(second.since(first).latency(percentile: 100).map { $0 < 1100 } == true)
        #expect(second.since(second).latency(percentile: 50) == nil)
        #expect(statistics.latency(percentile: 100).map { $0 > 900_000 } == true)
    }

    @Test("no latency is beyond what can be counted", arguments: [-1, 0, 1, 31, 32, 33, Int64.max] as [Int64])
    func extremes(nanoseconds: Int64) {
        var statistics = CallStatistics()
        statistics.callsAnswered(1, of: self.evaluate, afterNanoseconds: nanoseconds)
        #expect(statistics.calls == 1)
        #expect(statistics.latency(percentile: 100) != nil)
    }

    @Test("a latency is known to 3 % of itself, and powers of two bound the buckets", arguments: 5..<36)
    func scale(power: Int) throws {
        for value in [1 << power, 1 << power + 1, 3 << (power - 1), 2 << power - 1] as [Int64] {
            var statistics = CallStatistics()
            statistics.callsAnswered(1, of: self.evaluate, afterNanoseconds: value)
            let known = Double(try #require(statistics.latency(percentile: 50)))
            #expect(abs(known - Double(value)) <= 0.032 * Double(value), "\(value)")
            let tally = try #require(statistics.tallies.first)
            #expect(tally.calls(belowPower: power) == 0, "\(value)")
            #expect(tally.calls(belowPower: power + 1) == 1, "\(value)")
        }
    }
}
