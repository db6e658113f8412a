//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// Stands on the listener: pauses it for a second after a connection could not be accepted.
///
/// Not NIO's `AcceptBackoffHandler`: that one puts the next read off, but the listener stays registered for readable all the
/// while, because the failed read leaves it pending; the loop then accepts, and fails, hundreds of thousands of times a
/// second. Only the end of automatic reading takes the registration back.
final class AcceptPauseHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private var isPaused = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError, !self.isPaused { self.pause(context) }
        context.fireErrorCaught(error)
    }

    private func pause(_ context: ChannelHandlerContext) {
        self.isPaused = true
        let channel = context.channel
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        channel.setOption(.autoRead, value: false).whenFailure { _ in }
        context.eventLoop.scheduleTask(in: .seconds(1)) {
            handler.value.isPaused = false
            // It fails when the listener is closed.
            channel.setOption(.autoRead, value: true).whenFailure { _ in }
        }
    }
}
