//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import Glibc
internal import NIOCore
internal import NIOEmbedded
internal import Testing

@testable internal import GrantdServer
@testable internal import GrantdService

/// Who gets a place, and who loses it.
@Suite
struct ConnectionAdmissionTests {
    /// An admission with channels that are never closed by themselves.
    fileprivate final class House {
        let admission: ConnectionAdmission
        private var channels: [EmbeddedChannel] = []

        init(_ connections: Int, perPeer: Int? = nil, asksForTokens: Bool = false, descriptors: Int = 100_000) {
            var limits = Limits.defaults
            limits.connections = connections
            limits.connectionsPerPeer = perPeer
            self.admission = ConnectionAdmission(
                limits: limits,
                asksForTokens: asksForTokens,
                room: DescriptorBudget(most: descriptors, countOpen: { nil })
            )
        }

        func come(_ peer: Int, at seconds: Int64) -> ConnectionAdmission.Decision {
            let channel = EmbeddedChannel()
            self.channels.append(channel)
            return self.admission.decide(on: channel, of: Self.address(peer), now: Self.time(seconds))
        }

        /// The place of someone for whom nobody has to go.
        func admit(_ peer: Int, at seconds: Int64) throws -> ConnectionPlace {
            let decision = self.come(peer, at: seconds)
            guard case .admit(let place) = decision else { throw Unexpected(decision: decision) }
            return place
        }

        /// Who has to go for someone.
        func displace(_ peer: Int, at seconds: Int64) throws -> ConnectionPlace {
            let decision = self.come(peer, at: seconds)
            guard case .admitInstead(_, of: let place, _) = decision else { throw Unexpected(decision: decision) }
            return place
        }

        static func time(_ seconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: seconds * 1_000_000_000) }

        static func address(_ number: Int) -> PeerAddress {
            var address = sockaddr_in()
            address.sin_addr.s_addr = UInt32(number).bigEndian
            return PeerAddress(address)
        }
    }

    private struct Unexpected: Error {
        let decision: ConnectionAdmission.Decision
    }

    private static func isRefused(_ decision: ConnectionAdmission.Decision) -> ConnectionAdmission.Reason? {
        if case .refuse(let reason) = decision { reason } else { nil }
    }

    @Test("the longest idle makes room for the next one, and none that is at work does")
    func longestIdle() throws {
        let house = House(3)
        let first = try house.admit(1, at: 1)
        let second = try house.admit(2, at: 2)
        let third = try house.admit(3, at: 3)
        first.tell(idleSince: House.time(9))
        second.tell(idleSince: nil)
        #expect(try house.displace(4, at: 10) === third)
        #expect(try house.displace(5, at: 10) === first)
        #expect(house.admission.count == 3)
        house.admission.vacated(first, isClosed: true)
        house.admission.remove(first)
        #expect(house.admission.displaced == 1)
        #expect(house.admission.count == 3)
    }

    @Test("where all are at work the next one is refused")
    func allAtWork() throws {
        let house = House(2)
        for peer in 1...2 { try house.admit(peer, at: 1).tell(idleSince: nil) }
        #expect(Self.isRefused(house.come(3, at: 2)) == .full)
        #expect(house.admission.refused == 1)
        #expect(house.admission.count == 2)
    }

    @Test("one address has its share, makes room within it, and others find theirs")
    func sharesOfPeers() throws {
        let house = House(64)
        let own = try (0..<16).map { try house.admit(1, at: $0) }
        for place in own { place.tell(idleSince: nil) }
        #expect(Self.isRefused(house.come(1, at: 20)) == .peer)
        own[7].tell(idleSince: House.time(19))
        #expect(try house.displace(1, at: 20) === own[7])
        _ = try house.admit(2, at: 20)
        #expect(House(4096).share == 1024)
        #expect(House(4096, perPeer: 3).share == 3)
        #expect(House(8).share == 8)
    }

    @Test("a place that is given back is free")
    func freePlaces() throws {
        let house = House(2)
        let first = try house.admit(1, at: 1)
        _ = try house.admit(2, at: 1)
        house.admission.remove(first)
        house.admission.remove(first)
        _ = try house.admit(3, at: 2)
        #expect(house.admission.count == 2)
    }

    @Test("strangers have three quarters of the places, whatever they do, and who shows a token keeps the place")
    func strangers() throws {
        let house = House(16, asksForTokens: true)
        let places = try (0..<12).map { try house.admit(Int($0), at: $0) }
        // What a stranger does is no call.
        places[0].tell(idleSince: nil)
        house.admission.known(places[1])
        _ = try house.admit(20, at: 20)
        #expect(try house.displace(21, at: 21) === places[0])
        #expect(try house.displace(22, at: 22) === places[2])
        // Four who are known: the house is full, and still it is the strangers who go.
        for place in places[3...5] { house.admission.known(place) }
        for peer in 30..<33 { _ = try house.admit(peer, at: 30) }
        #expect(house.admission.count == 16)
        #expect(try house.displace(40, at: 40) === places[6])
    }

    @Test("who turns out to be at work stays, and is over the limit; only a few may be")
    func declines() throws {
        let house = House(2)
        for peer in 1...2 { _ = try house.admit(peer, at: 1) }
        for second in 0..<ConnectionAdmission.mostLeaving {
            let other = try house.displace(3 + second, at: Int64(second) + 2)
            other.tell(idleSince: nil)
            house.admission.vacated(other, isClosed: false)
        }
        #expect(house.admission.count == 2 + ConnectionAdmission.mostLeaving)
        #expect(Self.isRefused(house.come(99, at: 50)) == .full)
        #expect(house.admission.displaced == 0)
    }

    @Test("where the one that was to leave has a call by now the next in order is asked, and never the newcomer")
    func another() throws {
        let house = House(2)
        let first = try house.admit(1, at: 1)
        let second = try house.admit(2, at: 2)
        guard case .admitInstead(let newcomer, of: let chosen, let isSure) = house.come(3, at: 3) else {
            Issue.record("nobody was to leave")
            return
        }
        #expect(chosen === first && !isSure)
        house.admission.known(first)
        first.tell(idleSince: nil)
        house.admission.vacated(first, isClosed: false)
        #expect(house.admission.another(for: newcomer, now: House.time(3))?.place === second)
        second.tell(idleSince: nil)
        house.admission.vacated(second, isClosed: false)
        #expect(house.admission.another(for: newcomer, now: House.time(3)) == nil)
    }

    @Test("those who leave hold their descriptors until they are gone: only so many at a time")
    func leaving() throws {
        let house = House(100, perPeer: 100)
        for _ in 0..<100 { _ = try house.admit(1, at: 1) }
        var gone: [ConnectionPlace] = []
        for _ in 0..<ConnectionAdmission.mostLeaving { gone.append(try house.displace(1, at: 2)) }
        #expect(Self.isRefused(house.come(1, at: 2)) == .full)
        house.admission.vacated(gone[0], isClosed: true)
        house.admission.remove(gone[0])
        _ = try house.displace(1, at: 3)
        #expect(house.admission.count == 100)
    }

    @Test("whoever comes and goes, what has been idle for longest goes, and nothing is kept of those who are gone")
    func manyComeAndGo() throws {
        var random = SystemRandomNumberGenerator()
        var queue = IdleQueue(ofStrangers: false)
        var present: [AdmittedConnection] = []
        for second in 1..<4000 as Range<Int64> {
            let place = ConnectionPlace(channel: EmbeddedChannel(), peer: .unknown, now: House.time(second))
            let connection = AdmittedConnection(place)
            connection.isStranger = false
            queue.add(connection, since: place.admittedAt)
            present.append(connection)
            for other in present where Int.random(in: 0..<4, using: &random) == 0 {
                other.place.tell(idleSince: Bool.random(using: &random) ? House.time(second) : nil)
            }
            if present.count > 40 {
                let gone = present.remove(at: Int.random(in: 0..<40, using: &random))
                gone.isGone = true
                queue.left()
            }
            let chosen = queue.first(besides: place, asksForTokens: false, now: House.time(second))
            let expected = present.compactMap { $0.place === place ? nil : $0.place.idleSinceTime }.min()
            #expect(chosen?.place.idleSinceTime == expected)
            #expect(queue.count == present.count)
            #expect(queue.size <= 2 * queue.count + 33)
        }
    }

    @Test("where many are at work a choice looks at a few, and the next one at others")
    func boundedChoice() throws {
        var queue = IdleQueue(ofStrangers: false)
        var places: [ConnectionPlace] = []
        for second in 0..<(2 * IdleQueue.mostBusy) {
            let place = ConnectionPlace(channel: EmbeddedChannel(), peer: .unknown, now: House.time(Int64(second)))
            let connection = AdmittedConnection(place)
            connection.isStranger = false
            queue.add(connection, since: place.admittedAt)
            places.append(place)
        }
        for place in places.dropLast() { place.tell(idleSince: nil) }
        let now = House.time(1000)
        #expect(queue.first(besides: nil, asksForTokens: false, now: now) == nil)
        #expect(queue.first(besides: nil, asksForTokens: false, now: now)?.place === places.last)
        #expect(queue.first(besides: nil, asksForTokens: false, now: now)?.place === places.last)
    }

    @Test("there are no more places than descriptors")
    func descriptors() throws {
        let house = House(1000, descriptors: DescriptorBudget.reserve + 3)
        let first = try house.admit(1, at: 1)
        for peer in 2...3 { _ = try house.admit(peer, at: 2) }
        #expect(try house.displace(4, at: 3) === first)
        #expect(Self.isRefused(House(1000, descriptors: 5).come(1, at: 1)) == .full)
    }

    @Test("what else is open is counted once a second")
    func room() {
        var open = 10
        var counts = 0
        var room = DescriptorBudget(most: 100) {
            counts += 1
            return open
        }
        #expect(room.places(beside: 4, now: House.time(1)) == 100 - DescriptorBudget.reserve - 6)
        open = 40
        #expect(room.places(beside: 4, now: MonotonicTime(nanoseconds: 1_900_000_000)) == 78)
        #expect(room.places(beside: 4, now: House.time(2)) == 100 - DescriptorBudget.reserve - 36)
        #expect(counts == 2)
        open = 400
        #expect(room.places(beside: 4, now: House.time(4)) == 0)
    }

    @Test("a connection is closed for another one unless a call has come since it was chosen")
    func vacate() throws {
        for (hasCall, isSure) in [(false, false), (true, false), (true, true)] {
            let channel = EmbeddedChannel()
            let place = ConnectionPlace(channel: channel, peer: .unknown, now: House.time(1))
            place.vacate(isSure: isSure) { #expect($0 == (!hasCall || isSure)) }
            if hasCall { place.tell(idleSince: nil) }
            channel.embeddedEventLoop.run()
            let isClosed = (try? channel.close().wait()) == nil
            #expect(isClosed == (!hasCall || isSure))
        }
    }

    @Test("an IPv4 address is itself, also written as IPv6; of IPv6 it is the network of 64 bits")
    func addresses() {
        #expect(House.address(0x7F00_0001) == House.address(0x7F00_0001))
        #expect(House.address(0x7F00_0001) != House.address(0x7F00_0002))
        #expect(Self.address("::ffff:127.0.0.1") == House.address(0x7F00_0001))
        #expect(Self.address("2001:db8:1:2:3:4:5:6") == Self.address("2001:db8:1:2::1"))
        #expect(Self.address("2001:db8:1:2::1") != Self.address("2001:db8:1:3::1"))
        #expect(Self.address("::1") != House.address(0))
        #expect(Self.address("::1") != Self.address("::ffff:0.0.0.0"))
    }

    private static func address(_ text: String) -> PeerAddress {
        var address = sockaddr_in6()
        #expect(inet_pton(AF_INET6, text, &address.sin6_addr) == 1)
        return PeerAddress(address)
    }
}

extension ConnectionAdmissionTests.House {
    /// How many connections of one address are admitted.
    fileprivate var share: Int {
        var count = 0
        while case .admit = self.come(7, at: 1) { count += 1 }
        return count
    }
}
