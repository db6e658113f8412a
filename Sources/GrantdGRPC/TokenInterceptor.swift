//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCCore
    internal import GrantdServer

    /// Lets through the calls that carry one of the daemon's tokens: `authorization: Bearer TOKEN`.
    struct TokenInterceptor: ServerInterceptor {
        let desks: CallDesks

        func intercept<Input: Sendable, Output: Sendable>(
            request: StreamingServerRequest<Input>,
            context: ServerContext,
            next:
                @concurrent @Sendable (StreamingServerRequest<Input>, ServerContext) async throws ->
                StreamingServerResponse<Output>
        ) async throws -> StreamingServerResponse<Output> {
            var token = Bearer.token(in: request.metadata)
            guard token.withUTF8({ self.desks.admits(UnsafeRawBufferPointer($0)) }) else {
                throw RPCError.unauthenticated
            }
            return try await next(request, context)
        }
    }

    /// The credential of RFC 6750 in a call's metadata.
    enum Bearer {
        /// The token; empty, which is no token, where there is none or more than one.
        static func token(in metadata: Metadata) -> String {
            var values = metadata[stringValues: "authorization"].makeIterator()
            guard let value = values.next(), values.next() == nil else { return "" }
            let scheme = value.utf8.prefix { $0 != UInt8(ascii: " ") }
            guard Substring(scheme).lowercased() == "bearer" else { return "" }
            return String(Substring(value.utf8.dropFirst(scheme.count).drop { $0 == UInt8(ascii: " ") }))
        }
    }
#endif
