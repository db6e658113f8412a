//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Tells an event loop to run its worker's next turn *after* it has looked at its sockets.
///
/// A loop runs the tasks that are ready until none is, so a task that calls for the next one would keep it from its sockets
/// for ever. A timer lets it look, but setting one costs as much as assessing a dozen applications. So the bell is a pipe:
/// a byte that is written now is read in the next round, among the other sockets' events.
final class TurnBell: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Held until the loop ends and closes the bell.
    private var worker: Worker?
    private let channel: any Channel
    private let stroke = ByteBuffer(bytes: [0])

    private init(worker: Worker, channel: any Channel) {
        self.worker = worker
        self.channel = channel
    }

    /// Hangs the bell up on the worker's event loop and gives it to the worker.
    ///
    /// Called on that event loop.
    static func hang(on worker: Worker) -> EventLoopFuture<Void> {
        let eventLoop = worker.eventLoop
        var descriptors: [Int32] = [-1, -1]
        guard pipe(&descriptors) == 0 else {
            return eventLoop.makeFailedFuture(IOError(errnoCode: errno, reason: "pipe"))
        }
        let boundWorker = NIOLoopBound(worker, eventLoop: eventLoop)
        return NIOPipeBootstrap(group: eventLoop)
            // One stroke, one turn: not a second one in the same round.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let bell = TurnBell(worker: boundWorker.value, channel: channel)
                    try channel.pipeline.syncOperations.addHandler(bell)
                    boundWorker.value.bell = bell
                }
            }
            .takingOwnershipOfDescriptors(input: descriptors[0], output: descriptors[1])
            .map { _ in }
    }

    func ring() {
        self.channel.writeAndFlush(self.stroke, promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.worker?.runTurn()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.worker?.bell = nil
        self.worker = nil
    }
}
