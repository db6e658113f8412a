//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore
internal import Testing

@testable internal import GrantdClient

/// Every transition by plain calls: no channel, no clock.
struct ConnectionStateMachineTests {
    private static let later = NIODeadline.uptimeNanoseconds(1_000)

    private func machine(limit: Int = 2) -> ConnectionStateMachine {
        ConnectionStateMachine(
            maximumCallsInFlight: limit,
            retry: .init(
                attempts: 3,
                initialBackoff: .milliseconds(10),
                maximumBackoff: .milliseconds(40),
                jitterPercent: 0
            )
        )
    }

    /// A machine with a channel and call 1 in flight.
    private func active(limit: Int = 2) -> ConnectionStateMachine {
        var machine = self.machine(limit: limit)
        _ = machine.called(deadline: Self.later)
        _ = machine.connected()
        return machine
    }

    @Test("the first call connects, the next waits, both go out once connected")
    func connecting() {
        var machine = self.machine()
        let first = machine.called(deadline: Self.later)
        #expect(first == .connect(1))
        let second = machine.called(deadline: Self.later)
        #expect(second == .wait(2))
        let connected = machine.connected()
        #expect(connected == .send([1, 2]))
        let again = machine.connected()
        #expect(again == .close, "one channel at a time")
    }

    @Test("no more calls go out than may be in flight; an answer lets the next one go")
    func limit() {
        var machine = self.active(limit: 2)
        let second = machine.called(deadline: Self.later)
        #expect(second == .send(2, [2]))
        let third = machine.called(deadline: Self.later)
        #expect(third == .wait(3))
        let answered = machine.replied(1, isStopping: false)
        #expect(answered == .answer(.send([3])))
        let last = machine.replied(3, isStopping: false)
        #expect(last == .answer(.send([])))
    }

    @Test("a reply comes once; later ones are late, ids never issued are unknown")
    func strayReplies() {
        var machine = self.active()
        let answer = machine.replied(1, isStopping: false)
        #expect(answer == .answer(.send([])))
        let again = machine.replied(1, isStopping: false)
        #expect(again == .dropLate(wasOwed: false))
        for id: CallID in [0, -1, 2, .max, .min] {
            let unknown = machine.replied(id, isStopping: false)
            #expect(unknown == .dropUnknown)
        }
        let next = machine.called(deadline: Self.later)
        #expect(next == .send(2, [2]), "a stray reply changes nothing")
    }

    @Test("a reply to a call that still waits answers nothing")
    func replyToWaitingCall() {
        var machine = self.active(limit: 1)
        _ = machine.called(deadline: Self.later)
        let reply = machine.replied(2, isStopping: false)
        #expect(reply == .dropLate(wasOwed: false))
        let first = machine.replied(1, isStopping: false)
        #expect(first == .answer(.send([2])))
    }

    @Test("a failed connect fails every call and pauses, each time for longer")
    func connectFails() {
        var machine = self.machine()
        var pauses: [TimeAmount] = []
        for round in 0..<5 {
            _ = machine.called(deadline: Self.later)
            let wanted = round == 0 ? true : machine.backoffEnded()
            #expect(wanted)
            let failed = machine.connectFailed(random: 7)
            guard case .fail(let calls, let pause) = failed else { return #expect(Bool(false), "\(failed)") }
            #expect(calls == [CallID(round + 1)])
            pauses.append(pause)
        }
        #expect(pauses == [10, 20, 40, 40, 40].map { .milliseconds($0) })
        let wanted = machine.backoffEnded()
        #expect(!wanted, "nobody waits, so nothing is connected")
        let next = machine.called(deadline: Self.later)
        #expect(next == .connect(6))
        let stray = machine.backoffEnded()
        #expect(!stray)
    }

    @Test("an answer makes the next failure a first one")
    func backoffResets() {
        var machine = self.machine()
        _ = machine.called(deadline: Self.later)
        _ = machine.connectFailed(random: 0)
        _ = machine.called(deadline: Self.later)
        _ = machine.backoffEnded()
        _ = machine.connected()
        _ = machine.replied(2, isStopping: false)
        _ = machine.closed(random: 0)
        _ = machine.called(deadline: Self.later)
        let failed = machine.connectFailed(random: 0)
        #expect(failed == .fail([3], backOff: .milliseconds(10)))
    }

    @Test("a lost channel fails what was in flight; what waited has a new channel, after a pause")
    func lost() {
        var machine = self.active(limit: 1)
        _ = machine.called(deadline: Self.later)
        _ = machine.replied(1, isStopping: false)
        _ = machine.called(deadline: Self.later)
        let closed = machine.closed(random: 0)
        #expect(closed == .backOff([2], .milliseconds(10)))
        let wanted = machine.backoffEnded()
        #expect(wanted)
        let connected = machine.connected()
        #expect(connected == .send([3]))
    }

    @Test("a channel that takes calls and answers none is a failure: no busy loop against it")
    func acceptsAndDrops() {
        var machine = self.active()
        let closed = machine.closed(random: 0)
        #expect(closed == .backOff([1], .milliseconds(10)))
        let waiting = machine.called(deadline: Self.later)
        #expect(waiting == .wait(2))
        let wanted = machine.backoffEnded()
        #expect(wanted)
    }

    @Test("a channel closed while idle is no failure")
    func idleClose() {
        var machine = self.active()
        _ = machine.replied(1, isStopping: false)
        let closed = machine.closed(random: 0)
        #expect(closed == .fail([]))
        let next = machine.called(deadline: Self.later)
        #expect(next == .connect(2))
    }

    @Test("a daemon that stops: what is in flight is awaited, new calls wait, the channel is closed when drained")
    func stopping() {
        var machine = self.active(limit: 4)
        _ = machine.called(deadline: Self.later)
        let refused = machine.replied(1, isStopping: true)
        #expect(refused == .answer(.send([])))
        let next = machine.called(deadline: Self.later)
        #expect(next == .wait(3))
        let drained = machine.replied(2, isStopping: false)
        #expect(drained == .answer(.close))
        let closed = machine.closed(random: 0)
        #expect(closed == .backOff([], .milliseconds(10)))
        let wanted = machine.backoffEnded()
        #expect(wanted)
        let connected = machine.connected()
        #expect(connected == .send([3]))
    }

    @Test("a stopping daemon's last refusal closes the channel at once")
    func stoppingAlone() {
        var machine = self.active()
        let refused = machine.replied(1, isStopping: true)
        #expect(refused == .answer(.close))
        let stray = machine.replied(1, isStopping: true)
        #expect(stray == .dropLate(wasOwed: false))
    }

    @Test("giving up the last call of a draining channel closes it")
    func cancelWhileDraining() {
        var machine = self.active(limit: 4)
        _ = machine.called(deadline: Self.later)
        _ = machine.replied(1, isStopping: true)
        let cancelled = machine.cancelled(2)
        #expect(cancelled == .close)
        let again = machine.cancelled(2)
        #expect(again == nil)
    }

    @Test("a cancelled call makes room, and its late reply is dropped")
    func cancel() {
        var machine = self.active(limit: 1)
        _ = machine.called(deadline: Self.later)
        let cancelled = machine.cancelled(1)
        #expect(cancelled == .send([2]))
        let late = machine.replied(1, isStopping: false)
        #expect(late == .dropLate(wasOwed: true))
        let waiting = machine.called(deadline: Self.later)
        #expect(waiting == .wait(3))
        let cancelledWaiting = machine.cancelled(3)
        #expect(cancelledWaiting == .send([]))
        let answered = machine.replied(2, isStopping: false)
        #expect(answered == .answer(.send([])), "a cancelled call is not sent")
    }

    @Test("deadlines: only what is due ends, and the next one is known")
    func deadlines() {
        var machine = self.machine(limit: 1)
        _ = machine.called(deadline: .uptimeNanoseconds(30))
        _ = machine.called(deadline: .uptimeNanoseconds(10))
        _ = machine.called(deadline: .uptimeNanoseconds(20))
        _ = machine.connected()
        #expect(machine.nextDeadline == .uptimeNanoseconds(10))
        let early = machine.deadlineReached(now: .uptimeNanoseconds(9))
        #expect(early.expired == [])
        let due = machine.deadlineReached(now: .uptimeNanoseconds(20))
        #expect(due.expired == [2, 3])
        #expect(due.next == .send([]))
        #expect(machine.nextDeadline == .uptimeNanoseconds(30))
        let last = machine.deadlineReached(now: .uptimeNanoseconds(40))
        #expect(last.expired == [1])
        #expect(machine.nextDeadline == nil)
        let hasOpenCalls = machine.hasOpenCalls
        #expect(!hasOpenCalls)
    }

    @Test("an expired call makes room for one that waits")
    func expiryMakesRoom() {
        var machine = self.machine(limit: 1)
        _ = machine.called(deadline: .uptimeNanoseconds(10))
        _ = machine.connected()
        _ = machine.called(deadline: .uptimeNanoseconds(90))
        let due = machine.deadlineReached(now: .uptimeNanoseconds(10))
        #expect(due.expired == [1])
        #expect(due.next == .send([2]))
    }

    @Test("nonsense closes the channel; what waited goes out on the next")
    func invalidBytes() {
        var machine = self.active(limit: 1)
        _ = machine.called(deadline: Self.later)
        let invalid = machine.leave()
        #expect(invalid == .close([1]))
        let again = machine.leave()
        #expect(again == .ignore)
        let stray = machine.replied(2, isStopping: false)
        #expect(stray == .dropLate(wasOwed: false), "nothing on the dying channel counts any more")
        let closed = machine.closed(random: 0)
        #expect(closed == .backOff([], .milliseconds(10)))
        _ = machine.backoffEnded()
        let connected = machine.connected()
        #expect(connected == .send([2]))
    }

    @Test("shut down: everything fails, and nothing comes after it")
    func shutdown() {
        var idle = self.machine()
        let nothing = idle.shutdown()
        #expect(nothing == .fail([]))

        var machine = self.active(limit: 1)
        _ = machine.called(deadline: Self.later)
        let shut = machine.shutdown()
        #expect(shut == .close([1, 2]))
        let refused = machine.called(deadline: Self.later)
        #expect(refused == .refuse)
        let reply = machine.replied(1, isStopping: false)
        #expect(reply == .dropLate(wasOwed: false))
        let closed = machine.closed(random: 0)
        #expect(closed == .fail([]))
        let wanted = machine.backoffEnded()
        #expect(!wanted)
        let again = machine.shutdown()
        #expect(again == .fail([]))
    }

    @Test("a channel that comes after the shutdown is closed")
    func shutdownWhileConnecting() {
        var machine = self.machine()
        _ = machine.called(deadline: Self.later)
        let shut = machine.shutdown()
        #expect(shut == .fail([1]))
        let connected = machine.connected()
        #expect(connected == .close)
        var other = self.machine()
        _ = other.called(deadline: Self.later)
        _ = other.shutdown()
        let failed = other.connectFailed(random: 0)
        #expect(failed == .ignore)
    }

    @Test("events in any order never trap, and every call ends exactly once", arguments: 0..<50)
    func randomEvents(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        var machine = self.machine(limit: 3)
        var open: Set<CallID> = []
        var now: UInt64 = 0
        func end(_ ids: [CallID]) {
            for id in ids { #expect(open.remove(id) != nil, "call \(id) ended twice") }
        }
        for _ in 0..<2_000 {
            now += UInt64.random(in: 0...3, using: &random)
            let id = CallID.random(in: -1...40, using: &random)
            switch Int.random(in: 0..<12, using: &random) {
            case 0...3:
                switch machine.called(deadline: .uptimeNanoseconds(now + .random(in: 0...20, using: &random))) {
                case .connect(let id), .wait(let id), .send(let id, _): open.insert(id)
                case .refuse: break
                }
            case 4: _ = machine.connected()
            case 5:
                if case .fail(let ids, _) = machine.connectFailed(random: random.next()) { end(ids) }
            case 6: _ = machine.backoffEnded()
            case 7:
                if case .answer = machine.replied(id, isStopping: Bool.random(using: &random)) { end([id]) }
            case 8:
                if machine.cancelled(id) != nil { end([id]) }
            case 9: end(machine.deadlineReached(now: .uptimeNanoseconds(now)).expired)
            case 10:
                switch machine.closed(random: random.next()) {
                case .fail(let ids), .backOff(let ids, _): end(ids)
                }
            default:
                if case .close(let ids) = machine.leave() { end(ids) }
            }
            let hasOpenCalls = machine.hasOpenCalls
            #expect(hasOpenCalls == !open.isEmpty)
        }
        switch machine.shutdown() {
        case .fail(let ids), .close(let ids): end(ids)
        }
        #expect(open.isEmpty)
    }
}

/// A small generator with a seed, so that a failure can be had again.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
