//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCCore
    internal import GrantdEngine
    internal import GrantdServer

    /// Every method of the contract that has one request and one reply, answered at the desks. The messages' bytes go through
    /// as they are.
    struct UnaryServices: RegistrableRPCService {
        let desks: CallDesks
        let clock: ServerClock
        let memory: StreamMemory
        let unsentLimit: Int

        func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
            for method in Method.allCases {
                router.registerHandler(
                    forMethod: method.descriptor,
                    deserializer: BytesDeserializer(),
                    serializer: BytesSerializer()
                ) { request, context in
                    try await self.answer(method, request, context)
                }
            }
        }

        private func answer(
            _ method: Method,
            _ request: StreamingServerRequest<[UInt8]>,
            _ context: ServerContext
        ) async throws -> StreamingServerResponse<[UInt8]> {
            let arrival = self.clock.now()
            let deadline = CallTimeout.nanoseconds(in: request.metadata).map { arrival.advanced(byNanoseconds: $0) }
            guard self.memory.unsent <= self.unsentLimit else { throw RPCError.unsentReplies }
            let message = try await ServerRequest(stream: request).message
            let desks = self.desks
            let cancellation = context.cancellation
            let call = DeskCall(
                method: method,
                request: message,
                arrival: arrival,
                deadline: deadline,
                // A stopping server cancels every call; what is in flight is answered all the same.
                isAbandoned: { cancellation.isCancelled && !desks.isStopping }
            )
            do throws(CallError) {
                return StreamingServerResponse(single: ServerResponse(message: try await desks.answer(call)))
            } catch {
                return StreamingServerResponse(error: RPCError(error))
            }
        }
    }

    extension Method {
        /// The `:path` of its calls.
        var path: String {
            let names = self.names
            return "/\(names.service)/\(names.method)"
        }

        /// The method as gRPC's router knows it.
        var descriptor: MethodDescriptor {
            let names = self.names
            return MethodDescriptor(fullyQualifiedService: "\(names.service)", method: "\(names.method)")
        }
    }
#endif
