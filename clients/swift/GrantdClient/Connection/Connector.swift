//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
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
    ///   - timeout: How long it may take in all, the look-up of the name and TLS included.
    ///   - tls: What to secure the connection with; none by default.
    ///   - resolver: Looks names up; by default the system's own.
    static func sockets(
        to address: GrantdAddress,
        timeout: Duration,
        tls: GrantdTLS? = nil,
        resolver: (@Sendable (any EventLoop) -> any Resolver & Sendable)? = nil
    ) -> Self {
        Self { loop, initializer in
            let time = TimeAmount(clamping: timeout)
            let deadline = NIODeadline.now() + time
            let bootstrap = ClientBootstrap(group: loop)
                .resolver(resolver?(loop))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connectTimeout(time)
            guard let tls else {
                return bootstrap.channelInitializer(initializer).connect(host: address.host, port: address.port)
            }
            return
                bootstrap.channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try tls.secure(channel, host: address.host) }
                        .flatMap { initializer(channel) }
                }
                .connect(host: address.host, port: address.port)
                .flatMap { GrantdTLS.handshake(of: $0, deadline: deadline) }
        }
    }

    /// What the last of the attempts to connect failed with, in words for people.
    static func lastFailure(of error: any Error) -> String {
        guard let error = error as? NIOConnectionError else { return Self.words(for: error) }
        if let last = error.connectionErrors.last {
            return "\(Self.words(for: last.target)): \(Self.words(for: last.error))"
        }
        guard let cause = error.dnsAError ?? error.dnsAAAAError else { return "\(error.host) has no address" }
        return "\(error.host): \(Self.words(for: cause))"
    }

    private static func words(for error: any Error) -> String {
        switch error {
        // The system's own words: `Connection refused`.
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as SocketAddressError.UnknownHost: error.errorDescription
        case ChannelError.connectTimeout: "nothing answered within the time to connect"
        default: "\(error)"
        }
    }

    private static func words(for address: SocketAddress) -> String {
        guard let ip = address.ipAddress, let port = address.port else { return "\(address)" }
        return ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)"
    }
}
