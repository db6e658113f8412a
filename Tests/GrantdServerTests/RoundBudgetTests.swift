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
        for _ in 0..<100 { #expect(!round.spend(99)) }
        #expect(!round.isSpent)
        #expect(round.spend(400))
        #expect(!round.isSpent)
        #expect(!round.spend(400))
        #expect(round.isSpent)
        round.end()
        #expect(!round.isSpent)
        #expect(round.spend(800) && round.isSpent)
    }
}
