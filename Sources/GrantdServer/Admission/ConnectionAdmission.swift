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

    private struct Entry {
        let place: ConnectionPlace
        /// No call of it was admitted yet.
        var isStranger = true
        /// Another has its place already; it is being closed.
        var isLeaving = false
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var ofPeer: [PeerAddress: Int] = [:]
        var strangers = 0
        var leaving = 0
        var refused: UInt64 = 0
        var displaced: UInt64 = 0
        var room: DescriptorRoom

        var counted: Int { self.entries.count - self.leaving }
    }

    /// So many may be leaving at a time: they hold descriptors until they are gone.
    static let mostLeaving = DescriptorRoom.reserve / 2

    private let limits: Limits
    private let asksForTokens: Bool
    private let state: Mutex<State>

    /// - Parameter room: counts the descriptors; used under the lock.
    init(limits: Limits, asksForTokens: Bool, room: sending DescriptorRoom = DescriptorRoom()) {
        self.limits = limits
        self.asksForTokens = asksForTokens
        self.state = Mutex(State(room: room))
    }

    /// Connections that found no place.
    var refused: UInt64 { self.state.withLock { $0.refused } }

    /// Connections that were closed to make room.
    var displaced: UInt64 { self.state.withLock { $0.displaced } }

    /// Connections that have a place.
    var count: Int { self.state.withLock { $0.counted } }

    /// Decides on a connection, and gives it its place.
    func decide(on channel: any Channel, of peer: PeerAddress, now: MonotonicTime) -> Decision {
        self.state.withLock { state in
            let shares = self.shares(&state, now: now)
            let need = Self.need(state, shares, of: peer, adding: 1)
            let victim = Self.longestIdle(state, need, self.asksForTokens)
            if victim == nil, need != .nothing {
                state.refused += 1
                if case .ofPeer = need { return .refuse(.peer) }
                return .refuse(.full)
            }
            // Those who are asked to leave and turn out to be at work after all are over the limit: by a few, and no more.
            if victim != nil,
                state.leaving >= Self.mostLeaving || state.counted >= shares.total + Self.mostLeaving
            {
                state.refused += 1
                return .refuse(.full)
            }
            let place = ConnectionPlace(channel: channel, peer: peer, now: now)
            state.entries[ObjectIdentifier(channel)] = Entry(place: place)
            Self.count(&state, peer: peer, isStranger: true, by: 1)
            guard let victim, let other = self.dismiss(victim, &state) else { return .admit(place) }
            return .admitInstead(place, of: other.place, isSure: other.isSure)
        }
    }

    /// Who else is to leave for a new connection where the one that was to leave stays; nil where nobody has to, or nobody can.
    func another(for newcomer: ConnectionPlace, now: MonotonicTime) -> (place: ConnectionPlace, isSure: Bool)? {
        self.state.withLock { state in
            guard state.leaving < Self.mostLeaving else { return nil }
            let shares = self.shares(&state, now: now)
            let need = Self.need(state, shares, of: newcomer.peer, adding: 0)
            return Self.longestIdle(state, need, self.asksForTokens, besides: newcomer)
                .flatMap { self.dismiss($0, &state) }
        }
    }

    /// What there is to share out now.
    private func shares(_ state: inout State, now: MonotonicTime) -> ConnectionShares {
        ConnectionShares(
            limits: self.limits,
            asksForTokens: self.asksForTokens,
            room: state.room.places(beside: state.entries.count, now: now)
        )
    }

    /// Takes the place of a connection away.
    private func dismiss(_ key: ObjectIdentifier, _ state: inout State) -> (place: ConnectionPlace, isSure: Bool)? {
        guard let entry = state.entries[key] else { return nil }
        state.entries[key]?.isLeaving = true
        state.leaving += 1
        Self.count(&state, peer: entry.place.peer, isStranger: entry.isStranger, by: -1)
        // What a stranger says where tokens are asked for is no call.
        return (entry.place, self.asksForTokens && entry.isStranger)
    }

    /// A connection that was to leave is closed, or stays because a call has come.
    func vacated(_ place: ConnectionPlace, isClosed: Bool) {
        self.state.withLock { state in
            if isClosed {
                state.displaced += 1
                return
            }
            let key = ObjectIdentifier(place.channel)
            guard let entry = state.entries[key], entry.isLeaving else { return }
            state.entries[key]?.isLeaving = false
            state.leaving -= 1
            Self.count(&state, peer: place.peer, isStranger: entry.isStranger, by: 1)
        }
    }

    /// A call of the connection was admitted: it is no stranger any more.
    func known(_ place: ConnectionPlace) {
        self.state.withLock { state in
            let key = ObjectIdentifier(place.channel)
            guard let entry = state.entries[key], entry.isStranger else { return }
            state.entries[key]?.isStranger = false
            if !entry.isLeaving { state.strangers -= 1 }
        }
    }

    /// The connection is closed.
    func remove(_ place: ConnectionPlace) {
        self.state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: ObjectIdentifier(place.channel)) else { return }
            if entry.isLeaving {
                state.leaving -= 1
            } else {
                Self.count(&state, peer: place.peer, isStranger: entry.isStranger, by: -1)
            }
        }
    }

    /// The place of an open connection.
    func place(of channel: any Channel) -> ConnectionPlace? {
        self.state.withLock { $0.entries[ObjectIdentifier(channel)]?.place }
    }

    private static func count(_ state: inout State, peer: PeerAddress, isStranger: Bool, by change: Int) {
        if isStranger { state.strangers += change }
        let count = state.ofPeer[peer, default: 0] + change
        state.ofPeer[peer] = count > 0 ? count : nil
    }

    /// Of whom one has to go.
    private enum Need: Equatable {
        case nothing
        case ofPeer(PeerAddress)
        case ofStrangers
        case ofAll
    }

    private static func need(_ state: State, _ shares: ConnectionShares, of peer: PeerAddress, adding: Int) -> Need {
        if state.ofPeer[peer, default: 0] + adding > shares.ofPeer { return .ofPeer(peer) }
        if state.strangers + adding > shares.ofStrangers { return .ofStrangers }
        return state.counted + adding > shares.total ? .ofAll : .nothing
    }

    private static func longestIdle(
        _ state: State,
        _ need: Need,
        _ asksForTokens: Bool,
        besides newcomer: ConnectionPlace? = nil
    ) -> ObjectIdentifier? {
        if need == .nothing { return nil }
        var found: (key: ObjectIdentifier, isStranger: Bool, since: MonotonicTime)?
        for (key, entry) in state.entries where !entry.isLeaving && entry.place !== newcomer {
            switch need {
            case .ofPeer(let peer): guard entry.place.peer == peer else { continue }
            case .ofStrangers: guard entry.isStranger else { continue }
            case .ofAll, .nothing: break
            }
            // Where tokens are asked for strangers go in the order they came in, whatever they do.
            let isSure = asksForTokens && entry.isStranger
            guard let since = isSure ? entry.place.admittedAt : entry.place.idleSinceTime else { continue }
            if let best = found {
                if best.isStranger != entry.isStranger {
                    guard entry.isStranger else { continue }
                } else if best.since <= since {
                    continue
                }
            }
            found = (key, entry.isStranger, since)
        }
        return found?.key
    }
}
