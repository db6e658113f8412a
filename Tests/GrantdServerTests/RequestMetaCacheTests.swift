//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GrantdService
import Testing

@testable import GrantdServer

/// A meta that is taken for the last one must mean what a full reading of it would.
struct RequestMetaCacheTests {
    /// A request of three bytes, as its content does not matter here.
    private static let request: [UInt8] = [0x0A, 3, 0x0A, 1, 0x41]

    private static func find(_ meta: [UInt8], in last: RequestMetaCache) -> Int64? {
        meta.withUnsafeBytes { last.find($0)?.correlationID }
    }

    private static func kept(_ meta: [UInt8]) -> RequestMetaCache {
        let last = RequestMetaCache()
        meta.withUnsafeBytes { last.keep($0, method: .screen) }
        return last
    }

    @Test("nothing is found before something is kept")
    func empty() {
        #expect(Self.find(Self.request + [0x20, 1], in: RequestMetaCache()) == nil)
    }

    @Test("another id is read, with the kept method")
    func anotherID() {
        let last = Self.kept(Self.request + [0x20, 1])
        #expect(Self.find(Self.request + [0x20, 0xAC, 0x02], in: last) == 300)
        #expect((Self.request + [0x20, 7]).withUnsafeBytes { last.find($0)?.method } == .screen)
        let largest = [0x20] + Array(repeating: UInt8(0xFF), count: 8) + [0x7F]
        #expect(Self.find(Self.request + largest, in: last) == .max)
    }

    @Test(
        "whatever has more, less or other fields is read in full",
        arguments: [
            [], [0x20], [0x20, 0x80], [0x20, 1, 0x18, 1], [0x28, 1], [0x20, 1, 0x3A, 0],
            [0x20] + Array(repeating: 0xFF, count: 9) + [0x01],
        ] as [[UInt8]]
    )
    func otherTails(tail: [UInt8]) {
        #expect(Self.find(Self.request + tail, in: Self.kept(Self.request + [0x20, 1])) == nil)
        #expect(Self.find(Self.request + [0x20, 1], in: Self.kept(Self.request + tail)) == nil)
    }

    @Test("another request is read in full")
    func anotherRequest() {
        let last = Self.kept(Self.request + [0x20, 1])
        #expect(Self.find([0x0A, 3, 0x0A, 1, 0x42, 0x20, 1], in: last) == nil)
        #expect(Self.find([0x0A, 4, 0x0A, 2, 0x41, 0x41, 0x20, 1], in: last) == nil)
    }

    @Test("a request whose length takes two bytes is not kept")
    func longRequest() {
        let long: [UInt8] = [0x0A, 0x80, 0x01] + Array(repeating: 0, count: 128) + [0x20, 1]
        #expect(Self.find(long, in: Self.kept(long)) == nil)
    }
}
