//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Waits for TLS to stand on a channel, and says why it does not.
///
/// It stands behind the handler that speaks TLS, until that is done.
final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// Succeeds when TLS stands; fails with a ``TLSFault``.
    let done: EventLoopPromise<Void>
    private let host: String
    private let serverName: String?

    /// - Parameters:
    ///   - host: What is connected to.
    ///   - serverName: The DNS name that the peer's certificate must bear; `nil` where it is the address.
    ///   - done: Is told once.
    init(host: String, serverName: String?, done: EventLoopPromise<Void>) {
        self.host = host
        self.serverName = serverName
        self.done = done
    }

    /// The time is over.
    func giveUp() { self.done.fail(TLSFault.late) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { self.completed(context) }
        context.fireUserInboundEventTriggered(event)
    }

    private func completed(_ context: ChannelHandlerContext) {
        guard let name = self.serverName else { return self.done.succeed() }
        let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
        guard certificate?.bears(name) == true else {
            self.done.fail(TLSFault.otherName(name))
            // Before anything that was written meanwhile goes out.
            return GrantdTLS.closeAtOnce(context.channel)
        }
        self.done.succeed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
        self.done.fail(TLSFault(ofHandshake: error, name: self.serverName ?? self.host, certificate: certificate))
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.done.fail(TLSFault.ended)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // Of the addresses that were tried, one that another was faster than.
        self.done.fail(TLSFault.ended)
    }
}
