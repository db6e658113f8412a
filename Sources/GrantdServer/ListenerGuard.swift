//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
package import NIOCore
internal import NIOPosix

/// What stands on a listener so that it survives its peers: it accepts no more connections than may be open, and goes
/// on when one cannot be accepted.
package struct ListenerGuard: Sendable {
    private let count: ConnectionCount
    private let configuration: ServerConfiguration
    private let logger: Logger

    /// Makes a guard for one listener.
    package init(configuration: ServerConfiguration, logger: Logger) {
        self.count = ConnectionCount()
        self.configuration = configuration
        self.logger = logger
    }

    /// Connections that found no place.
    package var refused: UInt64 { self.count.refused }

    /// Puts the guard into the listener's pipeline.
    package func stand(on listener: any Channel) -> EventLoopFuture<Void> {
        listener.eventLoop.makeCompletedFuture {
            let pipeline = listener.pipeline.syncOperations
            try pipeline.addHandler(AcceptBackoffHandler(shouldForwardIOErrorCaught: true))
            try pipeline.addHandler(
                ConnectionLimitHandler(
                    count: self.count,
                    limits: self.configuration.limits,
                    clock: self.configuration.clock,
                    logger: self.logger
                )
            )
        }
    }
}
