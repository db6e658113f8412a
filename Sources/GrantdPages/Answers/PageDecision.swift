//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A call that a page has made to say what it says: who logs decisions logs it like any other.
package struct PageDecision {
    package typealias Observer = (PageDecision) -> Void

    package enum Kind: Sendable {
        /// `Calculator/Evaluate`
        case evaluate
        /// `Calculator/Screen`
        case screen
    }

    package let kind: Kind
    /// Messages as protobuf, good for as long as the observer is told.
    package let request: UnsafeRawBufferPointer
    package let reply: UnsafeRawBufferPointer
}
