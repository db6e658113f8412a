//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdPages
import Testing

@Suite("What a browser asks for")
struct PageRequestTests {
    @Test func whatIsOnlyReadHasNoForm() {
        #expect(PageRequest(path: "/").form == nil)
    }
}
