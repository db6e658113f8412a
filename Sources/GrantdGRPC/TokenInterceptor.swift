//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCCore
    internal import GrantdEngine
    internal import GrantdServer
    internal import GrantdService

    /// Lets through the calls that carry one of the daemon's tokens, `authorization: Bearer TOKEN`, and the question after the
    /// daemon's health, which needs none.
    struct TokenInterceptor: ServerInterceptor {
        let calls: CallExecutor
        let clock: ServerClock
        let log: GRPCCallLog

        func intercept<Input: Sendable, Output: Sendable>(
            request: StreamingServerRequest<Input>,
            context: ServerContext,
            next:
                @concurrent @Sendable (StreamingServerRequest<Input>, ServerContext) async throws ->
                StreamingServerResponse<Output>
        ) async throws -> StreamingServerResponse<Output> {
            if context.descriptor == Method.healthCheck.descriptor { return try await next(request, context) }
            var token = Bearer.token(in: request.metadata[stringValues: "authorization"])
            guard token.withUTF8({ self.calls.admits(UnsafeRawBufferPointer($0)) }) else {
                let id = self.log.id(in: request.metadata)
                self.log.callEnded(
                    CallLog.Ended(
                        CallSubject(.grpc, nil, caller: .stranger),
                        error: Refusal.unauthorised.kind,
                        nanoseconds: 0
                    ),
                    id: id,
                    peer: context.remotePeer,
                    now: self.clock.now()
                )
                throw RPCError.unauthenticated(id: id)
            }
            return try await next(request, context)
        }
    }
#endif
