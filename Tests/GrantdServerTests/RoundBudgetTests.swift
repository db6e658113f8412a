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
        for _ in 0..<100 { round.spend(99) }
        #expect(!round.isSpent)
        round.spend(400)
        #expect(!round.isSpent)
        round.spend(400)
        #expect(round.isSpent)
        round.begin()
        #expect(!round.isSpent)
    }
}
