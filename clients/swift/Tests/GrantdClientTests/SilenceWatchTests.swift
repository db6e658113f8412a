//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore
internal import Testing

@testable internal import GrantdClient

@Suite("The silence of a connection")
struct SilenceWatchTests {
    private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    @Test("counts from the first call that is owed, and from every reply that was")
    func counts() {
        var watch = SilenceWatch(timeout: .seconds(5))
        #expect(watch.deadline == nil)
        watch.sent(bytes: 100, now: self.at(10))
        watch.sent(bytes: 100, now: self.at(12))
        #expect(watch.deadline == self.at(15))
        watch.replied(wasOwed: true, isOwed: true, now: self.at(13))
        #expect(watch.deadline == self.at(18))
        watch.replied(wasOwed: true, isOwed: false, now: self.at(14))
        #expect(watch.deadline == nil)
    }

    @Test("is broken by a kilobyte of a reply, but not by that of a reply that turns out to be nobody's")
    func parts() {
        var watch = SilenceWatch(timeout: .seconds(5))
        watch.sent(bytes: 100, now: self.at(0))
        watch.receivedPart(bytes: 1_023, now: self.at(1))
        #expect(watch.deadline == self.at(5))
        watch.receivedPart(bytes: 1_024, now: self.at(2))
        #expect(watch.deadline == self.at(7))
        watch.receivedPart(bytes: 2_000, now: self.at(3))
        #expect(watch.deadline == self.at(7))
        watch.replied(wasOwed: false, isOwed: true, now: self.at(4))
        #expect(watch.deadline == self.at(5))
    }

    @Test("is broken by bytes that the peer takes while a request is still being sent, and by no others")
    func taking() {
        var watch = SilenceWatch(timeout: .seconds(8))
        watch.sent(bytes: 1_000, now: self.at(0))
        watch.looked(unsentBytes: 0, now: self.at(0))
        #expect(watch.nextLook == self.at(8), "what is taken whole is asked, and no more")
        watch.sent(bytes: 5_000, now: self.at(1))
        watch.looked(unsentBytes: 4_000, now: self.at(1))
        #expect(watch.deadline == self.at(8))
        #expect(watch.nextLook == self.at(3))
        watch.looked(unsentBytes: 3_999, now: self.at(3))
        #expect(watch.deadline == self.at(11))
        // Taken are 500 bytes, though more is left than before.
        watch.sent(bytes: 2_000, now: self.at(4))
        watch.looked(unsentBytes: 5_499, now: self.at(4))
        #expect(watch.deadline == self.at(12))
        watch.looked(unsentBytes: 5_499, now: self.at(6))
        #expect(watch.deadline == self.at(12))
        #expect(watch.nextLook == self.at(8))
        watch.looked(unsentBytes: 5_499, now: self.at(11))
        #expect(watch.nextLook == self.at(12), "nothing taken is silence")
        watch.looked(unsentBytes: 0, now: self.at(12))
        #expect(watch.nextLook == self.at(20))
        watch.sent(bytes: 1_000, now: self.at(13))
        watch.looked(unsentBytes: 0, now: self.at(13))
        #expect(watch.nextLook == self.at(20))
    }

    @Test("counts what is taken of each channel anew")
    func takingAnew() {
        var watch = SilenceWatch(timeout: .seconds(8))
        watch.sent(bytes: 1_000, now: self.at(0))
        watch.looked(unsentBytes: 400, now: self.at(0))
        watch.reset()
        watch.sent(bytes: 1_000, now: self.at(1))
        watch.looked(unsentBytes: 300, now: self.at(2))
        #expect(watch.deadline == self.at(9))
        watch.looked(unsentBytes: 200, now: self.at(3))
        #expect(watch.deadline == self.at(11))
    }

    @Test("is not watched for where the timeout is 0, or the channel is gone")
    func off() {
        var watch = SilenceWatch(timeout: .zero)
        watch.sent(bytes: 100, now: self.at(0))
        watch.looked(unsentBytes: 50, now: self.at(0))
        #expect(watch.deadline == nil && watch.nextLook == nil)
        watch = SilenceWatch(timeout: .seconds(1))
        watch.sent(bytes: 100, now: self.at(0))
        watch.reset()
        #expect(watch.deadline == nil)
    }
}
