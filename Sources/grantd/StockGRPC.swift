//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdEngine
internal import GrantdServer
internal import Logging

#if GRPC
    internal import GrantdGRPC
#endif

/// Stock gRPC beside the frames, in builds that have it.
enum StockGRPC {
    #if GRPC
        static let isBuiltIn = true
    #else
        static let isBuiltIn = false
    #endif

    /// The server, which prints `grpc listening on HOST:PORT` when it is ready; none in builds without gRPC.
    static func server(
        configuration: ServerConfiguration,
        policies: CompiledPolicies,
        logger: Logger
    ) -> (any TransportServer)? {
        #if GRPC
            GRPCTransportServer(configuration: configuration, policies: policies, logger: logger) { address in
                StandardStream.announce("grpc listening on \(GrantdServer.text(of: address))")
            }
        #else
            nil
        #endif
    }
}
