//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import GrantdServer

@Suite("What a round's connections take of the loop together")
struct RoundBudgetTests {
    @Test("long trains spend it, short ones do not, and each round has it anew")
    func spend() {
        var round = RoundBudget(nanoseconds: 800)
        var firsts: [Bool] = []
        for _ in 0..<100 { firsts.append(round.spend(99)) }
        #expect(!firsts.contains(true) && !round.isSpent)
        firsts = [round.spend(400)]
        #expect(!round.isSpent)
        firsts.append(round.spend(400))
        #expect(firsts == [true, false] && round.isSpent)
        round.end()
        #expect(!round.isSpent)
        let isFirst = round.spend(800)
        #expect(isFirst && round.isSpent)
    }
}
