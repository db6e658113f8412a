//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import Testing

@testable internal import GrantdServer

/// The rules of one connection, by plain calls: no channel, no clock.
@Suite
struct ConnectionStateMachineTests {
    @Test("what is no frame: nothing more is taken, what was taken is answered and sent, then our side is closed")
    func leaving() {
        let settled = Self.machine()
        #expect(settled.inputBroke(now: Self.time(1)) == .closeOutput)
        #expect(settled.inputBroke(now: Self.time(1)) == .proceed)
        #expect(settled.bytesArrived(now: Self.time(1)) == .discard)
        #expect(settled.tick(now: Self.time(1.9)) == .proceed)
        #expect(settled.tick(now: Self.time(2)) == .close(.malformed))

        let busy = Self.machine()
        busy.callPends()
        #expect(busy.inputBroke(now: Self.time(1)) == .proceed)
        #expect(busy.bytesArrived(now: Self.time(1)) == .discard)
        #expect(busy.admission() == .ignore)
        #expect(busy.mayRead)
        #expect(!busy.mayProcess)
        #expect(busy.tick(now: Self.time(60)) == .proceed)
        busy.repliesWritten(bytes: 100)
        #expect(busy.pendingCallAnswered(now: Self.time(60)) == .proceed)
        #expect(busy.unsentChanged(to: 100, now: Self.time(60)) == .proceed)
        #expect(busy.tick(now: Self.time(61)) == .proceed)
        #expect(busy.inputClosed() == .proceed)
        #expect(busy.unsentChanged(to: 0, now: Self.time(62)) == .proceed)
        #expect(busy.tick(now: Self.time(62)) == .closeOutput)
        #expect(busy.inputClosed() == .close(.malformed))
    }

    @Test("a stranger that sent a large call is read from no more, and closed when its time is over")
    func unauthorised() {
        let settled = Self.machine()
        #expect(settled.inputBroke(.unauthorised, now: Self.time(1)) == .closeOutput)
        #expect(!settled.mayRead)
        #expect(settled.tick(now: Self.time(1.9)) == .proceed)
        #expect(settled.tick(now: Self.time(2)) == .close(.unauthorised))

        let busy = Self.machine()
        busy.callPends()
        #expect(busy.inputBroke(.unauthorised, now: Self.time(1)) == .proceed)
        #expect(!busy.mayRead)
        #expect(busy.pendingCallAnswered(now: Self.time(2)) == .proceed)
        #expect(busy.tick(now: Self.time(2)) == .closeOutput)
        #expect(!busy.mayRead)
    }

    @Test("a peer that sent what is no frame and does not read is closed when its time is over")
    func leavingStalled() {
        let machine = Self.machine()
        machine.repliesWritten(bytes: 100)
        #expect(machine.unsentChanged(to: 100, now: Self.time(1)) == .proceed)
        #expect(machine.inputBroke(now: Self.time(2)) == .proceed)
        #expect(machine.tick(now: Self.time(11.9)) == .proceed)
        #expect(machine.tick(now: Self.time(12)) == .close(.malformed))
        #expect(machine.closed() == .malformed)
        #expect(machine.closed() == nil)
    }

    @Test("idle is who has nothing to be answered or sent, since the last that came or went")
    func idleSince() {
        let machine = Self.machine()
        #expect(machine.idleSince == Self.time(0))
        #expect(machine.bytesArrived(now: Self.time(3)) == .process)
        #expect(machine.idleSince == Self.time(3))
        machine.callPends()
        #expect(machine.idleSince == nil)
        #expect(machine.pendingCallAnswered(now: Self.time(5)) == .proceed)
        #expect(machine.idleSince == Self.time(5))
        machine.repliesWritten(bytes: 10)
        #expect(machine.unsentChanged(to: 10, now: Self.time(6)) == .proceed)
        #expect(machine.idleSince == nil)
        machine.closed()
        #expect(machine.idleSince == nil)
    }

    private static func time(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1_000_000_000))
    }

    private static func machine(_ change: (inout Limits) -> Void = { _ in }) -> MachineUnderTest {
        var limits = Limits.defaults
        change(&limits)
        return MachineUnderTest(
            ConnectionStateMachine(
                bounds: .init(limits: limits, quietPeriod: .milliseconds(100), linger: .seconds(1)),
                now: self.time(0)
            )
        )
    }

    @Test("a call is served until as many wait as may, and again when one is answered")
    func pendingCalls() {
        let machine = Self.machine { $0.callsWaiting = 2 }
        #expect(machine.admission() == .serve)
        machine.callPends()
        #expect(machine.admission() == .serve)
        machine.callPends()
        #expect(machine.admission() == .refuseBusy)
        #expect(machine.pendingCallAnswered(now: Self.time(1)) == .proceed)
        #expect(machine.admission() == .serve)
    }

    @Test("answers that were never waited for do not make room")
    func answersTooMany() {
        let machine = Self.machine { $0.callsWaiting = 1 }
        #expect(machine.pendingCallAnswered(now: Self.time(1)) == .proceed)
        machine.callPends()
        #expect(machine.admission() == .refuseBusy)
    }

    @Test("reading stops at the limit of unsent replies and goes on at half of it")
    func holdAndResume() {
        let machine = Self.machine()
        machine.repliesWritten(bytes: 999)
        #expect(machine.unsentChanged(to: 999, now: Self.time(1)) == .proceed)
        #expect(machine.mayRead)
        machine.repliesWritten(bytes: 1)
        #expect(machine.unsentChanged(to: 1000, now: Self.time(1)) == .holdReading)
        #expect(!machine.mayRead)
        #expect(!machine.mayProcess)
        #expect(machine.bytesArrived(now: Self.time(1)) == .keep)
        #expect(machine.unsentChanged(to: 501, now: Self.time(2)) == .proceed)
        #expect(!machine.mayRead)
        #expect(machine.unsentChanged(to: 500, now: Self.time(2)) == .resumeReading)
        #expect(machine.mayRead)
        #expect(machine.bytesArrived(now: Self.time(2)) == .process)
    }

    @Test("reading is held by what replies take of memory, however few of their bytes are left")
    func heldByMemory() {
        let machine = Self.machine()
        machine.repliesWritten(bytes: 16_000)
        #expect(machine.unsentChanged(to: 10, memory: 999, now: Self.time(1)) == .proceed)
        #expect(machine.unsentChanged(to: 9, memory: 16_000, now: Self.time(1)) == .holdReading)
        #expect(machine.unsentChanged(to: 8, memory: 16_000, now: Self.time(2)) == .proceed)
        #expect(machine.unsentChanged(to: 0, memory: 0, now: Self.time(3)) == .resumeReading)
    }

    @Test("who takes less than the least progress in the time for it is as one who takes nothing")
    func trickle() {
        let machine = Self.machine()
        machine.repliesWritten(bytes: 100_000)
        #expect(machine.unsentChanged(to: 90_000, leastProgress: 100, now: Self.time(0)) == .holdReading)
        for second in 1...9 {
            let event = machine.unsentChanged(to: 90_000 - second, leastProgress: 100, now: Self.time(Double(second)))
            #expect(event == .proceed)
            #expect(machine.tick(now: Self.time(Double(second))) == .proceed)
        }
        #expect(machine.tick(now: Self.time(10)) == .close(.stalled))

        let reader = Self.machine()
        reader.repliesWritten(bytes: 100_000)
        #expect(reader.unsentChanged(to: 90_000, leastProgress: 100, now: Self.time(0)) == .holdReading)
        #expect(reader.unsentChanged(to: 89_900, leastProgress: 100, now: Self.time(9)) == .proceed)
        #expect(reader.tick(now: Self.time(10)) == .proceed)
    }

    @Test("a peer that drains nothing is closed; one that drains a little is not")
    func stall() {
        let machine = Self.machine()
        machine.repliesWritten(bytes: 2000)
        #expect(machine.unsentChanged(to: 2000, now: Self.time(0)) == .holdReading)
        #expect(machine.tick(now: Self.time(9.9)) == .proceed)
        #expect(machine.unsentChanged(to: 1999, now: Self.time(9.9)) == .proceed)
        #expect(machine.tick(now: Self.time(19.8)) == .proceed)
        #expect(machine.unsentChanged(to: 1999, now: Self.time(19.85)) == .proceed)
        #expect(machine.tick(now: Self.time(19.95)) == .close(.stalled))
        machine.closed()
        #expect(machine.tick(now: Self.time(40)) == .proceed)
    }

    @Test("replies that are added while others drain count as progress")
    func progressBesideNewReplies() {
        let machine = Self.machine()
        machine.repliesWritten(bytes: 1500)
        #expect(machine.unsentChanged(to: 1500, now: Self.time(0)) == .holdReading)
        machine.repliesWritten(bytes: 500)
        #expect(machine.unsentChanged(to: 1600, now: Self.time(9)) == .proceed)
        #expect(machine.tick(now: Self.time(12)) == .proceed)
        #expect(machine.tick(now: Self.time(19)) == .close(.stalled))
    }

    @Test("an unfinished frame is closed after its time, counted from its first byte")
    func unfinishedFrame() {
        let machine = Self.machine()
        #expect(machine.bytesArrived(now: Self.time(1)) == .process)
        #expect(
            machine.inputProcessed(finishedFrames: false, isUnfinished: true, isDeferred: false, now: Self.time(1))
                == .proceed
        )
        // Dripping does not help.
        #expect(machine.bytesArrived(now: Self.time(9)) == .process)
        #expect(
            machine.inputProcessed(finishedFrames: false, isUnfinished: true, isDeferred: false, now: Self.time(9))
                == .proceed
        )
        #expect(machine.tick(now: Self.time(10.9)) == .proceed)
        #expect(machine.tick(now: Self.time(11)) == .close(.unfinishedFrame))
    }

    @Test("each frame has its own time")
    func frameAfterFrame() {
        let machine = Self.machine()
        for second in [0.0, 9, 18, 27] {
            #expect(machine.bytesArrived(now: Self.time(second)) == .process)
            #expect(
                machine.inputProcessed(
                    finishedFrames: true,
                    isUnfinished: true,
                    isDeferred: false,
                    now: Self.time(second)
                ) == .proceed
            )
            #expect(machine.tick(now: Self.time(second + 8.9)) == .proceed)
        }
    }

    @Test("the time of an unfinished frame does not run while we do not read")
    func unfinishedFrameWhileHeld() {
        let machine = Self.machine()
        _ = machine.bytesArrived(now: Self.time(0))
        _ = machine.inputProcessed(finishedFrames: true, isUnfinished: true, isDeferred: false, now: Self.time(0))
        machine.repliesWritten(bytes: 1000)
        #expect(machine.unsentChanged(to: 1000, now: Self.time(0)) == .holdReading)
        #expect(machine.unsentChanged(to: 900, now: Self.time(9)) == .proceed)
        #expect(machine.tick(now: Self.time(15)) == .proceed)
        #expect(machine.unsentChanged(to: 100, now: Self.time(16)) == .resumeReading)
        #expect(machine.tick(now: Self.time(25.9)) == .proceed)
        #expect(machine.tick(now: Self.time(26)) == .close(.unfinishedFrame))
    }

    @Test("a silent connection is closed, one that waits for an answer is not")
    func idle() {
        let silent = Self.machine()
        #expect(silent.tick(now: Self.time(299)) == .proceed)
        #expect(silent.tick(now: Self.time(300)) == .close(.idle))

        let waiting = Self.machine()
        waiting.callPends()
        #expect(waiting.tick(now: Self.time(301)) == .proceed)
        #expect(waiting.pendingCallAnswered(now: Self.time(302)) == .proceed)
        #expect(waiting.tick(now: Self.time(601)) == .proceed)
        #expect(waiting.tick(now: Self.time(602)) == .close(.idle))
    }

    @Test("a peer that closes its side still gets what is in flight")
    func inputClosed() {
        let nothingLeft = Self.machine()
        #expect(nothingLeft.inputClosed() == .close(.peer))

        let waiting = Self.machine()
        waiting.callPends()
        #expect(waiting.inputClosed() == .proceed)
        waiting.repliesWritten(bytes: 10)
        #expect(waiting.unsentChanged(to: 10, now: Self.time(1)) == .proceed)
        #expect(waiting.pendingCallAnswered(now: Self.time(1)) == .proceed)
        #expect(waiting.unsentChanged(to: 0, now: Self.time(2)) == .close(.peer))

        let putOff = Self.machine()
        _ = putOff.bytesArrived(now: Self.time(0))
        _ = putOff.inputProcessed(finishedFrames: true, isUnfinished: true, isDeferred: true, now: Self.time(0))
        #expect(putOff.inputClosed() == .proceed)
        #expect(
            putOff.inputProcessed(finishedFrames: true, isUnfinished: false, isDeferred: false, now: Self.time(1))
                == .close(.peer)
        )
    }

    @Test("a stopping connection answers, refuses, waits for quiet, closes its side, and goes when the peer goes")
    func draining() {
        let machine = Self.machine()
        machine.callPends()
        machine.quiesce(now: Self.time(1))
        #expect(machine.admission() == .refuseStopping)
        #expect(machine.mayRead)
        #expect(machine.tick(now: Self.time(5)) == .proceed)
        #expect(machine.pendingCallAnswered(now: Self.time(5)) == .proceed)
        #expect(machine.bytesArrived(now: Self.time(5)) == .process)
        #expect(machine.tick(now: Self.time(5.05)) == .proceed)
        #expect(machine.tick(now: Self.time(5.1)) == .closeOutput)
        #expect(machine.admission() == .ignore)
        #expect(machine.bytesArrived(now: Self.time(5.2)) == .discard)
        #expect(machine.mayRead)
        #expect(machine.tick(now: Self.time(5.9)) == .proceed)
        #expect(machine.inputClosed() == .close(.stopping))
    }

    @Test("the quiet that a stopping connection waits for begins when its input is worked on")
    func quietAfterDeferred() {
        let machine = Self.machine()
        _ = machine.bytesArrived(now: Self.time(0))
        _ = machine.inputProcessed(finishedFrames: true, isUnfinished: true, isDeferred: true, now: Self.time(0))
        machine.quiesce(now: Self.time(0))
        #expect(machine.tick(now: Self.time(5)) == .proceed)
        _ = machine.inputProcessed(finishedFrames: true, isUnfinished: false, isDeferred: false, now: Self.time(5))
        #expect(machine.tick(now: Self.time(5.05)) == .proceed)
        #expect(machine.tick(now: Self.time(5.1)) == .closeOutput)
    }

    @Test("a peer that does not close its side is left after the linger")
    func linger() {
        let machine = Self.machine()
        machine.quiesce(now: Self.time(0))
        machine.quiesce(now: Self.time(0.09))
        #expect(machine.tick(now: Self.time(0.1)) == .closeOutput)
        #expect(machine.tick(now: Self.time(1.09)) == .proceed)
        #expect(machine.tick(now: Self.time(1.1)) == .close(.stopping))
    }

    @Test("a peer that goes on calling while it is refused is left after the linger, with its answers")
    func callsOnAndOn() {
        let machine = Self.machine()
        machine.callPends()
        machine.quiesce(now: Self.time(0))
        for tick in 1...25 {
            let now = Self.time(Double(tick) * 0.05)
            _ = machine.bytesArrived(now: now)
            _ = machine.inputProcessed(finishedFrames: true, isUnfinished: false, isDeferred: tick % 2 == 0, now: now)
            #expect(machine.tick(now: now) == .proceed)
        }
        #expect(machine.admission() == .ignore)
        #expect(machine.bytesArrived(now: Self.time(1.3)) == .discard)
        #expect(machine.tick(now: Self.time(1.3)) == .proceed)
        #expect(machine.pendingCallAnswered(now: Self.time(1.4)) == .proceed)
        #expect(machine.tick(now: Self.time(1.4)) == .closeOutput)
    }

    @Test("the end of the grace closes whatever is in flight")
    func cutOff() {
        let machine = Self.machine()
        machine.callPends()
        machine.quiesce(now: Self.time(0))
        #expect(machine.cutOff(now: Self.time(8)))
        #expect(!machine.cutOff(now: Self.time(8)))
        #expect(machine.admission() == .ignore)
        #expect(machine.pendingCallAnswered(now: Self.time(8)) == .proceed)
    }

    @Test("nothing that comes after the close does anything")
    func afterTheClose() {
        let machine = Self.machine()
        #expect(machine.closed() == .peer)
        #expect(machine.closed() == nil)
        #expect(machine.admission() == .ignore)
        #expect(machine.bytesArrived(now: Self.time(1)) == .discard)
        #expect(!machine.mayRead)
        #expect(!machine.mayProcess)
        machine.callPends()
        #expect(!machine.repliesWritten(bytes: 1))
        machine.quiesce(now: Self.time(1))
        #expect(machine.unsentChanged(to: 1 << 30, now: Self.time(1)) == .proceed)
        #expect(machine.inputClosed() == .proceed)
        #expect(machine.tick(now: Self.time(1e6)) == .proceed)
        #expect(!machine.cutOff(now: Self.time(1)))
    }
}

/// Holds a machine, which cannot be copied, for `#expect`, which copies what it looks at.
private final class MachineUnderTest {
    private var machine: ConnectionStateMachine

    init(_ machine: consuming ConnectionStateMachine) {
        self.machine = machine
    }

    var mayRead: Bool { self.machine.mayRead }
    var mayProcess: Bool { self.machine.mayProcess }

    func admission() -> ConnectionStateMachine.Admission { self.machine.admission() }
    func callPends() { self.machine.callPends() }
    @discardableResult
    func repliesWritten(bytes: Int) -> Bool { self.machine.repliesWritten(bytes: bytes) }
    func inputClosed() -> ConnectionStateMachine.OnSettled { self.machine.inputClosed() }
    func quiesce(now: MonotonicTime) { self.machine.quiesce(now: now) }
    func cutOff(now: MonotonicTime) -> Bool { self.machine.cutOff(now: now) }
    @discardableResult
    func closed(
        _ reason: ConnectionStateMachine.CloseReason = .peer
    ) -> ConnectionStateMachine.CloseReason? { self.machine.closed(reason) }
    func inputBroke(
        _ reason: ConnectionStateMachine.CloseReason = .malformed,
        now: MonotonicTime
    ) -> ConnectionStateMachine.OnTick { self.machine.inputBroke(reason, now: now) }
    var idleSince: MonotonicTime? { self.machine.idleSince }
    func tick(now: MonotonicTime) -> ConnectionStateMachine.OnTick { self.machine.tick(now: now) }

    func pendingCallAnswered(now: MonotonicTime) -> ConnectionStateMachine.OnSettled {
        self.machine.pendingCallAnswered(now: now)
    }

    func bytesArrived(now: MonotonicTime) -> ConnectionStateMachine.OnBytes {
        self.machine.bytesArrived(now: now)
    }

    func unsentChanged(
        to bytes: Int,
        memory: Int? = nil,
        leastProgress: Int = 1,
        now: MonotonicTime
    ) -> ConnectionStateMachine.OnUnsent {
        self.machine.unsentChanged(
            to: bytes,
            memory: memory ?? bytes,
            limit: 1000,
            leastProgress: leastProgress,
            now: now
        )
    }

    func inputProcessed(
        finishedFrames: Bool,
        isUnfinished: Bool,
        isDeferred: Bool,
        now: MonotonicTime
    ) -> ConnectionStateMachine.OnSettled {
        self.machine.inputProcessed(
            finishedFrames: finishedFrames,
            isUnfinished: isUnfinished,
            isDeferred: isDeferred,
            now: now
        )
    }
}
