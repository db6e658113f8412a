//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdService
package import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// Keeps the servers going for a while once the daemon is told to stop, though not ready: whoever spreads work over several
/// daemons sees that and goes elsewhere before this one stops listening. A second signal ends the while.
package struct DrainService: Service {
    private let delay: Duration
    private let readiness: Readiness
    private let transports: [any TransportServer]
    private let logger: Logger

    /// - Parameters:
    ///   - delay: how long the servers go on.
    ///   - readiness: what the servers tell those who ask after their health.
    ///   - transports: those of the servers that tell it unasked.
    package init(
        delay: Duration,
        readiness: Readiness,
        transports: [any TransportServer] = [],
        logger: Logger
    ) {
        self.delay = delay
        self.readiness = readiness
        self.transports = transports
        self.logger = logger
    }

    /// Returns when the servers are to stop. In a service group it stands behind them: those behind are stopped first.
    package func run() async throws {
        // From here on, and not from the first signal on: the one that stops the group is heard here too, sooner or later.
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await gracefulShutdown()
        self.readiness.drain()
        for transport in self.transports { transport.drain() }
        self.logger.info("draining", metadata: ["delay_seconds": .seconds(self.delay)])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: self.delay) }
            group.addTask { for await _ in signals.dropFirst() { return } }
            await group.next()
            group.cancelAll()
        }
    }
}
