//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdMessages
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import SwiftProtobuf
internal import Testing

/// A peer that speaks bytes: frames it puts together itself, good ones and bad ones.
final class RawPeer {
    /// What came back for one call.
    struct Reply {
        var meta: BrpcRpcMeta
        var payload: [UInt8]

        var code: Int32 { self.meta.response.errorCode }
        var text: String { self.meta.response.errorText }
        var status: String? { self.meta.userFields["grpc-status"] }
        var field: String? { self.meta.userFields["field"] }
    }

    struct ClosedByServer: Error {}

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let channel: any Channel
    private var buffer = ByteBuffer()

    private init(
        _ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>,
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.channel = channel.channel
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Connects, and closes the connection when `body` is done.
    ///
    /// - Parameter tls: what the connection is secured with; nil leaves it plain.
    static func connect<Result>(
        _ port: Int,
        tls: NIOSSLContext? = nil,
        _ body: (RawPeer) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: "localhost")
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawPeer(channel, inbound, outbound))
        }
    }

    /// The bytes of a call.
    static func frame(
        _ service: String,
        _ method: String,
        id: Int64 = 1,
        payload: [UInt8] = [],
        _ change: (inout BrpcRpcMeta) -> Void = { _ in }
    ) throws -> [UInt8] {
        var meta = BrpcRpcMeta()
        meta.request.serviceName = service
        meta.request.methodName = method
        meta.correlationID = id
        change(&meta)
        return self.frame(meta: try meta.serializedBytes(partial: true), payload: payload)
    }

    /// The bytes of a frame.
    static func frame(meta: [UInt8], payload: [UInt8]) -> [UInt8] {
        self.header(body: meta.count + payload.count, meta: meta.count) + meta + payload
    }

    static func header(body: Int, meta: Int) -> [UInt8] {
        var buffer = ByteBuffer(string: "PRPC")
        buffer.writeInteger(UInt32(body))
        buffer.writeInteger(UInt32(meta))
        return Array(buffer.readableBytesView)
    }

    func send(_ bytes: [UInt8]) async throws {
        try await self.outbound.write(ByteBuffer(bytes: bytes))
    }

    /// Closes our side; replies can still come.
    func finish() {
        self.outbound.finish()
    }

    /// Sends without waiting until it is sent.
    func sendWithoutWaiting(_ bytes: [UInt8]) {
        self.channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    func call(
        _ service: String,
        _ method: String,
        id: Int64 = 1,
        payload: [UInt8] = [],
        _ change: (inout BrpcRpcMeta) -> Void = { _ in }
    ) async throws -> Reply {
        try await self.send(try Self.frame(service, method, id: id, payload: payload, change))
        return try await self.reply()
    }

    /// The next reply.
    ///
    /// - Throws: `ClosedByServer` where none comes any more.
    func reply() async throws -> Reply {
        while true {
            if let reply = try self.takeReply() { return reply }
            guard var more = try await self.nextBytes() else { throw ClosedByServer() }
            self.buffer.writeBuffer(&more)
        }
    }

    /// Reads replies until the server closes the connection.
    func repliesUntilClose() async throws -> [Reply] {
        var replies: [Reply] = []
        while true {
            do {
                replies.append(try await self.reply())
            } catch is ClosedByServer {
                return replies
            }
        }
    }

    /// The next answer of HTTP, whose length is told.
    ///
    /// - Parameter isHead: whether its body is left out.
    /// - Throws: `ClosedByServer` where none comes any more.
    func answer(isHead: Bool = false) async throws -> HTTPAnswer {
        while true {
            if let answer = HTTPAnswer.take(from: &self.buffer, isHead: isHead) { return answer }
            guard var more = try await self.nextBytes() else { throw ClosedByServer() }
            self.buffer.writeBuffer(&more)
        }
    }

    /// Whether the server closes the connection, and says nothing more before.
    func isClosed() async throws -> Bool {
        while self.buffer.readableBytes == 0 {
            guard var more = try await self.nextBytes() else { return true }
            self.buffer.writeBuffer(&more)
        }
        return false
    }

    private func nextBytes() async throws -> ByteBuffer? {
        do {
            return try await self.inbound.next(isolation: #isolation)
        } catch is IOError {
            // A reset is a close as well.
            return nil
        }
    }

    private func takeReply() throws -> Reply? {
        guard
            let magic = self.buffer.getString(at: self.buffer.readerIndex, length: 4),
            let body = self.buffer.getInteger(at: self.buffer.readerIndex + 4, as: UInt32.self),
            let meta = self.buffer.getInteger(at: self.buffer.readerIndex + 8, as: UInt32.self),
            self.buffer.readableBytes >= 12 + Int(body)
        else { return nil }
        try #require(magic == "PRPC" && meta <= body)
        self.buffer.moveReaderIndex(forwardBy: 12)
        let metaBytes = self.buffer.readBytes(length: Int(meta)) ?? []
        let payload = self.buffer.readBytes(length: Int(body - meta)) ?? []
        self.buffer.discardReadBytes()
        return Reply(meta: try BrpcRpcMeta(serializedBytes: metaBytes), payload: payload)
    }
}
