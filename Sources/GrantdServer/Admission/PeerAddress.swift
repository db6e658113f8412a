//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import NIOCore

/// Whom a connection comes from, as far as places are shared out: an IPv4 address, or the /64 network of an IPv6 address,
/// all of which one host may have for itself.
package struct PeerAddress: Hashable, Sendable {
    private let isIPv6: Bool
    private let bits: UInt64

    private init(isIPv6: Bool, bits: UInt64) {
        self.isIPv6 = isIPv6
        self.bits = bits
    }

    init(_ address: sockaddr_in) {
        self.init(isIPv6: false, bits: UInt64(UInt32(bigEndian: address.sin_addr.s_addr)))
    }

    init(_ address: sockaddr_in6) {
        let (high, low) = withUnsafeBytes(of: address.sin6_addr) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        // ::ffff:0:0/96 is IPv4.
        let isMapped = high == 0 && low >> 32 == 0xFFFF
        self.init(isIPv6: !isMapped, bits: isMapped ? low & 0xFFFF_FFFF : high)
    }

    /// Of a channel that has no such address.
    static let unknown = PeerAddress(isIPv6: true, bits: .max)

    /// The address of an accepted channel's peer. The channel itself does not tell before it is active.
    static func find(of channel: any Channel) -> EventLoopFuture<PeerAddress> {
        guard let socket = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededFuture(.unknown)
        }
        // The system tells no more bytes of an address than it has, and refuses to tell fewer than are asked for: those that
        // both kinds have come first.
        let beginning: EventLoopFuture<sockaddr_in> = Self.ask(socket)
        return beginning.flatMap { address in
            switch Int32(address.sin_family) {
            case AF_INET:
                return channel.eventLoop.makeSucceededFuture(PeerAddress(address))
            case AF_INET6:
                let whole: EventLoopFuture<sockaddr_in6> = Self.ask(socket)
                return whole.map { PeerAddress($0) }
            default:
                return channel.eventLoop.makeSucceededFuture(.unknown)
            }
        }
    }

    private static func ask<Address: Sendable>(_ socket: any SocketOptionProvider) -> EventLoopFuture<Address> {
        socket.unsafeGetSocketOption(
            level: NIOBSDSocket.OptionLevel(rawValue: SOL_SOCKET),
            name: NIOBSDSocket.Option(rawValue: SO_PEERNAME)
        )
    }
}
