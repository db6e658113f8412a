//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What is wrong with bytes that a peer sent.
package struct WireFault: Error, Hashable, Sendable {
    /// Which of the framing's errors it is.
    package enum Kind: Sendable, Hashable {
        /// The bytes are no message, or hold a value that no message may hold: 1003.
        case malformed
        /// More than a limit allows: 2004.
        case overLimit
    }

    package let kind: Kind
    /// The place, relative to the application where there is one: `prior_awards[0].measure`. Empty where the bytes do not
    /// decode.
    package let field: String
    /// What is wrong and what would be right. Holds nothing of what was sent.
    package let message: String

    package init(kind: Kind, field: String, message: String) {
        self.kind = kind
        self.field = field
        self.message = message
    }

    /// The framing's error number: 1003 or 2004.
    package var code: Int32 {
        switch self.kind {
        case .malformed: 1003
        case .overLimit: 2004
        }
    }
}
