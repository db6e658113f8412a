//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import Foundation
    internal import GRPCCore
    internal import GRPCNIOTransportHTTP2Posix
    internal import GrantdDecisionLog
    @testable internal import GrantdGRPC
    internal import GrantdMessages
    internal import GrantdEngine
    internal import GrantdPolicy
    internal import GrantdServer
    internal import GrantdService
    internal import GrantdTesting
    internal import Logging
    internal import NIOCore
    internal import SwiftProtobuf
    internal import Synchronization
    internal import Testing

    /// The server over a real connection, with gRPC's own client.
    @Suite
    struct LiveTests {
        private typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

        private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

        private static func withServer(
            _ configuration: ServerConfiguration = .defaults,
            security: HTTP2ClientTransport.Posix.TransportSecurity = .plaintext,
            _ body: @Sendable (Client, GRPCTransportServer) async throws -> Void
        ) async throws {
            try await Self.onPort(configuration) { port, server in
                try await Self.withClient(port, security: security) { try await body($0, server) }
            }
        }

        private static func onPort(
            _ configuration: ServerConfiguration,
            _ body: @Sendable (Int, GRPCTransportServer) async throws -> Void
        ) async throws {
            var configuration = configuration
            configuration.port = 0
            let (ports, found) = AsyncStream<Int>.makeStream()
            let server = GRPCTransportServer(
                configuration: configuration,
                policies: CompiledPolicies(try PolicySet.builtIn()),
                logger: Self.silent,
                onListening: { found.yield($0.port ?? 0) }
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await server.run() }
                var iterator = ports.makeAsyncIterator()
                let port = try #require(await iterator.next())
                try await body(port, server)
                // A cancelled server stops as a graceful one does.
                tasks.cancelAll()
                while await tasks.nextResult() != nil {}
            }
        }

        private static func withClient(
            _ port: Int,
            security: HTTP2ClientTransport.Posix.TransportSecurity,
            _ body: @Sendable (Client) async throws -> Void
        ) async throws {
            try await withGRPCClient(
                transport: .http2NIOPosix(
                    target: .ipv4(address: "127.0.0.1", port: port),
                    transportSecurity: security
                ),
                handleClient: body
            )
        }

        private static func call(
            _ client: Client,
            _ method: String,
            _ request: [UInt8],
            metadata: Metadata = [:]
        ) async throws -> [UInt8] {
            try await client.unary(
                request: ClientRequest(message: request, metadata: metadata),
                descriptor: MethodDescriptor(fullyQualifiedService: "grantd.v1.Calculator", method: method),
                serializer: BytesSerializer(),
                deserializer: BytesDeserializer(),
                options: .defaults
            ) { try $0.message }
        }

        private static func evaluate(_ asOf: String = "2026-03-01") throws -> [UInt8] {
            try GrantdEvaluateRequest.with {
                $0.application.applicationID = "a"
                $0.application.asOf = asOf
                $0.application.subjectID = "s"
                $0.application.aiApplicationGeneralAgent = .init()
            }.serializedBytes()
        }

        private static func error(_ work: () async throws -> [UInt8]) async -> RPCError? {
            do {
                _ = try await work()
                return nil
            } catch {
                return error as? RPCError
            }
        }

        @Test("a call is answered, a wrong one with its field")
        func calls() async throws {
            try await Self.withServer { client, _ in
                let reply = try await Self.call(client, "Evaluate", try Self.evaluate())
                #expect(try GrantdAssessment(serializedBytes: reply).applicationID == "a")
                let wrong = await Self.error { try await Self.call(client, "Evaluate", try Self.evaluate("soon")) }
                #expect(wrong?.code == .invalidArgument)
                #expect(wrong.map { Array($0.metadata[stringValues: "field"]) } == ["as_of"])
                let unknown = await Self.error { try await Self.call(client, "Guess", []) }
                #expect(unknown?.code == .unimplemented)
            }
        }

        @Test("a message over the limit is refused by its declared size")
        func tooLarge() async throws {
            var configuration = ServerConfiguration.defaults
            configuration.limits.requestBytes = 1000
            try await Self.withServer(configuration) { client, _ in
                let error = await Self.error {
                    try await Self.call(client, "Evaluate", [UInt8](repeating: 0, count: 2000))
                }
                #expect(error?.code == .resourceExhausted)
                _ = try await Self.call(client, "Evaluate", try Self.evaluate())
            }
        }

        @Test("every call needs a token where there are any")
        func tokens() async throws {
            var configuration = ServerConfiguration.defaults
            configuration.tokens = TokenSet([[UInt8]("right".utf8)])
            try await Self.withServer(configuration) { client, _ in
                let error = await Self.error { try await Self.call(client, "Evaluate", try Self.evaluate()) }
                #expect(error?.code == .unauthenticated)
                _ = try await Self.call(
                    client,
                    "Evaluate",
                    try Self.evaluate(),
                    metadata: ["authorization": "Bearer right"]
                )
            }
        }

        @Test("a call's id is repeated with its answer and with its error, and one is made where there is none")
        func ids() async throws {
            try await Self.withServer { client, _ in
                func id(_ request: [UInt8], _ metadata: Metadata) async throws -> [String] {
                    try await client.unary(
                        request: ClientRequest(message: request, metadata: metadata),
                        descriptor: MethodDescriptor(
                            fullyQualifiedService: "grantd.v1.Calculator",
                            method: "Evaluate"
                        ),
                        serializer: BytesSerializer(),
                        deserializer: BytesDeserializer(),
                        options: .defaults
                    ) { response in
                        switch response.accepted {
                        case .success(let contents): Array(contents.metadata[stringValues: "x-request-id"])
                        case .failure(let error): Array(error.metadata[stringValues: "x-request-id"])
                        }
                    }
                }
                #expect(try await id(try Self.evaluate(), ["x-request-id": "order-5"]) == ["order-5"])
                #expect(try await id(try Self.evaluate("soon"), ["x-request-id": "order-6"]) == ["order-6"])
                let made = try await id(try Self.evaluate(), ["x-request-id": "with space"])
                #expect(made.count == 1 && made.first?.contains("-") == true)
            }
        }

        @Test("those who watch its health are told when it drains, and when it stops")
        func drain() async throws {
            let configuration = ServerConfiguration.defaults
            try await Self.withServer(configuration) { client, server in
                let statuses = try await client.serverStreaming(
                    request: ClientRequest(message: []),
                    descriptor: MethodDescriptor(fullyQualifiedService: "grpc.health.v1.Health", method: "Watch"),
                    serializer: BytesSerializer(),
                    deserializer: BytesDeserializer(),
                    options: .defaults
                ) { response in
                    var statuses: [HealthHealthCheckResponse.ServingStatus] = []
                    for try await message in response.messages {
                        statuses.append(try HealthHealthCheckResponse(serializedBytes: message).status)
                        if statuses.count == 2 { return statuses }
                        configuration.readiness.drain()
                        server.drain()
                    }
                    return statuses
                }
                #expect(statuses == [.serving, .notServing])
                // It serves on.
                _ = try await Self.call(client, "Evaluate", try Self.evaluate())
            }
        }

        @Test("with a log every answer has the hash of its request in its metadata, and is written once")
        func decisions() async throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "log-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let log = try FileDecisionLog(
                DecisionLogSettings(directory: folder),
                tokens: TokenSet(),
                policies: CompiledPolicies(try PolicySet.builtIn())
            ) { _ in }
            defer { log.close() }
            var configuration = ServerConfiguration.defaults
            configuration.decisionLog = log
            let single = try Self.evaluate()
            let batch: [UInt8] = try GrantdEvaluateBatchRequest.with {
                $0.applications = Array(
                    repeating: try GrantdEvaluateRequest(serializedBytes: single).application,
                    count: 100
                )
            }.serializedBytes()
            try await Self.withServer(configuration) { client, _ in
                for (method, request) in [("Evaluate", single), ("EvaluateBatch", batch)] {
                    let hashes = try await client.unary(
                        request: ClientRequest(message: request, metadata: ["x-request-id": "order-7"]),
                        descriptor: MethodDescriptor(fullyQualifiedService: "grantd.v1.Calculator", method: method),
                        serializer: BytesSerializer(),
                        deserializer: BytesDeserializer(),
                        options: .defaults
                    ) { response -> [String] in
                        switch response.accepted {
                        case .success(let contents): Array(contents.metadata[stringValues: "x-request-hash"])
                        case .failure: []
                        }
                    }
                    #expect(hashes == [PolicyDigest.of(request)])
                }
            }
            log.close()
            var requests: [[UInt8]] = []
            try LogWalk([folder]).run { entry, _ in
                guard let decision = entry.decision else { return true }
                #expect(entry.transport == .grpc)
                #expect(String(decoding: decision.id, as: UTF8.self) == "order-7")
                requests.append([UInt8](decision.request))
                return true
            }
            #expect(requests == [single, batch])
        }

        @Test("other policies reach it, and it counts its calls")
        func policies() async throws {
            try await Self.withServer { client, server in
                server.replacePolicies(CompiledPolicies(try PolicyLoader.load(files: []).get()))
                let error = await Self.error { try await Self.call(client, "Evaluate", try Self.evaluate()) }
                #expect(error?.code == .invalidArgument)
                #expect(await server.statistics().calls.calls == 1)
            }
        }

        @Test("it runs once, and says why it cannot listen")
        func start() async throws {
            var configuration = ServerConfiguration.defaults
            configuration.host = "192.0.2.1"
            let server = GRPCTransportServer(
                configuration: configuration,
                policies: CompiledPolicies(try PolicySet.builtIn()),
                logger: Self.silent
            )
            let error = await #expect(throws: ServerStartError.self) { try await server.run() }
            #expect(error?.code == .address)
            #expect(error?.message.contains("--grpc") == true)
            await #expect(throws: ServerStartError.self) { try await server.run() }
        }

        /// Of a client.
        ///
        /// - Parameters:
        ///   - pair: whose certificate it trusts.
        ///   - own: what it shows itself.
        private static func security(
            trusting pair: TLSFiles.Pair,
            showing own: TLSFiles.Pair? = nil
        ) -> HTTP2ClientTransport.Posix.TransportSecurity {
            .tls {
                $0.trustRoots = .certificates([.bytes(Array(pair.certificate.utf8), format: .pem)])
                // The address has no name to compare.
                $0.serverCertificateVerification = .noHostnameVerification
                guard let own else { return }
                $0.certificateChain = [.bytes(Array(own.certificate.utf8), format: .pem)]
                $0.privateKey = .bytes(Array(own.key.utf8), format: .pem)
            }
        }

        @Test("calls are answered over TLS, and a peer that trusts another certificate makes none")
        func tls() async throws {
            try await TLSFiles.withDirectory { directory in
                var configuration = ServerConfiguration.defaults
                configuration.tls = try TLSFiles.source(directory, TLSFiles.first)
                try await Self.withServer(configuration, security: Self.security(trusting: TLSFiles.first)) {
                    client,
                    _ in
                    let answer = try await Self.call(client, "Evaluate", try Self.evaluate())
                    #expect(!answer.isEmpty)
                }
                try await Self.withServer(configuration, security: Self.security(trusting: TLSFiles.second)) {
                    client,
                    _ in
                    await #expect(throws: RPCError.self) {
                        try await Self.call(client, "Evaluate", try Self.evaluate())
                    }
                }
            }
        }

        @Test("certificate and authorities of peers are those that were read last, for every new connection")
        func reload() async throws {
            try await TLSFiles.withDirectory { directory in
                var configuration = ServerConfiguration.defaults
                let source = try TLSFiles.source(directory, TLSFiles.first, asksForClients: true)
                configuration.tls = source
                try await Self.onPort(configuration) { port, _ in
                    /// Whether a call of such a client is answered.
                    @Sendable func isAnswered(
                        trusting pair: TLSFiles.Pair,
                        showing own: TLSFiles.Pair?
                    ) async throws -> Bool {
                        let error = Mutex<RPCError?>(nil)
                        try await Self.withClient(port, security: Self.security(trusting: pair, showing: own)) {
                            client in
                            let failure = await Self.error {
                                try await Self.call(client, "Evaluate", try Self.evaluate())
                            }
                            error.withLock { $0 = failure }
                        }
                        return error.withLock { $0 == nil }
                    }
                    let (first, second) = (TLSFiles.first, TLSFiles.second)
                    #expect(try await isAnswered(trusting: first, showing: first))
                    #expect(try await !isAnswered(trusting: first, showing: second))
                    #expect(try await !isAnswered(trusting: first, showing: nil))
                    try TLSFiles.write(second.certificate, to: directory + "/cert.pem")
                    try TLSFiles.write(second.key, to: directory + "/key.pem")
                    #expect(source.reload(logger: Self.silent))
                    #expect(try await isAnswered(trusting: second, showing: second))
                    #expect(try await !isAnswered(trusting: second, showing: first))
                }
            }
        }
    }
#endif
