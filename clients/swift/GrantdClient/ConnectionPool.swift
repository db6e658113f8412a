//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore
internal import Synchronization

/// A fixed number of connections to one daemon, each made when it is first needed, and the retries over them.
///
/// Nothing here is locked: every connection looks after itself, and the choice between them reads one counter of each.
final class ConnectionPool: Sendable {
    private let connections: [Connection]
    private let turn = Atomic<Int>(0)
    private let attempts: Int

    init(group: any EventLoopGroup, connector: Connector, configuration: GrantdClientConfiguration) {
        self.connections = (0..<max(1, configuration.connections)).map { _ in
            Connection(eventLoop: group.next(), connector: connector, configuration: configuration)
        }
        self.attempts = max(1, configuration.retry.attempts)
    }

    /// Makes a call, trying again while the failure is one that another attempt may mend and time is left.
    ///
    /// - Parameters:
    ///   - request: What to send.
    ///   - deadline: How long the call may take, its retries included.
    ///   - isPatient: Try as often as the deadline leaves time for, where there is to be more than one attempt at all.
    /// - Returns: The answer.
    func call(
        _ request: Request,
        deadline: Duration,
        isPatient: Bool = false
    ) async throws(GrantdClientError) -> Answered {
        let attempts = isPatient && self.attempts > 1 ? Int.max : self.attempts
        let patience = TimeAmount(clamping: deadline)
        let first = self.choose()
        let started = first.eventLoop.now
        var connection = first
        var attempt = 1
        var last: GrantdClientError?
        while true {
            let spent = first.eventLoop.now - started
            guard spent < patience else { throw .deadlineExceeded(after: last) }
            let result = await connection.call(request, deadline: connection.eventLoop.now + (patience - spent))
            switch result {
            case .success(let answered):
                return answered
            case .failure(let error):
                if error.code == .deadlineExceeded, last != nil { throw .deadlineExceeded(after: last) }
                guard error.isRetryable, attempt < attempts else { throw error }
                last = error
                attempt += 1
                connection = self.choose()
            }
        }
    }

    /// Closes every connection for good.
    func shutdown() async {
        for connection in self.connections { await connection.shutdown() }
    }

    /// What all connections have seen.
    func counters() async -> Connection.Counters {
        var sum = Connection.Counters()
        for connection in self.connections {
            let counters = await connection.counters
            sum.connects += counters.connects
            sum.lateReplies += counters.lateReplies
            sum.unknownReplies += counters.unknownReplies
        }
        return sum
    }

    /// The connection with the fewest open calls, beginning with another one each time.
    private func choose() -> Connection {
        let count = self.connections.count
        let start = Int(UInt(bitPattern: self.turn.add(1, ordering: .relaxed).oldValue) % UInt(count))
        var best = self.connections[start]
        var load = best.load.load(ordering: .relaxed)
        var offset = 1
        while load > 0, offset < count {
            let other = self.connections[(start + offset) % count]
            let otherLoad = other.load.load(ordering: .relaxed)
            if otherLoad < load { (best, load) = (other, otherLoad) }
            offset += 1
        }
        return best
    }
}
