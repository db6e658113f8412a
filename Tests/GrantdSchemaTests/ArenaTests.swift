//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdSchema
import GrantdTesting
import Testing

struct ArenaTests {
    @Test func memoryIsAlignedAndItsOwn() throws {
        let arena = Arena(limit: 1 << 20, retained: 4096)
        var places: [UnsafeMutableRawPointer] = []
        for size in 0..<300 {
            let place = try #require(arena.allocate(size, alignment: size % 2 == 0 ? 8 : 16))
            #expect(UInt(bitPattern: place) % (size % 2 == 0 ? 8 : 16) == 0)
            place.initializeMemory(as: UInt8.self, repeating: UInt8(size % 251), count: size)
            places.append(place)
        }
        for (size, place) in places.enumerated() {
            let bytes = UnsafeRawBufferPointer(start: place, count: size)
            #expect(bytes.allSatisfy { $0 == UInt8(size % 251) })
        }
    }

    @Test func theLimitHoldsAndAResetForgetsIt() {
        let arena = Arena(limit: 100_000, retained: 4096)
        for _ in 0..<3 {
            #expect(arena.allocate(100_001) == nil)
            #expect(arena.isExhausted)
            #expect(arena.allocate(.max) == nil)
            #expect(arena.allocate(-1) == nil)
            arena.reset()
            #expect(!arena.isExhausted)
            var taken = 0
            while arena.allocate(1000) != nil { taken += 1000 }
            #expect(arena.isExhausted)
            #expect(taken <= 100_000)
            #expect(taken >= 90_000)
            arena.reset()
        }
    }

    @Test func theBaseChunkIsUsedAgain() {
        let arena = Arena(limit: 1 << 20, retained: 8192)
        let first = arena.allocate(16)
        for _ in 0..<100 { _ = arena.allocate(4000) }
        arena.reset()
        #expect(arena.allocate(16) == first)
    }

    /// Four bytes on the wire become a struct each: the limit is met, and it is told apart from bad bytes.
    @Test func aRequestThatGrowsPastTheLimit() {
        let bytes = [[UInt8]](repeating: Samples.delimited(5, []), count: 100_000).flatMap { $0 }
        let arena = Arena(limit: 1 << 20)
        bytes.withUnsafeBytes { bytes in
            #expect(Samples.types.application.unpack(bytes, into: arena) == nil)
        }
        #expect(arena.isExhausted)
        arena.reset()
        [UInt8]([0x0A]).withUnsafeBytes { bytes in
            #expect(Samples.types.application.unpack(bytes, into: arena) == nil)
        }
        #expect(!arena.isExhausted)
    }
}
