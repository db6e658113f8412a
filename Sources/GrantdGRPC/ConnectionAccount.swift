//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GrantdServer
    internal import GrantdService
    internal import Synchronization

    /// What the server knows of one connection, over all its streams.
    final class ConnectionAccount: Sendable {
        private let place: ConnectionPlace?
        private let clock: ServerClock
        private let onKnown: @Sendable (ConnectionPlace) -> Void
        private let callsAtWork = Atomic<Int>(0)
        private let unsentBytes = Atomic<Int>(0)
        private let isKnown = Atomic<Bool>(false)

        /// - Parameters:
        ///   - place: The connection's; nil where it has left it.
        ///   - onKnown: Called once, when a call shows a token of the daemon's, or has ended where none is asked for.
        init(_ place: ConnectionPlace?, clock: ServerClock, onKnown: @escaping @Sendable (ConnectionPlace) -> Void) {
            self.place = place
            self.clock = clock
            self.onKnown = onKnown
        }

        /// Bytes of replies that could not be sent yet.
        var unsent: Int { self.unsentBytes.load(ordering: .relaxed) }

        func unsent(_ bytes: Int) {
            self.unsentBytes.add(bytes, ordering: .relaxed)
        }

        /// A call of it was admitted.
        func known() {
            guard let place = self.place, !self.isKnown.exchange(true, ordering: .relaxed) else { return }
            self.onKnown(place)
        }

        /// A call's request is there: until it has ended nobody else gets the connection's place.
        func callBegan() {
            self.callsAtWork.add(1, ordering: .relaxed)
            self.place?.tell(idleSince: nil)
        }

        func callEnded() {
            guard self.callsAtWork.subtract(1, ordering: .relaxed).newValue == 0 else { return }
            self.place?.tell(idleSince: self.clock.now())
        }
    }
#endif
