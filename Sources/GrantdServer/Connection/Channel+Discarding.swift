//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import NIOCore
internal import NIOSSL

extension Channel {
    /// Throws away what the peer has sent and nobody has read, in one call and without copying it. Call it on the channel's loop.
    ///
    /// NIO reads and copies it in small pieces, and all of it at once when the peer closes its side: sixty-four peers that send
    /// without end and then close would keep the loop from everybody else for tens of milliseconds. Over TLS nothing is thrown
    /// away, as what comes behind it could not be read.
    func discardReceived() {
        let pipeline = self.pipeline.syncOperations
        guard (try? pipeline.context(handlerType: NIOSSLServerHandler.self)) == nil else { return }
        // It fails where the connection has; the next read tells.
        _ = try? pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { socket in
            recv(socket, nil, Self.mostDiscarded, Int32(MSG_TRUNC) | Int32(MSG_DONTWAIT))
        }
    }

    /// At a time: a peer that sends on meanwhile is not followed for ever.
    private static var mostDiscarded: Int { 4 << 20 }
}
