//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCCore
    internal import GRPCNIOTransportHTTP2Posix
    package import GrantdEngine
    package import GrantdServer
    internal import GrantdService
    package import Logging
    package import NIOCore
    internal import NIOPosix
    internal import ServiceLifecycle
    internal import Synchronization

    /// The daemon's services over stock gRPC, beside the frames: the same answers, limits and errors.
    ///
    /// `run()` binds, serves until the service group shuts down gracefully, then accepts nothing more, refuses new calls with
    /// `UNAVAILABLE`, answers what is in flight and returns within the grace period. It can run once.
    package final class GRPCTransportServer: TransportServer {
        private let configuration: ServerConfiguration
        private let logger: Logger
        private let calls: CallExecutor
        private let log: GRPCCallLog
        private let ledger: AwardLedger
        private let guardian: ListenerGuard
        private let memory = StreamMemory()
        private let draining = StopSignal()
        private let stopping = StopSignal()
        private let wasStarted = Atomic<Bool>(false)
        private let onListening: @Sendable (NIOCore.SocketAddress) -> Void

        /// Makes a server; nothing is opened before `run()`, which must be called.
        ///
        /// - Parameters:
        ///   - configuration: `host` and `port` are where gRPC is listened for; `backlog`, `quietPeriod` and `linger` are the
        ///     frames' alone.
        ///   - onListening: called once, with the address that is listened on.
        package init(
            configuration: ServerConfiguration,
            policies: CompiledPolicies,
            logger: Logger,
            onListening: @escaping @Sendable (NIOCore.SocketAddress) -> Void = { _ in }
        ) {
            self.configuration = configuration
            self.logger = logger
            let ledger = configuration.ledger ?? AwardLedger(limits: configuration.limits, clock: configuration.clock)
            self.ledger = ledger
            self.calls = CallExecutor(
                limits: configuration.limits,
                tokens: configuration.tokens,
                clock: configuration.clock,
                threads: configuration.threads,
                readiness: configuration.readiness,
                ledger: ledger,
                decisionLog: configuration.decisionLog,
                policies: policies
            )
            self.log = GRPCCallLog(CallLog(configuration, logger: logger))
            self.guardian = ListenerGuard(configuration: configuration, logger: logger)
            self.onListening = onListening
            configuration.monitor?.watch { [weak self] in await self?.statistics() }
        }

        package func replacePolicies(_ policies: CompiledPolicies) {
            self.calls.replacePolicies(policies)
        }

        package func drain() { self.draining.give() }

        package func statistics() async -> ServerStatistics {
            var statistics = ServerStatistics()
            statistics.calls = await self.calls.statistics()
            statistics.connectionsRefused = self.guardian.refused
            statistics.connectionsDisplaced = self.guardian.displaced
            return statistics
        }

        /// Serves until told to stop.
        ///
        /// - Throws: `ServerStartError` when the address cannot be listened on.
        package func run() async throws {
            guard !self.wasStarted.exchange(true, ordering: .relaxed) else {
                throw ServerStartError(code: .twice, message: "the gRPC server was started before")
            }
            let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, self.configuration.threads))
            let result: Result<Void, any Error>
            do {
                try await self.serve(on: group)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            self.calls.close()
            if self.configuration.ledger == nil { self.ledger.close() }
            try? await group.shutdownGracefully()
            try result.get()
        }

        private func serve(on group: MultiThreadedEventLoopGroup) async throws {
            let transport = HTTP2ServerTransport.Custom(
                listenerFactory: GRPCListener(
                    address: try self.configuration.firstAddress(),
                    tls: self.configuration.tls,
                    eventLoopGroup: group,
                    onListening: { address in
                        self.logger.info(
                            "listening for gRPC",
                            metadata: ["address": "\(GrantdServer.text(of: address))"]
                        )
                        self.onListening(address)
                    }
                ),
                config: .init(
                    self.configuration.limits,
                    listener: self.guardian,
                    accounts: ConnectionAccounts(listener: self.guardian, clock: self.configuration.clock),
                    calls: self.calls,
                    memory: self.memory
                )
            )
            let server = GRPCServer(
                transport: transport,
                services: [
                    UnaryServices(
                        calls: self.calls,
                        clock: self.configuration.clock,
                        memory: self.memory,
                        unsentLimit: self.configuration.limits.totalUnsentBytes,
                        log: self.log
                    ),
                    HealthWatch(
                        calls: self.calls,
                        clock: self.configuration.clock,
                        draining: self.draining,
                        stopping: self.stopping
                    ),
                    ReflectionService(indices: ReflectionIndices(calls: self.calls), stopping: self.stopping),
                ],
                interceptors: [TokenInterceptor(calls: self.calls, clock: self.configuration.clock, log: self.log)]
            )
            try await withTaskCancellationOrGracefulShutdownHandler {
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { try await self.run(server) }
                    tasks.addTask { try await self.waitForGrace() }
                    // Whoever ends first, the other is not needed any more.
                    defer { tasks.cancelAll() }
                    while let ended = await tasks.nextResult() {
                        switch ended {
                        case .success: continue
                        case .failure(is Finished): return
                        case .failure(let error): throw error
                        }
                    }
                }
            } onCancelOrGracefulShutdown: {
                self.logger.info("stopping gRPC", metadata: ["grace_seconds": .seconds(self.configuration.gracePeriod)])
                self.configuration.readiness.drain()
                self.calls.stop()
                self.draining.give()
                self.stopping.give()
                server.beginGracefulShutdown()
            }
            self.logger.info("stopped gRPC")
        }

        /// The server ended, or the time for that is over.
        private struct Finished: Error {}

        private func run(_ server: GRPCServer<HTTP2ServerTransport.Custom<GRPCListener>>) async throws {
            do {
                try await server.serve()
            } catch let error as RuntimeError {
                // Once it stops nothing is left to complain of.
                guard !self.stopping.isGiven else { throw Finished() }
                throw self.configuration.startError(error.cause ?? error)
            }
            throw Finished()
        }

        /// Ends the server when it has not ended by itself at the end of the grace period.
        private func waitForGrace() async throws {
            await self.stopping.wait()
            let grace = max(0, self.configuration.gracePeriod.nanosecondsClamped)
            try await Task.sleep(for: .nanoseconds(grace - min(grace / 10, 250_000_000)))
            // The server waits for every call that is worked on, cancelled or not.
            self.calls.close()
            throw Finished()
        }
    }
#endif
