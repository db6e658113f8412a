//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore
internal import NIOPosix

/// Makes channels to the daemon; tests put their own in its place.
struct Connector: Sendable {
    /// Makes a channel on the loop, with the handlers that the second argument adds.
    let connect:
        @Sendable (any EventLoop, @escaping @Sendable (any Channel) -> EventLoopFuture<Void>) -> EventLoopFuture<
            any Channel
        >

    /// TCP sockets.
    static func sockets(to address: GrantdAddress, timeout: Duration) -> Self {
        Self { loop, initializer in
            ClientBootstrap(group: loop)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connectTimeout(TimeAmount(clamping: timeout))
                .channelInitializer(initializer)
                .connect(host: address.host, port: address.port)
        }
    }
}
