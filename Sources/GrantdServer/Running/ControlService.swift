//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
package import GrantdPolicy
package import GrantdService
package import Logging
internal import ServiceLifecycle
internal import Synchronization
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
    private let decisionLog: (any DecisionLog)?
    /// Gives a load up when the daemon stops: nobody waits for its policies then.
    private let cancellation = LoadCancellation()
    /// What the last line of counters was written from: the latencies of the next are of what came since.
    private let reported = ReportedCalls()

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - transports: what stands beside the server and serves the same policies.
    ///   - interval: how often the counters are written unasked; nil for never.
    ///   - tokens: where the tokens that are served came from, if any are asked for.
    ///   - tls: where the certificate that is served came from, if there is one.
    ///   - decisionLog: where decisions are written down, if anywhere: another segment begins at SIGHUP.
    ///   - load: reads the policies; runs at SIGHUP, and ends soon once it is cancelled.
    package init(
        server: GrantdServer,
        transports: [any TransportServer] = [],
        logger: Logger,
        interval: Duration?,
        tokens: TokenSource? = nil,
        tls: TLSSource? = nil,
        decisionLog: (any DecisionLog)? = nil,
        load: @escaping @Sendable (LoadCancellation) -> Result<CompiledPolicies, LoadFailure>
    ) {
        self.server = server
        self.transports = transports
        self.logger = logger
        self.interval = interval
        self.tokens = tokens
        self.tls = tls
        self.decisionLog = decisionLog
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
        let reloads = self.server.monitor.reloads
        self.decisionLog?.rotate()
        if let tokens = self.tokens { reloads.record(.tokens, isGood: tokens.reload(logger: self.logger)) }
        if let tls = self.tls { reloads.record(.certificates, isGood: tls.reload(logger: self.logger)) }
        switch self.load(self.cancellation) {
        case .success(let policies):
            reloads.record(.policies, isGood: true)
            let before = self.server.policies
            self.server.replacePolicies(policies)
            for transport in self.transports { transport.replacePolicies(policies) }
            let changes = PolicyChanges(from: before.policies, to: policies.policies)
            self.logger.info(
                "policies loaded anew",
                metadata: Self.counts(policies).merging(changes.counts) { first, _ in first }
            )
            changes.log(to: self.logger)
            Self.log(warningsOf: policies, to: self.logger)
        case .failure where self.cancellation.isCancelled:
            self.logger.info("policies not loaded anew: the daemon stops")
        case .failure(let failure):
            reloads.record(.policies, isGood: false)
            self.logger.error(
                "policies not loaded anew: those served before stay",
                metadata: ["problems": .stringConvertible(failure.lines.count)]
            )
            for line in failure.lines { self.logger.error("policy problem", metadata: ["problem": "\(line)"]) }
        }
    }

    /// How much is served, for a log line.
    package static func counts(_ policies: CompiledPolicies) -> Logger.Metadata {
        [
            "programmes": .stringConvertible(policies.policies.programmes.count),
            "measures": .stringConvertible(policies.policies.entries.count),
        ]
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
            "calls": .stringConvertible(statistics.calls.calls),
            "connections": .stringConvertible(statistics.connectionsOpen),
            "accepted": .stringConvertible(statistics.connectionsAccepted),
            "refused": .stringConvertible(statistics.connectionsRefused),
            "displaced": .stringConvertible(statistics.connectionsDisplaced),
            "bytes_in": .stringConvertible(statistics.bytesIn),
            "bytes_out": .stringConvertible(statistics.bytesOut),
            "details": Self.dictionary(statistics.details),
        ]
        let recent = self.reported.advance(to: statistics.calls)
        if let median = recent.latency(percentile: 50), let high = recent.latency(percentile: 99) {
            metadata["p50_ms"] = .milliseconds(median)
            metadata["p99_ms"] = .milliseconds(high)
        }
        self.logger.info("counters", metadata: metadata)
    }

    /// Counts by what is counted.
    private static func dictionary(_ counts: [(name: String, count: UInt64)]) -> Logger.MetadataValue {
        .dictionary(
            Dictionary(
                counts.map { ($0.name, .stringConvertible($0.count)) },
                uniquingKeysWith: { first, _ in first }
            )
        )
    }

    private static func ticks(every interval: Duration) -> AsyncStream<Void> {
        AsyncStream {
            try? await Task.sleep(for: interval)
            return Task.isCancelled ? nil : ()
        }
    }
}

/// The calls that the last line of counters was written from.
private final class ReportedCalls: Sendable {
    private let calls = Mutex(CallStatistics())

    /// What has come since the last line.
    func advance(to calls: CallStatistics) -> CallStatistics {
        self.calls.withLock { last in
            defer { last = calls }
            return calls.since(last)
        }
    }
}
