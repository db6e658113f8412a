//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdEngine
@testable internal import GrantdPolicy

struct FigureTests {
    @Test(
        "a rate is taken exactly and cut off at the fen",
        arguments: [
            (Int64(100_000_001), UInt64(30), UInt64(100), Int64(30_000_000)),
            (1, 1, 3, 0),
            (3, 1, 3, 1),
            (.max, 30, 100, 2_767_011_611_056_432_742),
            (.max, 1, 1, .max),
            (0, 30, 100, 0),
        ]
    )
    func rate(_ base: Int64, _ numerator: UInt64, _ denominator: UInt64, _ expected: Int64) {
        #expect(Figure(base).times(numerator, over: denominator, .downToFen).amount == expected)
    }

    @Test("roundings go where they say")
    func rounding() {
        #expect(Figure(5).times(1, over: 2, .downToFen).amount == 2)
        #expect(Figure(5).times(1, over: 2, .halfUpToFen).amount == 3)
        #expect(Figure(7).times(1, over: 3, .halfUpToFen).amount == 2)
        #expect(Figure(1_999).times(1, over: 1, .downToYuan).amount == 1_900)
        #expect(Figure(1_999).downToYuan().amount == 1_900)
    }

    @Test("beyond 63 bits there is no amount, and a limit brings it back")
    func beyond() {
        let large = Figure(.max).times(.max, over: 1, .downToFen)
        #expect(large.amount == nil)
        #expect(large.exceeds(.max))
        #expect(large.atMost(5).amount == 5)
        let unbounded = large.times(.max, over: 1, .downToFen).times(.max, over: 1, .downToFen)
        #expect(unbounded.amount == nil)
        #expect(unbounded.atMost(7).amount == 7)
        #expect(unbounded.downToYuan().amount == nil)
    }

    @Test("a figure is never negative")
    func negative() {
        #expect(Figure(-5).amount == 0)
        #expect(Figure(-5).atMost(-1).amount == 0)
    }
}
