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

    /// TCP sockets: of all addresses of the name the first that can be reached, tried as RFC 8305 has it. The next one
    /// starts 250 ms after the former, or at once when that has failed; families take turns.
    ///
    /// - Parameters:
    ///   - timeout: How long it may take in all, the look-up of the name included.
    ///   - resolver: Looks names up; by default the system's own.
    static func sockets(
        to address: GrantdAddress,
        timeout: Duration,
        resolver: (@Sendable (any EventLoop) -> any Resolver & Sendable)? = nil
    ) -> Self {
        Self { loop, initializer in
            ClientBootstrap(group: loop)
                .resolver(resolver?(loop))
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connectTimeout(TimeAmount(clamping: timeout))
                .channelInitializer(initializer)
                .connect(host: address.host, port: address.port)
        }
    }

    /// What the last of the attempts to connect failed with.
    static func lastFailure(of error: any Error) -> String {
        guard let error = error as? NIOConnectionError else { return "\(error)" }
        if let last = error.connectionErrors.last { return "\(last.target): \(last.error)" }
        guard let cause = error.dnsAError ?? error.dnsAAAAError else { return "\(error.host) has no address" }
        return "\(error.host): \(cause)"
    }
}
