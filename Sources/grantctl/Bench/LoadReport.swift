//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Histogram

/// The figures of a load, as they are printed.
struct LoadReport: Sendable, Encodable {
    struct Latency: Sendable, Encodable {
        let p50: Double
        let p99: Double
        let p999: Double
        let max: Double
    }

    let seconds: Double
    let calls: Int
    let callsPerSecond: Double
    let applicationsPerSecond: Double
    /// Microseconds.
    let latencyMicroseconds: Latency
    /// Replies by error number.
    let errors: [String: Int]

    private enum CodingKeys: String, CodingKey {
        case seconds, calls
        case callsPerSecond = "calls_per_second"
        case applicationsPerSecond = "applications_per_second"
        case latencyMicroseconds = "latency_microseconds"
        case errors
    }

    init(tally: LoadTally, seconds: Double, applicationsPerCall: Int) {
        func microseconds(_ percentile: Double) -> Double {
            (Double(tally.latency.valueAtPercentile(percentile)) / 100).rounded() / 10
        }
        self.seconds = (seconds * 1000).rounded() / 1000
        self.calls = tally.calls
        self.callsPerSecond = seconds > 0 ? (Double(tally.calls) / seconds).rounded() : 0
        self.applicationsPerSecond = (self.callsPerSecond * Double(applicationsPerCall)).rounded()
        self.latencyMicroseconds = Latency(
            p50: microseconds(50),
            p99: microseconds(99),
            p999: microseconds(99.9),
            max: microseconds(100)
        )
        self.errors = Dictionary(uniqueKeysWithValues: tally.errors.map { (String($0.key), $0.value) })
    }
}
