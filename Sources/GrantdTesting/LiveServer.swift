//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
package import GrantdPolicy
package import GrantdServer
package import GrantdService
package import Logging

/// A daemon that runs within the test's own process, on a free port of the loopback address.
package struct LiveServer: Sendable {
    /// Always `127.0.0.1`.
    package let host: String
    /// A port that was free.
    package let port: Int
    /// The server itself: to stop it, to give it other policies, to read its counters.
    package let server: GrantdServer

    /// `127.0.0.1:54321`
    package var address: String { "\(self.host):\(self.port)" }
}

/// Runs a daemon for as long as `body` runs.
///
/// - Parameters:
///   - policies: what it serves; the built-in policies unless given.
///   - configuration: how it serves; host and port are set by this function. One event loop and the default limits
///     unless given.
///   - logger: what it logs to; nothing is kept unless given.
///   - body: what is to be done with it.
/// - Throws: what `body` throws; what keeps the server from starting.
package func withLiveServer<Result: Sendable>(
    policies: PolicySet? = nil,
    configuration: ServerConfiguration = .defaults,
    logger: Logger = Logger(label: "live-server") { _ in SwiftLogNoOpLogHandler() },
    _ body: @Sendable (LiveServer) async throws -> Result
) async throws -> Result {
    var configuration = configuration
    configuration.host = "127.0.0.1"
    configuration.port = 0
    let server = GrantdServer(
        configuration: configuration,
        policies: CompiledPolicies(try policies ?? PolicySet.builtIn()),
        logger: logger
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        do {
            let port = try await server.boundPort()
            let result = try await body(LiveServer(host: "127.0.0.1", port: port, server: server))
            server.stop()
            try await group.waitForAll()
            return result
        } catch {
            server.stop()
            _ = await group.nextResult()
            throw error
        }
    }
}

/// Runs a daemon with limits of the test's own.
///
/// - Parameter limits: the bounds that the daemon keeps.
package func withLiveServer<Result: Sendable>(
    policies: PolicySet? = nil,
    limits: Limits,
    _ body: @Sendable (LiveServer) async throws -> Result
) async throws -> Result {
    var configuration = ServerConfiguration.defaults
    configuration.limits = limits
    return try await withLiveServer(policies: policies, configuration: configuration, body)
}
