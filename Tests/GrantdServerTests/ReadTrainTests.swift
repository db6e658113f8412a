//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import Testing

@testable internal import GrantdServer

@Suite("Reads that follow each other have one turn")
struct ReadTrainTests {
    private static func time(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    @Test("reads in a row belong to the first of them")
    func inARow() {
        var train = ReadTrain(now: Self.time(0))
        var now: Int64 = 1_000_000
        for _ in 0..<100 {
            train.readBegins(now: Self.time(now))
            #expect(train.began == Self.time(1_000_000))
            train.readEnds(now: Self.time(now + 90_000))
            now += 90_000 + ReadTrain.pause
        }
    }

    @Test("after a pause a train begins, and a turn with each turn")
    func pauses() {
        var train = ReadTrain(now: Self.time(0))
        train.readBegins(now: Self.time(ReadTrain.pause))
        #expect(train.began == Self.time(0))
        train.readEnds(now: Self.time(50_000))
        train.readBegins(now: Self.time(50_001 + ReadTrain.pause))
        #expect(train.began == Self.time(50_001 + ReadTrain.pause))
        train.turnBegins(now: Self.time(80_000))
        #expect(train.began == Self.time(80_000))
        train.readEnds(now: Self.time(90_000))
        train.readBegins(now: Self.time(90_001))
        #expect(train.began == Self.time(80_000))
    }
}
