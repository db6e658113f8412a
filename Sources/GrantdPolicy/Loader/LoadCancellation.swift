//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Synchronization

/// Tells a load that nobody waits for its policies any more. Reader and checker look at it wherever their work could go on
/// for long, and give the load up.
package final class LoadCancellation: Sendable {
    private let flag = Atomic(false)

    package init() {}

    /// Whether the load is to be given up.
    package var isCancelled: Bool { self.flag.load(ordering: .relaxed) }

    /// Gives the load up, at once or soon; a load that begins later ends as well.
    package func cancel() { self.flag.store(true, ordering: .relaxed) }
}
