//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import GrantdWire
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import SwiftProtobuf
internal import Synchronization

@testable internal import GrantdClient

/// A request as a fake server sees it.
struct FakeCall: Sendable {
    /// Which of the connections it came over, from 0.
    let connection: Int
    /// Which of that connection's calls it is, from 0.
    let number: Int
    let meta: BrpcRpcMeta
    let payload: ByteBuffer

    /// The meta part of an answer.
    var answerMeta: BrpcRpcMeta {
        .with {
            $0.response = .init()
            $0.correlationID = self.meta.correlationID
        }
    }

    /// A reply's frame.
    ///
    /// - Parameters:
    ///   - id: Whose it says that it is; its own call's by default.
    ///   - fields: What stands beside the answer.
    func reply(_ message: some Message, id: Int64? = nil, fields: [String: String] = [:]) -> FakeAction {
        let payload = (try? message.serializedBytes() as [UInt8]) ?? []
        var meta = BrpcRpcMeta()
        meta.response = BrpcRpcResponseMeta()
        meta.correlationID = id ?? self.meta.correlationID
        meta.userFields = fields
        return .send(frame(meta: meta, payload: payload))
    }

    /// An error reply's frame.
    func refuse(_ code: Int32, _ text: String = "", field: String? = nil) -> FakeAction {
        var meta = BrpcRpcMeta()
        meta.response.errorCode = code
        meta.response.errorText = text
        meta.correlationID = self.meta.correlationID
        if let field { meta.userFields["field"] = field }
        return .send(frame(meta: meta, payload: []))
    }

    /// An assessment that repeats the application's id.
    func assess() -> FakeAction {
        let request = try? GrantdEvaluateRequest(serializedBytes: MessageBytes(self.payload))
        return self.reply(GrantdAssessment.whole(request?.application.applicationID ?? ""))
    }

    /// One assessment for each application of a batch; an application called `bad` is refused.
    func assessBatch() -> FakeAction {
        let request = (try? GrantdEvaluateBatchRequest(serializedBytes: MessageBytes(self.payload))) ?? .init()
        var response = GrantdEvaluateBatchResponse()
        response.results = request.applications.map { application in
            var result = GrantdEvaluateBatchResult()
            if application.applicationID == "bad" {
                result.error.code = 1003
                result.error.field = "as_of"
            } else {
                result.assessment = .whole(application.applicationID)
                result.assessment.measure = "\(request.stage.rawValue)"
            }
            return result
        }
        return self.reply(response)
    }
}

extension GrantdAssessment {
    /// An assessment with all that the contract always sets.
    static func whole(_ applicationID: String) -> Self {
        .with {
            $0.applicationID = applicationID
            $0.measure = "medical-device.common-platform"
            $0.asOf = "2026-05-20"
            $0.outcome = .eligible
            $0.basis = .exact
            $0.policy = .with {
                $0.programme = "medical-device"
                $0.documentNumber = "京经信发〔2025〕50号"
                $0.digest = String(repeating: "0", count: 64)
            }
        }
    }
}

func frame(meta: BrpcRpcMeta, payload: [UInt8]) -> ByteBuffer {
    let head: [UInt8] = (try? meta.serializedBytes()) ?? []
    var buffer = ByteBuffer(string: "PRPC")
    buffer.writeInteger(UInt32(head.count + payload.count))
    buffer.writeInteger(UInt32(head.count))
    buffer.writeBytes(head)
    buffer.writeBytes(payload)
    return buffer
}

enum FakeAction: Sendable {
    case send(ByteBuffer)
    /// Sends so many bytes every tenth of a second, to the end.
    case trickle(ByteBuffer, step: Int)
    case close
}

/// How a fake server reads from a connection.
enum FakeReading: Sendable {
    case freely
    case never
    /// Waits so often, each time before it reads a few tens of kilobytes, and reads the rest freely.
    case slowly(pauses: Int, of: TimeAmount)
}

/// A server that does what its script says, over real sockets.
struct FakeServer: Sendable {
    typealias Script = @Sendable (FakeCall) -> [FakeAction]

    let channel: any Channel
    let address: GrantdAddress

    /// - Parameters:
    ///   - tls: What its connections are secured with; nil leaves them plain.
    ///   - reading: How it reads from its first connections; from others it reads freely.
    static func start(
        port: Int = 0,
        tls: NIOSSLContext? = nil,
        reading: [FakeReading] = [],
        script: @escaping Script
    ) async throws -> FakeServer {
        let connections = Counter()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    let connection = connections.next()
                    let way = connection < reading.count ? reading[connection] : .freely
                    try channel.pipeline.syncOperations.addHandler(FakeReadingHandler(way))
                    let handler = FakeServerHandler(connection: connection, script: script)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: port)
            .get()
        return FakeServer(
            channel: channel,
            address: GrantdAddress(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
        )
    }

    func stop() async throws {
        try await self.channel.close()
    }
}

/// Runs a fake server and a client for it, and ends both.
func withFakeServer(
    configuration: GrantdClientConfiguration = .forTests,
    tls: NIOSSLContext? = nil,
    reading: [FakeReading] = [],
    script: @escaping FakeServer.Script,
    _ body: (GrantdClient) async throws -> Void
) async throws {
    let server = try await FakeServer.start(tls: tls, reading: reading, script: script)
    let client = GrantdClient(address: server.address, configuration: configuration)
    do {
        try await body(client)
        await client.shutdown()
        try await server.stop()
    } catch {
        await client.shutdown()
        try await server.stop()
        throw error
    }
}

extension GrantdClientConfiguration {
    /// Short pauses, and a deadline that only a hang reaches.
    static var forTests: Self {
        var configuration = Self.defaults
        configuration.retry.initialBackoff = .milliseconds(1)
        configuration.retry.maximumBackoff = .milliseconds(4)
        configuration.deadline = .seconds(30)
        return configuration
    }
}

/// Counts from 0, from anywhere.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// The numbers given out so far.
    var value: Int { self.count.load(ordering: .relaxed) }

    func next() -> Int { self.count.add(1, ordering: .relaxed).oldValue }
}

private final class FakeReadingHandler: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private let reading: FakeReading
    private var pauses = 0

    init(_ reading: FakeReading) { self.reading = reading }

    func read(context: ChannelHandlerContext) {
        switch self.reading {
        case .never: break
        case .slowly(let pauses, let time) where self.pauses < pauses:
            self.pauses += 1
            context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.read() }
        case .freely, .slowly: context.read()
        }
    }
}

private final class FakeServerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: Int
    private let script: FakeServer.Script
    private var decoder = FrameDecoder(maximumBodyBytes: 64 * 1024 * 1024)
    private var number = 0

    init(connection: Int, script: @escaping FakeServer.Script) {
        self.connection = connection
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.decoder.append(self.unwrapInboundIn(data))
        while let frame = try? self.decoder.next(),
            let meta = try? BrpcRpcMeta(serializedBytes: MessageBytes(frame.meta))
        {
            let call = FakeCall(connection: self.connection, number: self.number, meta: meta, payload: frame.payload)
            self.number += 1
            for action in self.script(call) {
                switch action {
                case .send(let bytes): context.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
                case .trickle(let bytes, let step): self.trickle(bytes, step: step, context)
                case .close: context.close(promise: nil)
                }
            }
        }
    }

    private func trickle(_ bytes: ByteBuffer, step: Int, _ context: ChannelHandlerContext) {
        var rest = bytes
        guard let piece = rest.readSlice(length: min(step, rest.readableBytes)), piece.readableBytes > 0 else { return }
        context.writeAndFlush(self.wrapOutboundOut(piece), promise: nil)
        let left = rest
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(100)) {
            if context.channel.isActive { self.trickle(left, step: step, context) }
        }
    }
}
