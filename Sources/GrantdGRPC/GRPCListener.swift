//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCNIOTransportHTTP2Posix
    internal import GrantdServer
    internal import NIOCore
    internal import NIOPosix

    /// Listens for the transport's connections, and secures each by what the files held when they were last read: certificate,
    /// key and the authorities of peers. The transport's own listener would read all but the authorities anew.
    struct GRPCListener: HTTP2ServerTransport.ListenerFactory {
        let address: NIOCore.SocketAddress
        let tls: TLSSource?
        let eventLoopGroup: any EventLoopGroup
        /// Called with the address that is listened on.
        let onListening: @Sendable (NIOCore.SocketAddress) -> Void

        func makeListeningChannel(
            listenerConfigurator: HTTP2ServerTransport.ListenerConfigurator,
            connectionConfigurator: HTTP2ServerTransport.ConnectionConfigurator
        ) async throws -> NIOAsyncChannel<HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel, Never> {
            let tls = self.tls
            let listener = try await ServerBootstrap(group: self.eventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelInitializer { listenerConfigurator.configure(channel: $0) }
                .bind(to: self.address) { connection in
                    connection.eventLoop.makeCompletedFuture {
                        guard let tls else { return }
                        try connection.pipeline.syncOperations.addHandler(tls.makeHandler(for: .http2))
                    }
                    .flatMap {
                        connectionConfigurator.configure(
                            channel: connection,
                            tls: tls == nil ? .none : .configured(requireALPN: false)
                        )
                    }
                }
            if let address = listener.channel.localAddress { self.onListening(address) }
            return listener
        }
    }
#endif
