//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import ArgumentParser

/// A number of bytes as it is typed: `512MiB`, `1GiB`, `4096`.
struct ByteCount: ExpressibleByArgument, Equatable, CustomStringConvertible {
    let bytes: UInt64

    private static let units: [(name: String, shift: UInt64)] = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)]

    init(_ bytes: UInt64) {
        self.bytes = bytes
    }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard let number = UInt64(digits) else { return nil }
        let unit = argument.dropFirst(digits.count)
        guard !unit.isEmpty else {
            self.bytes = number
            return
        }
        guard let shift = Self.units.first(where: { $0.name == unit })?.shift, number <= (UInt64.max >> 1) >> shift
        else {
            return nil
        }
        self.bytes = number << shift
    }

    var description: String {
        for (name, shift) in Self.units.reversed() where self.bytes > 0 && self.bytes % (1 << shift) == 0 {
            return "\(self.bytes >> shift)\(name)"
        }
        return "\(self.bytes)"
    }

    var defaultValueDescription: String { self.description }
}
