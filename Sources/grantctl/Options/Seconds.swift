//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser

/// A length of time as it is typed: seconds, with a fraction if need be.
struct Seconds: ExpressibleByArgument, Equatable {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    /// From a thousandth of a second to a day.
    init?(argument: String) {
        guard let seconds = Double(argument), (0.001...86_400).contains(seconds) else { return nil }
        self.duration = .milliseconds(Int64((seconds * 1000).rounded()))
    }

    var defaultValueDescription: String {
        let (seconds, attoseconds) = self.duration.components
        return attoseconds == 0 ? "\(seconds)" : "\(Double(seconds) + Double(attoseconds) / 1e18)"
    }
}
