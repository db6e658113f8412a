//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Where an answer is not what a case expects.
package struct CaseDifference: Sendable, Hashable {
    /// The place in the expectation: `outcome`, `lines.listing`, `caps.subject.used_fen`.
    package let path: String
    /// As JSON.
    package let expected: String
    /// As JSON; `nil` where it is not set.
    package let got: String?

    package init(path: String, expected: String, got: String?) {
        self.path = path
        self.expected = expected
        self.got = got
    }
}
