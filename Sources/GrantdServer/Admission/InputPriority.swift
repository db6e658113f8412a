//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService

/// What speaks for keeping the input that a connection has sent and that cannot be served, where all of it is too much.
///
/// The least goes first: strangers before all others, and of equals the one whose frame has been unfinished for longest, which
/// is the oldest or the slowest. Whole frames that wait for us are kept longest.
struct InputPriority: Comparable {
    let isStranger: Bool
    let unfinishedSince: MonotonicTime?

    static func < (left: InputPriority, right: InputPriority) -> Bool {
        if left.isStranger != right.isStranger { return left.isStranger }
        guard let since = left.unfinishedSince else { return false }
        return right.unfinishedSince.map { since < $0 } ?? true
    }
}
