//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdServer

@Suite
struct StatisticsTests {
    @Test("what several event loops counted adds up")
    func sum() {
        var first = ServerStatistics()
        var second = ServerStatistics()
        for _ in 0..<99 { first.callsAnswered(1, afterNanoseconds: 1000) }
        second.callsAnswered(1, afterNanoseconds: 5_000_000)
        second.callFailed(code: 1003)
        second.callFailed(code: 1003)
        second.callFailed(code: 77)
        second.connectionClosed(.stalled)
        first.add(second)
        #expect(first.calls == 100)
        #expect(first.errors(code: 1003) == 2)
        #expect(first.errors(code: 2001) == 1)
        #expect(first.errors(code: 1001) == 0)
        #expect(first.closed(.stalled) == 1)
        #expect(first.details.map(\.name) == ["error-1003", "error-2001", "closed-stalled"])
        let median = first.latency(percentile: 50) ?? 0
        let high = first.latency(percentile: 99.9) ?? 0
        #expect((990...1100).contains(median))
        #expect((4_900_000...5_100_000).contains(high))
    }

    @Test("the latencies begin anew at each snapshot, the counts go on")
    func snapshot() {
        var statistics = ServerStatistics()
        statistics.callsAnswered(1, afterNanoseconds: 1000)
        #expect(statistics.takeSnapshot().latency(percentile: 50) != nil)
        #expect(statistics.latency(percentile: 50) == nil)
        #expect(statistics.calls == 1)
    }

    @Test("no latency is beyond what can be counted", arguments: [-1, 0, Int64.max] as [Int64])
    func extremes(nanoseconds: Int64) {
        var statistics = ServerStatistics()
        statistics.callsAnswered(1, afterNanoseconds: nanoseconds)
        #expect(statistics.calls == 1)
        #expect(statistics.latency(percentile: 100) != nil)
    }
}
