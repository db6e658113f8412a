//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Testing

@testable import GrantdServer

struct SendQueueTests {
    private static func buffer(_ bytes: Int, capacity: Int) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: capacity)
        buffer.writeRepeatingByte(0, count: bytes)
        return buffer
    }

    /// The memory of three buffers of 1, 4 and 64 KiB, of which the channel holds the last `held` bytes of 400 each.
    private static func memory(held: Int) -> Int {
        var unsent = SendQueue()
        for capacity in [1024, 4096, 65_536] { unsent.add(Self.buffer(400, capacity: capacity)) }
        unsent.keepLast(held)
        return unsent.memory
    }

    @Test("a buffer counts whole until its last byte is sent")
    func partlySent() {
        let whole = Self.memory(held: 1200)
        #expect(whole >= 1024 + 4096 + 65_536)
        #expect(Self.memory(held: 801) == whole)
        #expect(Self.memory(held: 800) == Self.memory(held: 401))
        #expect((4096 + 65_536..<whole).contains(Self.memory(held: 800)))
        #expect(Self.memory(held: 400) == Self.memory(held: 1))
        #expect((65_536..<65_536 + 4096).contains(Self.memory(held: 1)))
        #expect(Self.memory(held: 0) == 0)
    }

    @Test("what was sent counts no more with what comes after it")
    func goesOn() {
        var unsent = SendQueue()
        for _ in 0..<100 { unsent.add(Self.buffer(10, capacity: 64)) }
        unsent.keepLast(0)
        unsent.add(Self.buffer(400, capacity: 1024))
        unsent.keepLast(400)
        #expect((1024..<2048).contains(unsent.memory))
        unsent.add(Self.buffer(400, capacity: 1024))
        unsent.keepLast(399)
        #expect((1024..<2048).contains(unsent.memory))
    }
}
