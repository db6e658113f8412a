//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCNIOTransportHTTP2Posix
    internal import GrantdServer
    internal import NIOCore

    extension ServerConfiguration {
        /// The host's first address, in the transport's form.
        ///
        /// - Throws: `ServerStartError` with code `.address` where the name has none.
        func transportAddress() throws(ServerStartError) -> GRPCNIOTransportHTTP2Posix.SocketAddress {
            let address: NIOCore.SocketAddress
            do {
                address = try NIOCore.SocketAddress.makeAddressResolvingHost(self.host, port: self.port)
            } catch {
                throw self.startError(error)
            }
            let host = address.ipAddress ?? self.host
            switch address {
            case .v6: return .ipv6(host: host, port: self.port)
            default: return .ipv4(host: host, port: self.port)
            }
        }

        /// Why the address cannot be listened on, and what to do.
        func startError(_ error: any Error) -> ServerStartError {
            ServerStartError(
                code: .address,
                message: GrantdServer.explain(error, self, hostOption: "--grpc", portOption: "--grpc")
            )
        }
    }
#endif
