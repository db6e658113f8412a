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

    /// `grpc.health.v1.Health/Watch`: what `Check` answers, at once and when the daemon begins to drain or to stop.
    struct HealthWatch: RegistrableRPCService {
        let calls: CallExecutor
        let clock: ServerClock
        let draining: StopSignal
        let stopping: StopSignal

        func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
            router.registerHandler(
                forMethod: MethodDescriptor(fullyQualifiedService: "grpc.health.v1.Health", method: "Watch"),
                deserializer: BytesDeserializer(),
                serializer: BytesSerializer()
            ) { request, context in
                try await self.watch(request, context)
            }
        }

        private func watch(
            _ request: StreamingServerRequest<[UInt8]>,
            _ context: ServerContext
        ) async throws -> StreamingServerResponse<[UInt8]> {
            let request = try await ServerRequest(stream: request)
            let first = try await self.check(request.message, context)
            return StreamingServerResponse { writer in
                try await writer.write(first)
                // A caller that goes away cancels the call, and so does a server that stops.
                await self.draining.wait(orUntil: context.cancellation)
                guard self.draining.isGiven else { return [:] }
                let last = try await self.check(request.message, context)
                if last != first { try await writer.write(last) }
                await self.stopping.wait(orUntil: context.cancellation)
                guard self.stopping.isGiven else { return [:] }
                throw RPCError.stopping
            }
        }

        private func check(_ request: [UInt8], _ context: ServerContext) async throws -> [UInt8] {
            do throws(CallError) {
                return try await self.calls.answer(
                    UnaryCall(
                        method: .healthCheck,
                        request: request,
                        client: ClientID(peer: context.remotePeer),
                        arrival: self.clock.now()
                    )
                ).message
            } catch {
                throw RPCError(error)
            }
        }
    }
#endif
