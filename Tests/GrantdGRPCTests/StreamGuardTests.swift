//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import Glibc
    @testable internal import GrantdGRPC
    internal import GrantdEngine
    internal import GrantdPolicy
    @testable internal import GrantdServer
    internal import GrantdService
    internal import NIOCore
    internal import NIOEmbedded
    internal import NIOHPACK
    internal import NIOHTTP2
    internal import Synchronization
    internal import Testing

    /// What stands first on a call's stream.
    @Suite
    struct StreamGuardTests {
        /// A stream of a connection, with what both are known by.
        private struct Stream {
            let memory = StreamMemory()
            let place: ConnectionPlace
            let account: ConnectionAccount
            let channel = EmbeddedChannel()
            let timesKnown: Counter

            init(_ calls: CallExecutor, limits: Limits) throws {
                let counter = Counter()
                self.timesKnown = counter
                self.place = ConnectionPlace(channel: self.channel, peer: PeerAddress(sockaddr_in()), now: .now())
                self.account = ConnectionAccount(self.place, clock: .system) { _ in counter.add() }
                try self.channel.pipeline.syncOperations.addHandler(
                    StreamGuard(calls: calls, memory: self.memory, account: self.account, limits: limits)
                )
            }

            func head(_ path: String, token: String? = nil) throws {
                var headers: HPACKHeaders = [":path": path]
                if let token { headers.add(name: "authorization", value: "Bearer \(token)") }
                try self.channel.writeInbound(HTTP2Frame.FramePayload.headers(.init(headers: headers)))
            }

            func data(_ bytes: [UInt8], isLast: Bool) throws {
                let data = IOData.byteBuffer(ByteBuffer(bytes: bytes))
                let payload = HTTP2Frame.FramePayload.Data(data: data, endStream: isLast)
                try self.channel.writeInbound(HTTP2Frame.FramePayload.data(payload))
            }

            /// The status that the guard itself gave the call; nil where it gave none.
            func refusal() throws -> String? {
                guard case .headers(let payload)? = try self.channel.readOutbound(as: HTTP2Frame.FramePayload.self)
                else {
                    return nil
                }
                return payload.headers.first(name: "grpc-status")
            }
        }

        private final class Counter: Sendable {
            private let number = Atomic<Int>(0)
            var value: Int { self.number.load(ordering: .relaxed) }
            func add() { self.number.add(1, ordering: .relaxed) }
        }

        private static let evaluate = "/grantd.v1.Calculator/Evaluate"
        /// An empty message.
        private static let message: [UInt8] = [0, 0, 0, 0, 0]

        private static func withCalls(
            _ tokens: TokenSet = TokenSet(),
            _ body: (CallExecutor) throws -> Void
        ) throws {
            let ledger = AwardLedger(limits: .defaults)
            defer { ledger.close() }
            let calls = CallExecutor(
                limits: .defaults,
                tokens: tokens,
                clock: .system,
                threads: 1,
                ledger: ledger,
                policies: CompiledPolicies(try PolicySet.builtIn())
            )
            defer { calls.close() }
            try body(calls)
        }

        @Test("while replies fill the memory, who leaves them unread is refused, and who reads is served")
        func unread() throws {
            try Self.withCalls { calls in
                var limits = Limits.defaults
                limits.totalUnsentBytes = 1000
                for (own, others, status) in [(1, 600, "8"), (0, 601, nil), (500, 0, nil)] as [(Int, Int, String?)] {
                    let stream = try Stream(calls, limits: limits)
                    stream.account.unsent(own)
                    stream.memory.unsent(own + others)
                    try stream.head(Self.evaluate)
                    #expect(try stream.refusal() == status, "\(own) of \(own + others)")
                }
            }
        }

        @Test("a connection has a call at work from the end of its request until its stream ends")
        func atWork() throws {
            try Self.withCalls { calls in
                let stream = try Stream(calls, limits: .defaults)
                try stream.head(Self.evaluate)
                #expect(stream.place.idleSinceTime != nil)
                try stream.data(Self.message, isLast: true)
                #expect(stream.place.idleSinceTime == nil)
                _ = try stream.channel.finish(acceptAlreadyClosed: true)
                #expect(stream.place.idleSinceTime != nil)
            }
        }

        @Test("a call that its caller keeps open is none at work")
        func watching() throws {
            try Self.withCalls { calls in
                let stream = try Stream(calls, limits: .defaults)
                try stream.head("/grpc.health.v1.Health/Watch")
                try stream.data(Self.message, isLast: true)
                #expect(stream.place.idleSinceTime != nil)
                _ = try stream.channel.finish(acceptAlreadyClosed: true)
            }
        }

        @Test("where no tokens are asked for, a connection is a stranger until it has had a call")
        func noTokens() throws {
            try Self.withCalls { calls in
                let stream = try Stream(calls, limits: .defaults)
                try stream.head(Self.evaluate)
                #expect(stream.timesKnown.value == 0)
                try stream.data(Self.message, isLast: true)
                _ = try stream.channel.finish(acceptAlreadyClosed: true)
                #expect(stream.timesKnown.value == 1)
            }
        }

        @Test("a connection that shows a token is no stranger any more, and one without stays one")
        func tokens() throws {
            let tokens = TokenSet([Array("open-sesame".utf8)])
            try Self.withCalls(tokens) { calls in
                for (token, times) in [(nil, 0), ("wrong", 0), ("open-sesame", 1)] as [(String?, Int)] {
                    let stream = try Stream(calls, limits: .defaults)
                    try stream.head(Self.evaluate, token: token)
                    #expect(stream.timesKnown.value == times)
                    _ = try stream.channel.finish(acceptAlreadyClosed: true)
                }
            }
        }
    }
#endif
