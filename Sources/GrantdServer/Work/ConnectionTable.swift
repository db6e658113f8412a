//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import Logging

/// The open connections of an event loop, and how many came and went. Used on that loop alone.
final class ConnectionTable {
    private var connections: [ClientID: ConnectionHandler] = [:]
    /// Connections that came and went; nothing else is counted in it.
    private(set) var statistics = ServerStatistics()
    private let clock: ServerClock
    private let logger: Logger
    private var throttle: LogThrottle

    init(limits: Limits, clock: ServerClock, logger: Logger) {
        self.clock = clock
        self.logger = logger
        self.throttle = LogThrottle(linesPerSecond: limits.peerLogLines)
    }

    /// Takes a connection in.
    ///
    /// - Returns: false where it was in already.
    func add(_ connection: ConnectionHandler) -> Bool {
        guard self.connections.updateValue(connection, forKey: connection.id) == nil else { return false }
        self.statistics.connectionsOpen &+= 1
        self.statistics.connectionsAccepted &+= 1
        return true
    }

    /// Forgets a connection that is closed, and says so in the log.
    ///
    /// - Returns: false where it was not there.
    func remove(_ connection: ConnectionHandler, reason: ConnectionStateMachine.CloseReason) -> Bool {
        guard self.connections.removeValue(forKey: connection.id) != nil else { return false }
        self.statistics.connectionsOpen &-= 1
        self.statistics.connectionClosed(reason)
        self.logClose(of: connection, reason: reason)
        return true
    }

    private func logClose(of connection: ConnectionHandler, reason: ConnectionStateMachine.CloseReason) {
        switch reason {
        case .peer, .idle, .stopping:
            self.logger.debug("connection closed", metadata: ["reason": "\(reason.rawValue)"])
        case .unfinishedFrame, .stalled, .unread, .malformed, .unauthorised, .tls, .memory:
            guard let suppressed = self.throttle.admit(now: self.clock.now()) else { return }
            self.logger.warning(
                "connection closed on account of its peer",
                metadata: [
                    "reason": "\(reason.rawValue)",
                    "peer": "\(connection.peer)",
                    "suppressed": .stringConvertible(suppressed),
                ]
            )
        }
    }

    /// The connection of that name; nil where it is closed.
    subscript(_ id: ClientID) -> ConnectionHandler? { self.connections[id] }

    /// All of them as they are now: whoever goes through them may close some.
    var open: Dictionary<ClientID, ConnectionHandler>.Values { self.connections.values }

    /// The names of all of them.
    var ids: Dictionary<ClientID, ConnectionHandler>.Keys { self.connections.keys }

    var count: Int { self.connections.count }

    var isEmpty: Bool { self.connections.isEmpty }
}
