//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Has an event loop run its worker's next turn *after* it has looked at its sockets. Any thread may call for it.
///
/// A loop runs the tasks that are ready until none is, so a task that calls for the next one would keep it from its sockets
/// for ever. A timer lets it look, but setting one costs as much as assessing a dozen applications. So it is a socket of its
/// own: a byte that is written now is read in the next round, among the other sockets' events.
final class LoopWaker: Sendable {
    private let input: Int32
    private let output: Int32
    private let isAwaited = Atomic<Bool>(false)

    /// Makes a waker that ``attach(to:)`` must follow.
    ///
    /// - Throws: where the system has no descriptor left.
    init() throws(IOError) {
        var descriptors: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &descriptors) == 0 else {
            throw IOError(errnoCode: errno, reason: "socketpair")
        }
        self.input = descriptors[0]
        self.output = descriptors[1]
    }

    deinit { close(self.output) }

    /// Lets the worker's event loop read. Called on that loop.
    func attach(to worker: Worker) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(worker, eventLoop: worker.eventLoop)
        return NIOPipeBootstrap(group: worker.eventLoop)
            // One byte, one turn: not a second one in the same round.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(waker: self, worker: bound.value))
                }
            }
            .takingOwnershipOfDescriptor(input: self.input)
            .map { _ in }
    }

    /// Calls for a turn.
    func wake() {
        guard !self.isAwaited.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 0
        // A loop that has ended reads no more, and needs no turn.
        _ = send(self.output, &byte, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let waker: LoopWaker
        /// Held until the loop ends and closes the channel.
        private var worker: Worker?

        init(waker: LoopWaker, worker: Worker) {
            self.waker = waker
            self.worker = worker
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.waker.isAwaited.store(false, ordering: .sequentiallyConsistent)
            self.worker?.runTurn()
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.worker = nil
        }
    }
}
