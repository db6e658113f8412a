//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdPolicy
import GrantdWire
import Testing

struct StatusNameTests {
    /// The engine and the framing each name the numbers; a client must not see two names for one.
    @Test(arguments: StatusCode.allCases)
    func bothTablesAgree(code: StatusCode) {
        #expect(CallError(code: code.rawValue, message: "").status == code.statusName)
    }
}
