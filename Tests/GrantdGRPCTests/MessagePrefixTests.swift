//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    @testable internal import GrantdGRPC
    internal import NIOCore
    internal import Testing

    /// Where messages begin and end, however their bytes are cut.
    @Suite
    struct MessagePrefixTests {
        private static let messages: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 7, count: 300), [9]]
        private static let stream: [UInt8] = messages.flatMap { message -> [UInt8] in
            [0, 0, 0, UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
        }

        @Test("pieces of every size", arguments: 1...40)
        func pieces(_ size: Int) {
            var prefix = MessagePrefix()
            var lengths: [Int] = []
            var start = 0
            while start < Self.stream.count {
                var rest = ByteBuffer(bytes: Self.stream[start..<min(start + size, Self.stream.count)])
                    .readableBytesView
                start += size
                while !rest.isEmpty {
                    let count = prefix.advance(over: rest)
                    #expect(count > 0)
                    rest = rest.dropFirst(count)
                    if prefix.isAtStart { lengths.append(prefix.declared) }
                }
            }
            #expect(lengths == Self.messages.map(\.count))
        }

        @Test("the declared length is known before the bytes")
        func declared() {
            var prefix = MessagePrefix()
            #expect(prefix.advance(over: ByteBuffer(bytes: [0, 0xFF, 0xFF, 0xFF, 0xFF]).readableBytesView) == 5)
            #expect(prefix.declared == 0xFFFF_FFFF)
            #expect(!prefix.isAtStart)
        }
    }
#endif
