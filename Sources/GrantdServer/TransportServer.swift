//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
package import ServiceLifecycle

/// A server on another transport than ``GrantdServer``, which serves the same policies.
package protocol TransportServer: Service {
    /// Puts other policies in place of the present ones; calls that are in flight end under those they began with.
    func replacePolicies(_ policies: CompiledPolicies)

    /// The daemon is about to stop, and goes on for a while: tells those who wait to be told.
    func drain()

    /// What was done so far.
    func statistics() async -> ServerStatistics
}
