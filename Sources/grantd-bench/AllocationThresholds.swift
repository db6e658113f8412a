//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import FoundationEssentials

/// How often each sample may allocate from the heap: a file of lines `sample allocations instructions`.
///
/// The third column is read by `scripts/check-performance.sh`.
struct AllocationThresholds {
    private let limits: [String: Double]

    init(path: String) throws {
        var limits: [String: Double] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("#")
        {
            let columns = line.split(separator: " ", omittingEmptySubsequences: true)
            guard columns.count >= 2, let limit = Double(columns[1]) else { continue }
            limits[String(columns[0])] = limit
        }
        self.limits = limits
    }

    func limit(_ sample: Sample) -> Double? { self.limits[sample.rawValue] }
}
