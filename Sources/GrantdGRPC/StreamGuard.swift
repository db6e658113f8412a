//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GrantdServer
    internal import GrantdService
    internal import NIOCore
    internal import NIOHPACK
    internal import NIOHTTP2

    /// Stands first on a call's stream: refuses a message by its declared size before its bytes arrive, and calls of those who leave
    /// replies unread while these fill the memory, counts what is held, and tells its connection's place when a call is at work.
    ///
    /// The transport itself would end the stream without a word.
    final class StreamGuard: ChannelDuplexHandler {
        typealias InboundIn = HTTP2Frame.FramePayload
        typealias InboundOut = HTTP2Frame.FramePayload
        typealias OutboundIn = HTTP2Frame.FramePayload
        typealias OutboundOut = HTTP2Frame.FramePayload

        private let calls: CallExecutor
        private let memory: StreamMemory
        private let account: ConnectionAccount
        private let limits: Limits
        private var limit: Int
        private var prefix = MessagePrefix()
        /// Bytes of the present message that are counted.
        private var counted = 0
        private var isRefused = false
        /// Whether it is a call of one request and one reply: others stay open for as long as their callers like.
        private var isUnary = false
        private var isAtWork = false

        init(calls: CallExecutor, memory: StreamMemory, account: ConnectionAccount, limits: Limits) {
            self.calls = calls
            self.memory = memory
            self.account = account
            self.limits = limits
            self.limit = limits.requestBytes
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !self.isRefused else { return }
            switch self.unwrapInboundIn(data) {
            case .headers(let payload):
                guard self.memory.unsent <= self.limits.totalUnsentBytes / 2 || self.account.unsent == 0 else {
                    return self.refuse(
                        context,
                        "replies that you have not read take the memory there is for them; read them"
                    )
                }
                self.read(payload.headers)
            case .data(let payload):
                guard case .byteBuffer(let bytes) = payload.data else { break }
                guard self.take(bytes.readableBytesView) else {
                    return self.refuse(
                        context,
                        self.prefix.declared > self.limit
                            ? "the request is larger than the daemon takes"
                            : "requests that are not answered yet take all the memory there is for them; try again later"
                    )
                }
                if payload.endStream, self.isUnary, !self.isAtWork {
                    self.isAtWork = true
                    self.account.callBegan()
                }
            default: break
            }
            context.fireChannelRead(data)
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            guard case .data(let payload) = self.unwrapOutboundIn(data) else {
                return context.write(data, promise: promise)
            }
            let count = payload.data.readableBytes
            let memory = self.memory
            let account = self.account
            memory.unsent(count)
            account.unsent(count)
            let sent = promise ?? context.eventLoop.makePromise(of: Void.self)
            sent.futureResult.whenComplete { _ in
                memory.unsent(-count)
                account.unsent(-count)
            }
            context.write(data, promise: sent)
        }

        func handlerRemoved(context: ChannelHandlerContext) {
            self.memory.received(-self.counted)
            self.counted = 0
            guard self.isAtWork else { return }
            self.isAtWork = false
            self.account.callEnded()
            // Where no tokens are asked for, who has had a call is no stranger.
            if !self.calls.asksForTokens { self.account.known() }
        }

        /// Who calls, and what: the request of somebody who is admitted may be large where the method's are.
        private func read(_ headers: HPACKHeaders) {
            let method = headers.first(name: ":path").flatMap { Self.methods[$0] }
            self.isUnary = method != nil
            var token = Bearer.token(in: headers["authorization"])
            guard token.withUTF8({ self.calls.admits(UnsafeRawBufferPointer($0)) }) else { return }
            if self.calls.asksForTokens { self.account.known() }
            if let method { self.limit = self.limits.largestRequest(method) }
        }

        /// Counts bytes of messages.
        ///
        /// - Returns: whether they are within the limits.
        private func take(_ bytes: ByteBufferView) -> Bool {
            var rest = bytes
            while !rest.isEmpty {
                let isNew = self.prefix.isAtStart
                let count = self.prefix.advance(over: rest)
                rest = rest.dropFirst(count)
                if self.prefix.declared > self.limit { return false }
                // Of several messages on one stream the last one counts: those before it were answered.
                let change = isNew ? count - self.counted : count
                self.counted += change
                self.memory.received(change)
            }
            return self.memory.received <= self.limits.unfinishedBytes
        }

        /// By the paths of their calls.
        private static let methods = Dictionary(uniqueKeysWithValues: Method.allCases.map { ($0.path, $0) })

        private func refuse(_ context: ChannelHandlerContext, _ words: String) {
            self.isRefused = true
            let headers: HPACKHeaders = [
                ":status": "200",
                "content-type": "application/grpc",
                "grpc-status": "8",
                "grpc-message": words,
            ]
            context.write(self.wrapOutboundOut(.headers(.init(headers: headers, endStream: true))), promise: nil)
            // What the peer still sends is not wanted.
            context.writeAndFlush(self.wrapOutboundOut(.rstStream(.noError)), promise: nil)
        }
    }
#endif
