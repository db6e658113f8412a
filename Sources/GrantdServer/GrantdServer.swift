//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import GrantdEngine
internal import GrantdHTTP
internal import GrantdService
package import Logging
package import NIOCore
internal import NIOPosix
internal import ServiceLifecycle
internal import Synchronization

/// The daemon's listener and everything behind it, as a service.
///
/// `run()` binds, serves until the service group shuts down gracefully (or ``stop()`` is called), then stops accepting,
/// answers what is in flight, refuses the rest with 2003, takes leave of every connection and returns within the grace
/// period. It can run once.
package final class GrantdServer: Service {
    private struct Shared {
        var contract: HTTPContract
        var isStarted = false
        var isStopped = false
        var address: Result<SocketAddress, ServerStartError>?
        var waiters: [CheckedContinuation<Result<SocketAddress, ServerStartError>, Never>] = []
        var listener: (any Channel)?
        var workers: [(eventLoop: any EventLoop, worker: NIOLoopBound<Worker>)] = []
        var lanes: [ComputeLane] = []
    }

    private let configuration: ServerConfiguration
    private let logger: Logger
    private let onListening: @Sendable (SocketAddress) -> Void
    private let guardian: ListenerGuard
    private let ledger: AwardLedger
    /// What gathers the counters of this server, and of those beside it.
    package let monitor: Monitor
    private let shared: Mutex<Shared>

    /// Makes a server; nothing is opened before `run()`.
    ///
    /// - Parameter onListening: called once, with the address that is listened on.
    package init(
        configuration: ServerConfiguration = .defaults,
        policies: CompiledPolicies,
        logger: Logger,
        onListening: @escaping @Sendable (SocketAddress) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.ledger = configuration.ledger ?? AwardLedger(limits: configuration.limits, clock: configuration.clock)
        self.guardian = ListenerGuard(configuration: configuration, logger: logger)
        self.onListening = onListening
        self.monitor =
            configuration.monitor
            ?? Monitor(
                tokens: configuration.tokens,
                readiness: configuration.readiness,
                decisionLog: configuration.decisionLog
            )
        self.shared = Mutex(Shared(contract: HTTPContract(policies)))
        self.monitor.watch { [weak self] in await self?.statistics() }
    }

    /// The address that is listened on, once it is.
    ///
    /// - Throws: `ServerStartError` when the server could not start, or has stopped.
    package func boundAddress() async throws(ServerStartError) -> SocketAddress {
        let result = await withCheckedContinuation { continuation in
            let known = self.shared.withLock { shared in
                if shared.address == nil { shared.waiters.append(continuation) }
                return shared.address
            }
            if let known { continuation.resume(returning: known) }
        }
        return try result.get()
    }

    /// The port that is listened on, once it is.
    ///
    /// - Throws: as ``boundAddress()``.
    package func boundPort() async throws(ServerStartError) -> Int {
        try await self.boundAddress().port ?? 0
    }

    /// Serves until told to stop.
    ///
    /// - Throws: `ServerStartError` when the address cannot be listened on.
    package func run() async throws {
        let isFirst = self.shared.withLock { shared in
            defer { shared.isStarted = true }
            return !shared.isStarted
        }
        guard isFirst else { throw ServerStartError(code: .twice, message: "the server was started before") }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, self.configuration.threads))
        let result: Result<Void, any Error>
        do {
            try await self.serve(on: group)
            result = .success(())
        } catch {
            self.announce(.failure(error))
            result = .failure(error)
        }
        let lanes = self.shared.withLock { shared in
            defer { shared.lanes = [] }
            return shared.lanes
        }
        for lane in lanes { lane.close() }
        if self.configuration.ledger == nil { self.ledger.close() }
        try? await group.shutdownGracefully()
        try result.get()
    }

    /// Stops the server as a graceful shutdown does; `run()` returns when it has stopped.
    package func stop() {
        let listener = self.shared.withLock { shared in
            shared.isStopped = true
            return shared.listener
        }
        listener?.close(promise: nil)
    }

    /// Puts other policies in place of the present ones; calls that are in flight end under those they began with.
    package func replacePolicies(_ policies: CompiledPolicies) {
        // Here, and on no event loop: it takes some time.
        let contract = HTTPContract(policies)
        let workers = self.shared.withLock { shared in
            shared.contract = contract
            return shared.workers
        }
        for (eventLoop, worker) in workers {
            eventLoop.execute { worker.value.replacePolicies(contract) }
        }
    }

    /// What is served at this moment.
    package var policies: CompiledPolicies { self.shared.withLock { $0.contract.policies } }

    /// What was done so far, added up over all event loops.
    package func statistics() async -> ServerStatistics {
        var sum = ServerStatistics()
        for (eventLoop, worker) in self.shared.withLock({ $0.workers }) {
            // A loop that has ended has nothing to tell any more.
            if let part = try? await eventLoop.submit({ worker.value.currentStatistics() }).get() {
                sum.add(part)
            }
        }
        sum.connectionsRefused = self.guardian.refused
        sum.connectionsDisplaced = self.guardian.displaced
        return sum
    }

    // MARK: - Serving

    private func serve(on group: MultiThreadedEventLoopGroup) async throws(ServerStartError) {
        // One for all loops: auctions are rare, and one that is cleared takes a core for a while.
        let offloaded = ComputeLanes.makeOffloaded(
            limits: self.configuration.limits,
            clock: self.configuration.clock
        )
        defer { offloaded.close() }
        let workers = try await self.makeWorkers(on: group, offloaded: offloaded)
        let listener = try await self.bind(on: group, workers: workers)
        guard let address = listener.localAddress else {
            throw ServerStartError(code: .address, message: "the listener has no address")
        }
        let isStopped = self.shared.withLock { shared in
            shared.listener = listener
            return shared.isStopped
        }
        if isStopped { listener.close(promise: nil) }
        self.logger.info("listening", metadata: ["address": "\(Self.text(of: address))"])
        self.announce(.success(address))
        await withTaskCancellationOrGracefulShutdownHandler {
            // Here, where a shutdown closes the listener: who is told may stop us at once.
            self.onListening(address)
            try? await listener.closeFuture.get()
        } onCancelOrGracefulShutdown: {
            listener.close(promise: nil)
        }
        await self.drain(workers)
        self.shared.withLock { $0.workers = [] }
    }

    private func makeWorkers(
        on group: MultiThreadedEventLoopGroup,
        offloaded: ComputeLane
    ) async throws(ServerStartError) -> [(eventLoop: any EventLoop, worker: NIOLoopBound<Worker>)] {
        let contract = self.shared.withLock { $0.contract }
        var workers: [(eventLoop: any EventLoop, worker: NIOLoopBound<Worker>)] = []
        for eventLoop in group.makeIterator() {
            do {
                workers.append((eventLoop, try await self.makeWorker(on: eventLoop, contract, offloaded).get()))
            } catch {
                throw ServerStartError(
                    code: .address,
                    message: "an event loop cannot start; raise the limit on open files if that is why: \(error)"
                )
            }
        }
        let isReplaced = self.shared.withLock { shared in
            shared.workers = workers
            return shared.contract !== contract
        }
        if isReplaced { self.replacePolicies(self.shared.withLock { $0.contract.policies }) }
        return workers
    }

    private func makeWorker(
        on eventLoop: any EventLoop,
        _ contract: HTTPContract,
        _ offloaded: ComputeLane
    ) -> EventLoopFuture<NIOLoopBound<Worker>> {
        let configuration = self.configuration
        let logger = self.logger
        let operators = self.operators
        let ledger = self.ledger.lane
        let sliced = ComputeLanes.makeSliced(
            limits: configuration.limits,
            clock: configuration.clock,
            ledger: ledger
        )
        self.shared.withLock { $0.lanes.append(sliced) }
        return eventLoop.flatSubmit {
            do {
                let waker = try LoopWaker()
                let worker = Worker(
                    eventLoop: eventLoop,
                    configuration: configuration,
                    contract: contract,
                    operators: operators,
                    lanes: ComputeLanes(sliced: sliced, offloaded: offloaded, ledger: ledger),
                    waker: waker,
                    logger: logger
                )
                worker.sweep.start()
                let bound = NIOLoopBound(worker, eventLoop: eventLoop)
                return waker.attach(to: worker).map { bound }
            } catch {
                return eventLoop.makeFailedFuture(error)
            }
        }
    }

    /// What the router asks of the whole server.
    private var operators: Operators {
        var operators = Operators()
        operators.metrics = { [weak self] in
            guard let self else { return .text(503, "stopping") }
            return await self.monitor.report(self.policies).reply
        }
        return operators
    }

    private func bind(
        on group: MultiThreadedEventLoopGroup,
        workers: [(eventLoop: any EventLoop, worker: NIOLoopBound<Worker>)]
    ) async throws(ServerStartError) -> any Channel {
        let configuration = self.configuration
        let limits = configuration.limits
        let guardian = self.guardian
        let workerByLoop = Dictionary(
            workers.map { (ObjectIdentifier($0.eventLoop), $0.worker) },
            uniquingKeysWith: { first, _ in first }
        )
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: configuration.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // What is accepted has it from the listener.
            .serverChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A few a round, and then those are served who are connected.
            .serverChannelOption(.maxMessagesPerRead, value: 4)
            .serverChannelInitializer { channel in
                guardian.stand(on: channel)
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let worker = workerByLoop[ObjectIdentifier(channel.eventLoop)] else {
                        throw ChannelError.inappropriateOperationForState
                    }
                    try Self.setOptions(of: channel, limits)
                    if let tls = configuration.tls {
                        try channel.pipeline.syncOperations.addHandlers([
                            tls.makeHandler(for: .http1),
                            HandshakeLimit(.nanoseconds(limits.unfinishedFrame.nanosecondsClamped)),
                        ])
                    }
                    let handler = ConnectionHandler(
                        worker: worker.value,
                        place: guardian.place(of: channel),
                        onKnown: guardian.known
                    )
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        do {
            return try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
        } catch {
            throw ServerStartError(code: .address, message: Self.explain(error, configuration))
        }
    }

    /// Sets a connection's options: here, as the bootstrap's own way costs an eighth of what accepting a connection takes.
    private static func setOptions(of channel: any Channel, _ limits: Limits) throws {
        guard let options = channel.syncOptions else { throw ChannelError.operationUnsupported }
        // A peer may close its side and still read its replies.
        try options.setOption(.allowRemoteHalfClosure, value: true)
        let (low, high) = (max(1, limits.unsentBytes / 4), max(2, limits.unsentBytes / 2))
        try options.setOption(.writeBufferWaterMark, value: .init(low: low, high: high))
        // Small, so that a thousand silent connections cost little; it grows with what comes. And small at most, one read a
        // turn: the replies to a few dozen frames leave while the peer still sends the next, where a large read would make
        // daemon and peer take turns (1 connection, 64 in flight: 40 % more calls a second).
        try options.setOption(.maxMessagesPerRead, value: 1)
        try options.setOption(
            .recvAllocator,
            value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 1024, maximum: 8192)
        )
    }

    /// Answers, refuses and takes leave, within the grace period.
    private func drain(_ workers: [(eventLoop: any EventLoop, worker: NIOLoopBound<Worker>)]) async {
        let grace = max(0, self.configuration.gracePeriod.nanosecondsClamped)
        // What is left of the grace at the end is for the peers to see our close, and for ourselves to go.
        let cutOff = max(grace / 2, grace &- 2_000_000_000)
        let end = grace &- min(grace / 10, 250_000_000)
        self.configuration.readiness.drain()
        self.logger.info("stopping", metadata: ["grace_seconds": .seconds(self.configuration.gracePeriod)])
        await withTaskCancellationHandler {
            var timers: [Scheduled<Void>] = []
            var ends: [EventLoopFuture<Void>] = []
            for (eventLoop, worker) in workers {
                timers.append(eventLoop.scheduleTask(in: .nanoseconds(cutOff)) { worker.value.drain.cutOff() })
                timers.append(eventLoop.scheduleTask(in: .nanoseconds(end)) { worker.value.drain.closeAll() })
                ends.append(eventLoop.flatSubmit { worker.value.drain.begin() })
            }
            for end in ends { try? await end.get() }
            for timer in timers { timer.cancel() }
        } onCancel: {
            for (eventLoop, worker) in workers { eventLoop.execute { worker.value.drain.closeAll() } }
        }
        self.logger.info("stopped")
    }

    private func announce(_ result: Result<SocketAddress, ServerStartError>) {
        let waiters = self.shared.withLock { shared in
            shared.address = result
            defer { shared.waiters = [] }
            return shared.waiters
        }
        for waiter in waiters { waiter.resume(returning: result) }
    }
}
