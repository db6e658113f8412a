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
    /// What has come of the reply that is under way, in bytes.
    private var unfinished = 0

    init(connection: Connection?, maximumReplyBytes: Int) {
        self.connection = connection
        self.decoder = FrameDecoder(maximumBodyBytes: maximumReplyBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isInvalid, let connection = self.connection else { return }
        let bytes = self.unwrapInboundIn(data)
        let now = context.eventLoop.now
        self.unfinished += bytes.readableBytes
        self.decoder.append(bytes)
        do throws(GrantdClientError) {
            while let reply = try self.nextReply() {
                connection.assumeIsolated { $0.received(reply, now: now) }
            }
            let unfinished = self.unfinished
            if unfinished > 0 { connection.assumeIsolated { $0.receivedPart(bytes: unfinished, now: now) } }
        } catch {
            self.isInvalid = true
            let error = bytes.isAlertOfTLS ? GrantdClientError.connectionLost(.asked) : error
            connection.assumeIsolated { $0.receivedInvalid(error) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.connection?.assumeIsolated { $0.channelClosed() }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let fault = TLSFault(error) {
            // With TLS 1.3 the daemon looks at this end's certificate when TLS stands already.
            self.connection?.assumeIsolated { $0.receivedInvalid(.connectionLost(fault)) }
        }
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
            // The connection is of no use, and another one may be: the calls on it count as lost.
            throw GrantdClientError(
                code: .connectionLost,
                message: "what came back is no baidu_std frame; the peer may not be grantd",
                cause: error
            )
        }
        guard let frame else { return nil }
        self.unfinished -= FrameHeader.size + frame.meta.readableBytes + frame.payload.readableBytes
        return try Reply(meta: frame.meta, payload: frame.payload)
    }
}

extension ByteBuffer {
    /// Whether a TLS record with an alert begins here: what a daemon that speaks TLS only says to plain bytes.
    fileprivate var isAlertOfTLS: Bool { self.getInteger(at: self.readerIndex, as: UInt16.self) == 0x1503 }
}
