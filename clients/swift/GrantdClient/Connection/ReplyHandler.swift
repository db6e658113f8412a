//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdWire
internal import NIOCore

/// The end of the channel's pipeline: bytes in, replies and the channel's end out to the ``Connection``.
///
/// It runs on the connection's own event loop, so it calls the actor without a hop.
final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    // The connection holds the channel, and so this; it is let go of when the client is.
    private weak var connection: Connection?
    private var decoder: FrameDecoder
    private var isInvalid = false

    init(connection: Connection?, maximumReplyBytes: Int) {
        self.connection = connection
        self.decoder = FrameDecoder(maximumBodyBytes: maximumReplyBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isInvalid, let connection = self.connection else { return }
        self.decoder.append(self.unwrapInboundIn(data))
        do throws(GrantdClientError) {
            while let reply = try self.nextReply() {
                connection.assumeIsolated { $0.received(reply) }
            }
        } catch {
            self.isInvalid = true
            connection.assumeIsolated { $0.receivedInvalid(error) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.connection?.assumeIsolated { $0.channelClosed() }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A broken socket: its end follows and is reported as such.
        context.close(promise: nil)
    }

    private func nextReply() throws(GrantdClientError) -> Reply? {
        let frame: Frame?
        do {
            frame = try self.decoder.next()
        } catch .bodyTooLarge(let size, let limit) {
            throw GrantdClientError(
                code: .replyTooLarge,
                message: """
                    a reply has \(size) bytes, more than the \(limit) allowed; raise `maximumReplyBytes`, or ask for \
                    less in one call
                    """
            )
        } catch {
            throw GrantdClientError(
                code: .invalidReply,
                message: "what came back is no baidu_std frame; the peer may not be grantd",
                cause: error
            )
        }
        guard let frame else { return nil }
        return try Reply(meta: frame.meta, payload: frame.payload)
    }
}
