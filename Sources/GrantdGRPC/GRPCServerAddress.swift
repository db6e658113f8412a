//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GrantdServer
    internal import NIOCore

    extension ServerConfiguration {
        /// The host's first address.
        ///
        /// - Throws: `ServerStartError` with code `.address` where the name has none.
        func firstAddress() throws(ServerStartError) -> SocketAddress {
            do {
                return try SocketAddress.makeAddressResolvingHost(self.host, port: self.port)
            } catch {
                throw self.startError(error)
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
