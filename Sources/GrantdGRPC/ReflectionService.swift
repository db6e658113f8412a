//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCCore
    internal import GrantdService
    internal import SwiftProtobuf

    /// `ServerReflection/ServerReflectionInfo` of `grpc.reflection.v1` and `v1alpha`, whose messages are the same on the wire.
    struct ReflectionService: RegistrableRPCService {
        /// The services' names: what tools ask for first, and what older ones know.
        static let names = ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"]
        /// The largest request: names are short.
        static let requestBytes = 64 << 10

        let indices: ReflectionIndices
        let stopping: StopSignal

        func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
            for name in Self.names {
                router.registerHandler(
                    forMethod: MethodDescriptor(fullyQualifiedService: name, method: "ServerReflectionInfo"),
                    deserializer: BytesDeserializer(),
                    serializer: BytesSerializer()
                ) { request, context in
                    self.answer(request, context)
                }
            }
        }

        private func answer(
            _ request: StreamingServerRequest<[UInt8]>,
            _ context: ServerContext
        ) -> StreamingServerResponse<[UInt8]> {
            if self.stopping.isGiven { return StreamingServerResponse(error: RPCError.stopping) }
            return StreamingServerResponse { writer in
                try await withThrowingTaskGroup(of: Bool.self) { tasks in
                    tasks.addTask {
                        try await self.answer(request.messages, into: writer)
                        return true
                    }
                    tasks.addTask {
                        await self.stopping.wait(orUntil: context.cancellation)
                        return false
                    }
                    defer { tasks.cancelAll() }
                    // A tool that keeps its stream open does not keep the daemon from stopping.
                    if try await tasks.next() == false { throw RPCError.stopping }
                }
                return [:]
            }
        }

        private func answer(
            _ messages: RPCAsyncSequence<[UInt8], any Error>,
            into writer: RPCWriter<[UInt8]>
        ) async throws {
            var answerer = ReflectionAnswerer(try self.indices.current())
            for try await message in messages {
                let request: ReflectionServerReflectionRequest
                do {
                    guard message.count <= Self.requestBytes else { throw BinaryDecodingError.malformedProtobuf }
                    request = try ReflectionServerReflectionRequest(serializedBytes: message)
                } catch {
                    throw RPCError(code: .invalidArgument, message: "the message is not a ServerReflectionRequest")
                }
                let response: [UInt8] = try answerer.answer(request).serializedBytes()
                try await writer.write(response)
            }
        }
    }
#endif
