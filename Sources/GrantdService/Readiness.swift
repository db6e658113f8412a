//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Synchronization

/// Whether the daemon wants new work. All of its servers share one.
///
/// A daemon that drains serves everything as before, but tells those who ask after its health that it is not ready, so that
/// whoever spreads work over several goes elsewhere before it stops listening. It does not become ready again.
package final class Readiness: Sendable {
    private let draining = Atomic<Bool>(false)

    package init() {}

    /// Whether it is about to stop.
    package var isDraining: Bool { self.draining.load(ordering: .relaxed) }

    /// It is about to stop.
    package func drain() { self.draining.store(true, ordering: .relaxed) }
}
