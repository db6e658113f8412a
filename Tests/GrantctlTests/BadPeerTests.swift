//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdMessages
import NIOCore
import NIOPosix
import SwiftProtobuf
import Testing

@testable import grantctl

@Suite("The tool with a bad peer", .timeLimit(.minutes(2)))
struct BadPeerTests {
    private static let request = #"{"application": {"as_of": "2026-05-20", "digital_space_launch_event": {}}}"# + "\n"

    @Test(
        "prints nothing for a reply without `response`, and ends with 1",
        arguments: [
            ["evaluate", "-"], ["evaluate", "--json", "-"], ["measures"], ["describe", "a.b"], ["documents"],
            ["health"],
            ["screen", "-"], ["auction", "-"],
        ]
    )
    func noResponse(arguments: [String]) async throws {
        try await withPeer(hasResponse: false, payload: []) { address in
            try await self.expectNothing(arguments, address)
        }
    }

    @Test(
        "prints nothing for an answer that lacks what is always set, and ends with 1",
        arguments: [
            ["evaluate", "-"], ["evaluate", "--json", "-"], ["describe", "a.b"], ["health"], ["auction", "-"],
        ]
    )
    func incomplete(arguments: [String]) async throws {
        try await withPeer(hasResponse: true, payload: []) { address in
            try await self.expectNothing(arguments, address)
        }
    }

    private func expectNothing(_ arguments: [String], _ address: String) async throws {
        let input =
            switch arguments[0] {
            case "screen": #"{"as_of": "2026-05-20"}"#
            case "auction": "bid_id,price_e4yuan_per_kwh,energy_kwh,energy_limit_kwh\nA,1,1,1\n"
            default: Self.request
            }
        let result = try await Tool.run(arguments + ["--address", address], input: input)
        #expect(result.code == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("grantctl: "))
    }

    @Test("ends an auction with 1 where bids have no results")
    func noResults() async throws {
        let answer = GrantdClearAuctionResponse.with {
            $0.outcome = .cleared
            $0.clearingPriceE4YuanPerKwh = 1
        }
        try await withPeer(hasResponse: true, payload: try answer.serializedBytes()) { address in
            try await self.expectNothing(["auction", "-"], address)
        }
    }

    @Test("answers lines whose batch has no answer with an error each", arguments: [true, false])
    func lines(hasResponse: Bool) async throws {
        try await withPeer(hasResponse: hasResponse, payload: []) { address in
            let result = try await Tool.run(
                ["evaluate", "--jsonl", "--address", address],
                input: Self.request + Self.request
            )
            #expect(result.code == 1)
            #expect(result.lines.count == 2)
            #expect(result.lines.allSatisfy { $0.hasPrefix(#"{"error":{"code":2001,"#) })
        }
    }

    @Test("counts no reply of the bench that holds no answer", arguments: [true, false])
    func bench(hasResponse: Bool) async throws {
        try await withPeer(hasResponse: hasResponse, payload: []) { address in
            let result = try await Tool.run(["bench", "--address", address, "--duration", "0.2", "--warm-up", "0.05"])
            #expect(result.code == 1)
            #expect(result.errors.contains("a reply without an answer in it"))
        }
    }

    @Test("decodes no answer of 8,000,000 empty entries")
    func manyEntries() async throws {
        let empty = Array(repeating: [UInt8(9 << 3 | 2), 0], count: 8_000_000).flatMap(\.self)
        try await withPeer(hasResponse: true, payload: empty) { address in
            let result = try await Tool.run(["evaluate", "--address", address], input: Self.request)
            #expect(result.code == 1)
            #expect(result.errors == "grantctl: the answer is larger than this tool reads; ask for less in one call\n")
        }
    }
}

/// Runs a peer that has the same answer for every call.
///
/// - Parameter hasResponse: Whether its replies say that they are answers.
func withPeer(hasResponse: Bool, payload: [UInt8], _ body: (String) async throws -> Void) async throws {
    let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(PeerHandler(hasResponse: hasResponse, payload: payload))
            }
        }
        .bind(host: "127.0.0.1", port: 0)
        .get()
    do {
        try await body("127.0.0.1:\(channel.localAddress?.port ?? 0)")
        try await channel.close()
    } catch {
        try await channel.close()
        throw error
    }
}

private final class PeerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let hasResponse: Bool
    private let payload: [UInt8]
    private var unread = ByteBuffer()

    init(hasResponse: Bool, payload: [UInt8]) {
        self.hasResponse = hasResponse
        self.payload = payload
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        self.unread.writeBuffer(&bytes)
        while let body = self.unread.getInteger(at: self.unread.readerIndex + 4, as: UInt32.self),
            let size = self.unread.getInteger(at: self.unread.readerIndex + 8, as: UInt32.self),
            var frame = self.unread.readSlice(length: 12 + Int(body))
        {
            frame.moveReaderIndex(forwardBy: 12)
            guard let request = try? BrpcRpcMeta(serializedBytes: frame.readBytes(length: Int(size)) ?? []) else {
                return
            }
            var meta = BrpcRpcMeta()
            meta.correlationID = request.correlationID
            if self.hasResponse { meta.response = .init() }
            guard let head: [UInt8] = try? meta.serializedBytes() else { return }
            var reply = ByteBuffer(string: "PRPC")
            reply.writeInteger(UInt32(head.count + self.payload.count))
            reply.writeInteger(UInt32(head.count))
            reply.writeBytes(head)
            reply.writeBytes(self.payload)
            context.writeAndFlush(self.wrapOutboundOut(reply), promise: nil)
        }
    }
}
