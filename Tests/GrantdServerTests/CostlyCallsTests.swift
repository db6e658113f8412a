//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import GrantdService
internal import NIOCore
internal import Synchronization
internal import Testing

@testable internal import GrantdServer

/// Replies on their way back to a loop.
struct CostlyCallsTests {
    @Test("a reply that comes while others are handed out is not left behind when the turn ends with the last of those")
    func replies() {
        let limits = Limits.defaults
        let ledger = AwardLedger(limits: limits, isManual: true)
        let lanes = ComputeLanes(
            sliced: ComputeLanes.makeSliced(limits: limits, clock: .system, ledger: ledger.lane, isManual: true),
            offloaded: ComputeLanes.makeOffloaded(limits: limits, clock: .system, isManual: true),
            ledger: ledger.lane
        )
        let wakes = Mutex(0)
        let costly = CostlyCalls(lanes: lanes, mailbox: ReplyMailbox { wakes.withLock { $0 += 1 } })
        let give = costly.makeReturn(client: ClientID(1), arrival: MonotonicTime(nanoseconds: 0))
        give(ByteBuffer(string: "1"))
        #expect(costly.nextReply()?.frame == ByteBuffer(string: "1"))
        #expect(!costly.hasReplies)
        give(ByteBuffer(string: "2"))
        give(ByteBuffer(string: "3"))
        #expect(costly.nextReply()?.frame == ByteBuffer(string: "2"))
        // The turn that this calls for may be the one that is under way.
        give(ByteBuffer(string: "4"))
        #expect(costly.nextReply()?.frame == ByteBuffer(string: "3"))
        #expect(wakes.withLock { $0 } == 3)
        #expect(costly.hasReplies)
        #expect(costly.nextReply()?.frame == ByteBuffer(string: "4"))
        #expect(!costly.hasReplies)
        ledger.close()
    }
}
