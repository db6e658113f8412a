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
    /// Runs the server, what stands beside it, and their control until one of the signals comes, then shuts all down
    /// gracefully, the servers first, once they have drained.
    ///
    /// - Parameter drain: keeps the servers going for a while; nil where they stop at once.
    /// - Throws: `ServerStartError` when a server cannot start.
    package static func run(
        server: GrantdServer,
        transports: [any TransportServer] = [],
        control: ControlService,
        drain: DrainService? = nil,
        logger: Logger
    ) async throws {
        // One service to the group, which would stop one after the other: each has the whole grace period.
        let servers: any Service = transports.isEmpty ? server : Servers(all: [server] + transports)
        // How the group goes about it is nobody's business but its own.
        var quieter = logger
        quieter.logLevel = max(logger.logLevel, .info)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: control, serviceName: "control"),
                .init(service: servers, serviceName: "server"),
            ],
            logger: quieter
        )
        if let drain { configuration.services.append(.init(service: drain, serviceName: "drain")) }
        // No bound on the group: the server keeps its grace period itself, and ends it in good order.
        configuration.gracefulShutdownSignals = [.sigterm, .sigint]
        try await ServiceGroup(configuration: configuration).run()
    }
}

/// Several servers as one: they stop together, and where one cannot start none goes on.
private struct Servers: Service {
    let all: [any Service]

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for server in self.all { group.addTask { try await server.run() } }
            // The first that fails takes the others with it.
            while try await group.next() != nil {}
        }
    }
}
