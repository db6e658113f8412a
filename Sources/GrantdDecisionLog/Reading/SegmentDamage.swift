//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What is wrong with a segment.
package struct SegmentDamage: Error, Sendable, Hashable {
    package enum Reason: Sendable, Hashable, CaseIterable {
        /// The file ends inside it.
        case torn
        /// It is laid out like none.
        case layout
        /// Its number is not the one that comes next.
        case number
        /// The chain's value does not follow from what stands there and before it.
        case chain
    }

    package let reason: Reason
    /// The number of the entry; the one that was to come where it cannot be read.
    package let entry: UInt64
    /// Where it begins in the file, in bytes.
    package let offset: UInt64
}
