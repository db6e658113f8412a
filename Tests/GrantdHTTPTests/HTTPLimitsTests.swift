//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdHTTP
import Testing

@Suite("Limits of HTTP")
struct HTTPLimitsTests {
    @Test func aHeadIsBounded() {
        #expect(HTTPLimits().headBytes < 64 << 10)
    }
}
