//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Where calls are interrupted, by two bytes of the input.
struct Interruption {
    /// How far a reading of the clock moves it: from a slice for each reading to twenty readings in a slice.
    let nanosecondsOfReading: Int64
    /// After how many slices one of the callers waits no longer.
    let slices: Int
    /// Whether that caller's time is over then; else it goes away.
    let isByTime: Bool
    /// Applications, or rows, of a step.
    let unitsOfStep: Int

    init(_ first: UInt8, _ second: UInt8) {
        self.nanosecondsOfReading = [20_000_000, 1_000_000, 300_000, 50_000][Int(first & 3)]
        self.isByTime = first & 4 != 0
        self.unitsOfStep = 1 + Int(first >> 3)
        self.slices = 1 + Int(second)
    }
}
