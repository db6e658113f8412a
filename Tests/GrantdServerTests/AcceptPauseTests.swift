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

/// What a listener does when it cannot accept.
@Suite
struct AcceptPauseTests {
    private static func reads(_ channel: EmbeddedChannel) -> Bool? {
        channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }?.value as? Bool
    }

    @Test("after an accept that failed the listener rests for a second, however many fail")
    func pause() throws {
        let channel = EmbeddedChannel(handler: AcceptPauseHandler())
        let error = IOError(errnoCode: EMFILE, reason: "accept")
        channel.pipeline.fireErrorCaught(error)
        #expect(Self.reads(channel) == false)
        #expect(throws: IOError.self) { try channel.throwIfErrorCaught() }
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(999))
        channel.pipeline.fireErrorCaught(error)
        #expect(Self.reads(channel) == false)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(Self.reads(channel) == true)
        channel.pipeline.fireErrorCaught(error)
        #expect(Self.reads(channel) == false)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(Self.reads(channel) == true)
    }

    @Test("other errors do not stop it")
    func otherErrors() {
        let channel = EmbeddedChannel(handler: AcceptPauseHandler())
        channel.pipeline.fireErrorCaught(ChannelError.inputClosed)
        #expect(Self.reads(channel) == nil)
    }
}
