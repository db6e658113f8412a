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
        let first = watch.sent(now: self.at(10))
        let second = watch.sent(now: self.at(12))
        #expect(first && !second)
        #expect(watch.deadline == self.at(15))
        watch.replied(wasOwed: true, isOwed: true, now: self.at(13))
        #expect(watch.deadline == self.at(18))
        watch.replied(wasOwed: true, isOwed: false, now: self.at(14))
        #expect(watch.deadline == nil)
    }

    @Test("is broken by a kilobyte of a reply, but not by that of a reply that turns out to be nobody's")
    func parts() {
        var watch = SilenceWatch(timeout: .seconds(5))
        _ = watch.sent(now: self.at(0))
        watch.receivedPart(bytes: 1_023, now: self.at(1))
        #expect(watch.deadline == self.at(5))
        watch.receivedPart(bytes: 1_024, now: self.at(2))
        #expect(watch.deadline == self.at(7))
        watch.receivedPart(bytes: 2_000, now: self.at(3))
        #expect(watch.deadline == self.at(7))
        watch.replied(wasOwed: false, isOwed: true, now: self.at(4))
        #expect(watch.deadline == self.at(5))
    }

    @Test("is not watched for where the timeout is 0, or the channel is gone")
    func off() {
        var watch = SilenceWatch(timeout: .zero)
        _ = watch.sent(now: self.at(0))
        #expect(watch.deadline == nil)
        watch = SilenceWatch(timeout: .seconds(1))
        _ = watch.sent(now: self.at(0))
        watch.reset()
        #expect(watch.deadline == nil)
    }
}
