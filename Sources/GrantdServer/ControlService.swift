//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
package import GrantdPolicy
internal import GrantdService
package import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// What an operator asks of a running daemon: SIGUSR1 writes a line of counters to the log, SIGHUP loads the
/// policies and the tokens anew.
///
/// What is not as it should be never replaces what is served: the problems go to the log.
package struct ControlService: Service {
    /// Why policies were not loaded: lines for the operator.
    package struct LoadFailure: Error, Sendable {
        /// A line for each problem, with its place.
        package let lines: [String]

        package init(lines: [String]) {
            self.lines = lines
        }
    }

    private let server: GrantdServer
    private let transports: [any TransportServer]
    private let logger: Logger
    private let interval: Duration?
    private let load: @Sendable (LoadCancellation) -> Result<CompiledPolicies, LoadFailure>
    private let tokens: TokenSource?
    private let tls: TLSSource?
    /// Gives a load up when the daemon stops: nobody waits for its policies then.
    private let cancellation = LoadCancellation()

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - transports: what stands beside the server and serves the same policies.
    ///   - interval: how often the counters are written unasked; nil for never.
    ///   - tokens: where the tokens that are served came from, if any are asked for.
    ///   - tls: where the certificate that is served came from, if there is one.
    ///   - load: reads the policies; runs at SIGHUP, and ends soon once it is cancelled.
    package init(
        server: GrantdServer,
        transports: [any TransportServer] = [],
        logger: Logger,
        interval: Duration?,
        tokens: TokenSource? = nil,
        tls: TLSSource? = nil,
        load: @escaping @Sendable (LoadCancellation) -> Result<CompiledPolicies, LoadFailure>
    ) {
        self.server = server
        self.transports = transports
        self.logger = logger
        self.interval = interval
        self.tokens = tokens
        self.tls = tls
        self.load = load
    }

    package func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup, .sigusr1)
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await signal in signals.cancelOnGracefulShutdown() {
                        if signal == .sighup { await self.reloadAside() } else { await self.report() }
                    }
                }
                if let interval = self.interval {
                    group.addTask {
                        for await _ in Self.ticks(every: interval).cancelOnGracefulShutdown() { await self.report() }
                    }
                }
            }
        } onGracefulShutdown: {
            self.cancellation.cancel()
        }
    }

    /// Reloads on a thread of its own: a load may take long, and the threads that tasks run on hear the signal that stops it.
    private func reloadAside() async {
        do {
            try await BackgroundThread.run { self.reload() }
        } catch {
            self.logger.error("policies not loaded anew: no thread to load them on", metadata: ["error": "\(error)"])
        }
    }

    /// Loads the policies, the tokens and the certificate and serves them, each if it is good.
    package func reload() {
        self.tokens?.reload(logger: self.logger)
        self.tls?.reload(logger: self.logger)
        switch self.load(self.cancellation) {
        case .success(let policies):
            self.server.replacePolicies(policies)
            for transport in self.transports { transport.replacePolicies(policies) }
            self.logger.info(
                "policies loaded anew",
                metadata: [
                    "programmes": "\(policies.policies.programmes.count)",
                    "measures": "\(policies.policies.entries.count)",
                ]
            )
            Self.log(warningsOf: policies, to: self.logger)
        case .failure where self.cancellation.isCancelled:
            self.logger.info("policies not loaded anew: the daemon stops")
        case .failure(let failure):
            self.logger.error(
                "policies not loaded anew: those served before stay",
                metadata: ["problems": "\(failure.lines.count)"]
            )
            for line in failure.lines { self.logger.error("policy problem", metadata: ["problem": "\(line)"]) }
        }
    }

    /// Writes what the authors of the files should look at to the log.
    package static func log(warningsOf policies: CompiledPolicies, to logger: Logger) {
        for warning in policies.policies.warnings {
            logger.warning("policy warning", metadata: ["problem": "\(warning.description)"])
        }
    }

    /// Writes the counters to the log.
    package func report() async {
        var statistics = await self.server.statistics()
        for transport in self.transports { statistics.add(await transport.statistics()) }
        var metadata: Logger.Metadata = [
            "calls": "\(statistics.calls.calls)",
            "connections": "\(statistics.connectionsOpen)",
            "accepted": "\(statistics.connectionsAccepted)",
            "refused": "\(statistics.connectionsRefused)",
            "displaced": "\(statistics.connectionsDisplaced)",
            "bytes-in": "\(statistics.bytesIn)",
            "bytes-out": "\(statistics.bytesOut)",
        ]
        if let median = statistics.calls.latency(percentile: 50),
            let high = statistics.calls.latency(percentile: 99)
        {
            metadata["p50-us"] = "\(Self.microseconds(median))"
            metadata["p99-us"] = "\(Self.microseconds(high))"
        }
        for (name, count) in statistics.details { metadata[name] = "\(count)" }
        self.logger.info("counters", metadata: metadata)
    }

    /// Nanoseconds as microseconds with one decimal.
    private static func microseconds(_ nanoseconds: UInt64) -> String {
        "\(nanoseconds / 1000).\(nanoseconds / 100 % 10)"
    }

    private static func ticks(every interval: Duration) -> AsyncStream<Void> {
        AsyncStream {
            try? await Task.sleep(for: interval)
            return Task.isCancelled ? nil : ()
        }
    }
}
