//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore
internal import NIOSSL

extension Channel {
    /// Closes the channel at once; over TLS with a farewell where the socket takes it, and without waiting for the peer's own:
    /// one that reads nothing would hold what the channel has of memory, and its place, for as long. Call it on the channel's loop.
    func closeAtOnce() {
        self.close(promise: nil)
        (try? self.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self))?.close(promise: nil)
    }
}
