//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdEngine
import GrantdWire
import Testing

struct StatusNameTests {
    /// The name that goes out beside each number, and no number without one: `clients/README.md` promises these.
    @Test func numbersAndNames() {
        let expected: [Int32: String] = [
            1001: "UNIMPLEMENTED", 1002: "UNIMPLEMENTED", 1003: "INVALID_ARGUMENT", 1004: "UNAUTHENTICATED",
            1008: "DEADLINE_EXCEEDED", 2001: "INTERNAL", 2003: "UNAVAILABLE", 2004: "RESOURCE_EXHAUSTED",
        ]
        let found = StatusCode.allCases.map { ($0.rawValue, CallError(code: $0.rawValue, message: "").status.rawValue) }
        #expect(Dictionary(uniqueKeysWithValues: found) == expected)
    }
}
