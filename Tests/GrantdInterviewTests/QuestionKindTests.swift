//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdInterview
import Testing

@Suite("Kinds of questions")
struct QuestionKindTests {
    @Test func numbersOfDifferentUnitsAreDifferentQuestions() {
        #expect(QuestionKind.number(unit: "m2") != QuestionKind.number(unit: "kwh"))
    }
}
