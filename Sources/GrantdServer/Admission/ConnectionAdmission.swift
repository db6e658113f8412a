//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import NIOCore
internal import Synchronization

/// Shares out the places for connections.
///
/// Where none is left (in all, of an address, or of strangers), the connection that has been without a call for longest
/// makes room: those first that never had one, and never one that has a call at work. Where tokens are asked for, who has not
/// shown one is a stranger, and goes whatever it does.
final class ConnectionAdmission: Sendable {
    /// What becomes of a connection that was accepted.
    enum Decision {
        case admit(ConnectionPlace)
        /// Another one is to be closed for it: surely, or unless it has a call by now.
        case admitInstead(ConnectionPlace, of: ConnectionPlace, isSure: Bool)
        case refuse(Reason)
    }

    /// Why there is no place.
    enum Reason: String {
        /// As many as may be have calls at work.
        case full = "as many connections as may be are at work"
        /// The same of one address.
        case peer = "as many connections of the address as may be are at work"
    }

    /// Connections that share places.
    private struct Group {
        var strangers = IdleQueue(ofStrangers: true)
        var known = IdleQueue(ofStrangers: false)
        /// Those who are not leaving.
        var count = 0

        var isEmpty: Bool { self.strangers.count + self.known.count == 0 }

        mutating func add(_ connection: AdmittedConnection) {
            self.strangers.add(connection, since: connection.place.admittedAt)
            self.count += 1
        }

        /// A stranger has shown that it is none.
        mutating func becameKnown(_ connection: AdmittedConnection) {
            self.strangers.left()
            self.known.add(connection, since: connection.place.admittedAt)
        }

        mutating func remove(_ connection: AdmittedConnection) {
            if connection.isStranger { self.strangers.left() } else { self.known.left() }
            if !connection.isLeaving { self.count -= 1 }
        }

        /// Strangers first.
        mutating func longestIdle(
            besides newcomer: ConnectionPlace?,
            asksForTokens: Bool,
            now: MonotonicTime
        ) -> AdmittedConnection? {
            self.strangers.first(besides: newcomer, asksForTokens: asksForTokens, now: now)
                ?? self.known.first(besides: newcomer, asksForTokens: asksForTokens, now: now)
        }
    }

    private struct State {
        var connections: [ObjectIdentifier: AdmittedConnection] = [:]
        var all = Group()
        var ofPeer: [PeerAddress: Group] = [:]
        /// Strangers who are not leaving.
        var strangers = 0
        var leaving = 0
        var refused: UInt64 = 0
        var displaced: UInt64 = 0
        var room: DescriptorBudget

        init(room: sending DescriptorBudget) {
            self.room = room
        }
    }

    /// So many may be leaving at a time: they hold descriptors until they are gone.
    static let mostLeaving = DescriptorBudget.reserve / 2

    private let limits: Limits
    private let asksForTokens: Bool
    private let state: Mutex<State>

    /// - Parameter room: counts the descriptors; used under the lock.
    init(limits: Limits, asksForTokens: Bool, room: sending DescriptorBudget = DescriptorBudget()) {
        self.limits = limits
        self.asksForTokens = asksForTokens
        self.state = Mutex(State(room: room))
    }

    /// Connections that found no place.
    var refused: UInt64 { self.state.withLock { $0.refused } }

    /// Connections that were closed to make room.
    var displaced: UInt64 { self.state.withLock { $0.displaced } }

    /// Connections that have a place.
    var count: Int { self.state.withLock { $0.all.count } }

    /// Decides on a connection, and gives it its place.
    func decide(on channel: any Channel, of peer: PeerAddress, now: MonotonicTime) -> Decision {
        self.state.withLock { state in
            let quotas = self.quotas(&state, now: now)
            let need = Self.need(state, quotas, of: peer, adding: 1)
            let victim = self.longestIdle(&state, need, now: now)
            if victim == nil, need != .nothing {
                state.refused += 1
                if case .ofPeer = need { return .refuse(.peer) }
                return .refuse(.full)
            }
            // Those who are asked to leave and turn out to be at work after all are over the limit: by a few, and no more.
            if victim != nil,
                state.leaving >= Self.mostLeaving || state.all.count >= quotas.total + Self.mostLeaving
            {
                state.refused += 1
                return .refuse(.full)
            }
            let connection = AdmittedConnection(ConnectionPlace(channel: channel, peer: peer, now: now))
            state.connections[ObjectIdentifier(channel)] = connection
            state.all.add(connection)
            state.ofPeer[peer, default: Group()].add(connection)
            state.strangers += 1
            guard let victim else { return .admit(connection.place) }
            let isSure = self.dismiss(victim, &state)
            return .admitInstead(connection.place, of: victim.place, isSure: isSure)
        }
    }

    /// Who else is to leave for a new connection where the one that was to leave stays; nil where nobody has to, or nobody can.
    func another(for newcomer: ConnectionPlace, now: MonotonicTime) -> (place: ConnectionPlace, isSure: Bool)? {
        self.state.withLock { state in
            guard state.leaving < Self.mostLeaving else { return nil }
            let quotas = self.quotas(&state, now: now)
            let need = Self.need(state, quotas, of: newcomer.peer, adding: 0)
            guard let victim = self.longestIdle(&state, need, besides: newcomer, now: now) else { return nil }
            return (victim.place, self.dismiss(victim, &state))
        }
    }

    /// What there is to share out now.
    private func quotas(_ state: inout State, now: MonotonicTime) -> ConnectionQuotas {
        ConnectionQuotas(
            limits: self.limits,
            asksForTokens: self.asksForTokens,
            room: state.room.places(beside: state.connections.count, now: now)
        )
    }

    /// Takes the place of a connection away.
    ///
    /// - Returns: whether it is closed whatever it does: what a stranger says where tokens are asked for is no call.
    private func dismiss(_ connection: AdmittedConnection, _ state: inout State) -> Bool {
        connection.isLeaving = true
        state.leaving += 1
        Self.count(&state, connection, by: -1)
        return self.asksForTokens && connection.isStranger
    }

    /// A connection that was to leave is closed, or stays because a call has come.
    func vacated(_ place: ConnectionPlace, isClosed: Bool) {
        self.state.withLock { state in
            if isClosed {
                state.displaced += 1
                return
            }
            guard let connection = state.connections[ObjectIdentifier(place.channel)], connection.isLeaving else {
                return
            }
            connection.isLeaving = false
            state.leaving -= 1
            Self.count(&state, connection, by: 1)
        }
    }

    /// A call of the connection was admitted: it is no stranger any more.
    func known(_ place: ConnectionPlace) {
        self.state.withLock { state in
            guard let connection = state.connections[ObjectIdentifier(place.channel)], connection.isStranger else {
                return
            }
            connection.isStranger = false
            state.all.becameKnown(connection)
            state.ofPeer[place.peer]?.becameKnown(connection)
            if !connection.isLeaving { state.strangers -= 1 }
        }
    }

    /// The connection is closed.
    func remove(_ place: ConnectionPlace) {
        self.state.withLock { state in
            guard let connection = state.connections.removeValue(forKey: ObjectIdentifier(place.channel)) else {
                return
            }
            connection.isGone = true
            state.all.remove(connection)
            state.ofPeer[place.peer]?.remove(connection)
            if state.ofPeer[place.peer]?.isEmpty == true { state.ofPeer[place.peer] = nil }
            if connection.isLeaving {
                state.leaving -= 1
            } else if connection.isStranger {
                state.strangers -= 1
            }
        }
    }

    /// The place of an open connection.
    func place(of channel: any Channel) -> ConnectionPlace? {
        self.state.withLock { $0.connections[ObjectIdentifier(channel)]?.place }
    }

    /// Counts a connection that has begun to leave, or stays after all.
    private static func count(_ state: inout State, _ connection: AdmittedConnection, by change: Int) {
        if connection.isStranger { state.strangers += change }
        state.all.count += change
        state.ofPeer[connection.place.peer]?.count += change
    }

    /// Of whom one has to go.
    private enum Need: Equatable {
        case nothing
        case ofPeer(PeerAddress)
        case ofStrangers
        case ofAll
    }

    private static func need(_ state: State, _ quotas: ConnectionQuotas, of peer: PeerAddress, adding: Int) -> Need {
        if (state.ofPeer[peer]?.count ?? 0) + adding > quotas.ofPeer { return .ofPeer(peer) }
        if state.strangers + adding > quotas.ofStrangers { return .ofStrangers }
        return state.all.count + adding > quotas.total ? .ofAll : .nothing
    }

    private func longestIdle(
        _ state: inout State,
        _ need: Need,
        besides newcomer: ConnectionPlace? = nil,
        now: MonotonicTime
    ) -> AdmittedConnection? {
        let asksForTokens = self.asksForTokens
        return switch need {
        case .nothing: nil
        case .ofPeer(let peer):
            state.ofPeer[peer]?.longestIdle(besides: newcomer, asksForTokens: asksForTokens, now: now)
        case .ofStrangers: state.all.strangers.first(besides: newcomer, asksForTokens: asksForTokens, now: now)
        case .ofAll: state.all.longestIdle(besides: newcomer, asksForTokens: asksForTokens, now: now)
        }
    }
}
