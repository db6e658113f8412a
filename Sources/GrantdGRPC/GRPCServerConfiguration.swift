//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GRPCNIOTransportHTTP2Posix
    internal import GrantdServer
    internal import GrantdService
    internal import NIOCore

    extension HTTP2ServerTransport.Custom<GRPCListener>.Config {
        /// The daemon's limits, as far as the transport keeps them.
        init(
            _ limits: Limits,
            listener guardian: ListenerGuard,
            accounts: ConnectionAccounts,
            calls: CallExecutor,
            memory: StreamMemory
        ) {
            self = .defaults
            // What is more is refused by the stream's guard; this would end the stream without a word.
            self.rpc.maxRequestPayloadSize = limits.largeRequestBytes
            self.http2.maxConcurrentStreams = limits.callsWaiting
            self.http2.targetWindowSize = 1 << 20
            self.connection.maxIdleTime = limits.idle
            self.connection.maxGraceTime = limits.stall
            // A peer that is gone without a word is found out, whatever it left unread.
            self.connection.keepalive.time = .seconds(60)
            self.connection.keepalive.timeout = limits.stall
            self.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(10)
            self.connection.keepalive.clientBehavior.allowWithoutCalls = true
            self.channelDebuggingCallbacks.onBindTCPListener = { guardian.stand(on: $0) }
            self.channelDebuggingCallbacks.onAcceptHTTP2Stream = { stream in
                stream.eventLoop.makeCompletedFuture {
                    let handler = StreamGuard(
                        calls: calls,
                        memory: memory,
                        // A stream has a connection for as long as it is open.
                        account: accounts.account(of: stream.parent ?? stream),
                        limits: limits
                    )
                    try stream.pipeline.syncOperations.addHandler(handler, position: .first)
                }
            }
        }
    }
#endif
