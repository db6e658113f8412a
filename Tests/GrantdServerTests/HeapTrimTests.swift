//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Testing

@testable internal import GrantdServer

struct HeapTrimTests {
    @Test("memory is given back where much less is held than before, once")
    func fallen() {
        var memory = HeapTrim()
        memory.hold(200 << 20)
        memory.hold(190 << 20)
        var answers = [190, 100, 100, 0].map { memory.isWorthwhile(held: $0 << 20) }
        memory.hold(1 << 20)
        answers.append(memory.isWorthwhile(held: 0))
        #expect(answers == [false, true, false, true, false])
        HeapTrim.trim()
    }
}
