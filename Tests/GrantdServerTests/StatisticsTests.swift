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
    @Test("what several event loops counted adds up")
    func sum() {
        var first = ServerStatistics()
        var second = ServerStatistics()
        for _ in 0..<99 { first.calls.callsAnswered(1, afterNanoseconds: 1000) }
        second.calls.callsAnswered(1, afterNanoseconds: 5_000_000)
        second.calls.callFailed(code: 1003)
        second.calls.callFailed(code: 1003)
        second.calls.callFailed(code: 77)
        second.connectionClosed(.stalled)
        first.add(second)
        #expect(first.calls.calls == 100)
        #expect(first.calls.errors(code: 1003) == 2)
        #expect(first.calls.errors(code: 2001) == 1)
        #expect(first.calls.errors(code: 1001) == 0)
        #expect(first.closed(.stalled) == 1)
        #expect(first.details.map(\.name) == ["error-1003", "error-2001", "closed-stalled"])
        let median = first.calls.latency(percentile: 50) ?? 0
        let high = first.calls.latency(percentile: 99.9) ?? 0
        #expect((990...1100).contains(median))
        #expect((4_900_000...5_100_000).contains(high))
    }

    @Test("the latencies begin anew at each snapshot, the counts go on")
    func snapshot() {
        var statistics = ServerStatistics()
        statistics.calls.callsAnswered(1, afterNanoseconds: 1000)
        #expect(statistics.takeSnapshot().calls.latency(percentile: 50) != nil)
        #expect(statistics.calls.latency(percentile: 50) == nil)
        #expect(statistics.calls.calls == 1)
    }

    @Test("no latency is beyond what can be counted", arguments: [-1, 0, Int64.max] as [Int64])
    func extremes(nanoseconds: Int64) {
        var statistics = ServerStatistics()
        statistics.calls.callsAnswered(1, afterNanoseconds: nanoseconds)
        #expect(statistics.calls.calls == 1)
        #expect(statistics.calls.latency(percentile: 100) != nil)
    }
}
