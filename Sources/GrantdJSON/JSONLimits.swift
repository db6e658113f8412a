//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a text may hold at most; beyond that it is refused, not read to its end.
package struct JSONLimits: Sendable {
    /// Of the text, in bytes, space included.
    package var text = 64 << 20
    /// Of the message that is made of it, in bytes.
    package var message = 4 << 20
    /// Of one list.
    package var listEntries = 10_000
    /// Of all lists together. An entry may take two bytes on the wire and hundreds as a message, so that the bytes alone bound
    /// nothing.
    package var entries = 100_000

    package init() {}
}
