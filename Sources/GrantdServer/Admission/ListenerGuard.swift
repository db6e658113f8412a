//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
package import Logging
package import NIOCore

/// What stands on a listener so that it survives its peers: it admits no more connections than may be open, and goes on when
/// one cannot be accepted.
package struct ListenerGuard: Sendable {
    private let admission: ConnectionAdmission
    private let configuration: ServerConfiguration
    private let logger: Logger

    /// Makes a guard for one listener.
    package init(configuration: ServerConfiguration, logger: Logger) {
        self.admission = ConnectionAdmission(
            limits: configuration.limits,
            asksForTokens: !configuration.tokens.isEmpty
        )
        self.configuration = configuration
        self.logger = logger
    }

    /// Connections that found no place.
    package var refused: UInt64 { self.admission.refused }

    /// Connections that were closed because others wanted their places.
    package var displaced: UInt64 { self.admission.displaced }

    /// Puts the guard into the listener's pipeline.
    package func stand(on listener: any Channel) -> EventLoopFuture<Void> {
        listener.eventLoop.makeCompletedFuture {
            let pipeline = listener.pipeline.syncOperations
            try pipeline.addHandler(AcceptPauseHandler())
            try pipeline.addHandler(
                AdmissionHandler(
                    admission: self.admission,
                    clock: self.configuration.clock,
                    logger: self.logger
                )
            )
        }
    }

    /// The place of a connection that was admitted.
    package func place(of connection: any Channel) -> ConnectionPlace? { self.admission.place(of: connection) }

    /// A call of a connection was admitted.
    package func known(_ place: ConnectionPlace) { self.admission.known(place) }
}
