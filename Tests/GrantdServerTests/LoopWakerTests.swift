//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdHTTP
internal import GrantdPolicy
internal import GrantdService
internal import NIOCore
internal import NIOPosix
internal import Testing

@testable internal import GrantdServer

/// What wakes an event loop up for its worker's next turn.
struct LoopWakerTests {
    /// What happens on a loop, in its order. Its event loop's alone.
    private final class Watch: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        let worker: Worker
        let connections: [ConnectionHandler]
        /// How many turns had been when the other socket was looked at; nil before.
        private(set) var turnsBefore: Int?
        let done: EventLoopPromise<Void>

        init(_ worker: Worker, connections: Int, on eventLoop: any EventLoop) {
            self.worker = worker
            self.connections = (0..<connections).map { _ in ConnectionHandler(worker: worker) }
            self.done = eventLoop.makePromise()
        }

        /// How many turns have been: each serves one connection that was put off.
        var turns: Int { self.connections.count { !$0.isInTurnQueue } }

        func deferAll() {
            for connection in self.connections { self.worker.deferInput(of: connection) }
        }

        /// Asks again in each round, until all turns have been.
        func await(_ eventLoop: any EventLoop) {
            if self.turns == self.connections.count { return self.done.succeed() }
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            eventLoop.scheduleTask(in: .microseconds(200)) { bound.value.await(eventLoop) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.turnsBefore = self.turnsBefore ?? self.turns
        }
    }

    private static func withLoop(_ body: (any EventLoop) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            try await body(group.next())
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private static func watch(
        connections: Int,
        waker: LoopWaker?,
        on eventLoop: any EventLoop
    ) async throws -> NIOLoopBound<Watch> {
        let contract = HTTPContract(CompiledPolicies(try PolicyLoader.load(files: []).get()))
        return try await eventLoop.submit {
            let worker = Worker(
                eventLoop: eventLoop,
                configuration: .defaults,
                contract: contract,
                lanes: ComputeLanes(
                    sliced: ComputeLanes.makeSliced(limits: .defaults, clock: .system, ledger: AwardLedger().lane),
                    offloaded: ComputeLanes.makeOffloaded(limits: .defaults, clock: .system),
                    ledger: AwardLedger().lane
                ),
                waker: waker,
                logger: PolicySets.silent
            )
            return NIOLoopBound(Watch(worker, connections: connections, on: eventLoop), eventLoop: eventLoop)
        }.get()
    }

    @Test("each call is one turn, and between two turns the loop looks at its other sockets")
    func betweenTurns() async throws {
        try await Self.withLoop { eventLoop in
            let waker = try LoopWaker()
            let watch = try await Self.watch(connections: 100, waker: waker, on: eventLoop)
            try await eventLoop.flatSubmit { waker.attach(to: watch.value.worker) }.get()
            // Another socket of the loop.
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            let (input, output) = (ends[0], ends[1])
            let probe = try await eventLoop.flatSubmit {
                NIOPipeBootstrap(group: eventLoop)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(watch.value)
                        }
                    }
                    .takingOwnershipOfDescriptors(input: input, output: output)
            }.get()
            // In one task: what is put off, and then what comes in at the socket.
            try await eventLoop.flatSubmit { () -> EventLoopFuture<Void> in
                watch.value.deferAll()
                probe.writeAndFlush(ByteBuffer(bytes: [1]), promise: nil)
                watch.value.await(eventLoop)
                return watch.value.done.futureResult
            }.get()
            let turnsBefore = try #require(try await eventLoop.submit { watch.value.turnsBefore }.get())
            #expect(turnsBefore <= 2, "the loop ran \(turnsBefore) turns before it looked at its sockets")
            try await probe.close().get()
        }
    }

    @Test("turns come without a waker")
    func withoutWaker() async throws {
        try await Self.withLoop { eventLoop in
            let watch = try await Self.watch(connections: 5, waker: nil, on: eventLoop)
            try await eventLoop.flatSubmit { () -> EventLoopFuture<Void> in
                watch.value.deferAll()
                watch.value.await(eventLoop)
                return watch.value.done.futureResult
            }.get()
        }
    }
}
