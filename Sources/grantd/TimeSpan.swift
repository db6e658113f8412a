//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser

/// A time as it is typed: `90s`, `15m`, `12h`, `400d`; without a unit, seconds.
struct TimeSpan: ExpressibleByArgument, Equatable, CustomStringConvertible {
    let seconds: Int64

    private static let units: [(name: String, seconds: Int64)] = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)]

    init(seconds: Int64) {
        self.seconds = seconds
    }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        let unit = argument.dropFirst(digits.count)
        guard let number = Int64(digits),
            let seconds = unit.isEmpty ? 1 : Self.units.first(where: { $0.name == unit })?.seconds,
            number <= 1_000_000_000_000 / seconds
        else { return nil }
        self.seconds = number * seconds
    }

    var description: String {
        for (name, seconds) in Self.units.reversed() where self.seconds > 0 && self.seconds % seconds == 0 {
            return "\(self.seconds / seconds)\(name)"
        }
        return "\(self.seconds)"
    }

    var defaultValueDescription: String { self.description }
}
