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

    /// Every method of the contract that has one request and one reply, answered by the executor. The messages' bytes go through
    /// as they are.
    struct UnaryServices: RegistrableRPCService {
        let calls: CallExecutor
        let clock: ServerClock
        let memory: StreamMemory
        let unsentLimit: Int
        let log: GRPCCallLog

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
            let calls = self.calls
            var token = Bearer.token(in: request.metadata[stringValues: "authorization"])
            let caller = token.withUTF8 { calls.caller(UnsafeRawBufferPointer($0)) }
            let cancellation = context.cancellation
            let id = self.log.id(in: request.metadata)
            let call = UnaryCall(
                method: method,
                request: message,
                client: ClientID(peer: context.remotePeer),
                caller: caller ?? .stranger,
                id: id,
                arrival: arrival,
                deadline: deadline,
                // A stopping server cancels every call; what is in flight is answered all the same.
                isAbandoned: { cancellation.isCancelled && !calls.isStopping }
            )
            var error: CallError?
            defer { self.callEnded(call, error, id, context) }
            do throws(CallError) {
                let reply = try await calls.answer(call)
                var metadata: Metadata = [GRPCCallLog.idKey: "\(id)"]
                if let hash = reply.requestHash { metadata.addString("\(hash)", forKey: GRPCCallLog.requestHashKey) }
                return StreamingServerResponse(single: ServerResponse(message: reply.message, metadata: metadata))
            } catch let failure {
                error = failure
                return StreamingServerResponse(error: RPCError(failure, id: id))
            }
        }

        private func callEnded(_ call: UnaryCall, _ error: CallError?, _ id: RequestID, _ context: ServerContext) {
            let now = self.clock.now()
            self.log.callEnded(
                CallLog.Ended(
                    CallSubject(.grpc, call.method, caller: call.caller.number),
                    error: error?.kind,
                    nanoseconds: now.nanoseconds(since: call.arrival)
                ),
                id: id,
                peer: context.remotePeer,
                now: now
            )
        }
    }

    extension ClientID {
        /// The client at an address, as the transport writes it: a connection.
        init(peer: String) {
            self.init(UInt64(truncatingIfNeeded: peer.hashValue))
        }
    }

    extension Method {
        /// The `:path` of its calls.
        var path: String {
            "/\(self.entry.service)/\(self.entry.name)"
        }

        /// The method as gRPC's router knows it.
        var descriptor: MethodDescriptor {
            MethodDescriptor(fullyQualifiedService: "\(self.entry.service)", method: "\(self.entry.name)")
        }
    }
#endif
