//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A fact inside a list.
struct NestedFact {
    /// The whole path on the wire.
    let path: String
    /// The index of the fact whose question it asks, if there is one.
    let question: Int?
}
