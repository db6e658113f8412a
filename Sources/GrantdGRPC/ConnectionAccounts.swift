//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import GrantdServer
    internal import GrantdService
    internal import NIOCore
    internal import Synchronization

    /// The accounts of the connections that have, or had, a stream: each is kept until its connection is closed.
    final class ConnectionAccounts: Sendable {
        private let guardian: ListenerGuard
        private let clock: ServerClock
        private let accounts = Mutex<[ObjectIdentifier: ConnectionAccount]>([:])

        init(listener guardian: ListenerGuard, clock: ServerClock) {
            self.guardian = guardian
            self.clock = clock
        }

        /// - Parameter connection: Open; called on its event loop.
        func account(of connection: any Channel) -> ConnectionAccount {
            let id = ObjectIdentifier(connection)
            if let account = self.accounts.withLock({ $0[id] }) { return account }
            let account = ConnectionAccount(
                self.guardian.place(of: connection),
                clock: self.clock,
                onKnown: self.guardian.known
            )
            self.accounts.withLock { $0[id] = account }
            connection.closeFuture.whenComplete { _ in self.accounts.withLock { _ = $0.removeValue(forKey: id) } }
            return account
        }
    }
#endif
