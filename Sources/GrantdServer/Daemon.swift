//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// The services of the daemon, run together until SIGTERM or SIGINT.
package enum Daemon {
    /// Runs the server and its control until one of the signals comes, then shuts both down gracefully, the server
    /// first.
    ///
    /// - Throws: `ServerStartError` when the server cannot start.
    package static func run(server: GrantdServer, control: ControlService, logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: control, serviceName: "control"),
                .init(service: server, serviceName: "server"),
            ],
            logger: logger
        )
        // No bound on the group: the server keeps its grace period itself, and ends it in good order.
        configuration.gracefulShutdownSignals = [.sigterm, .sigint]
        try await ServiceGroup(configuration: configuration).run()
    }
}
