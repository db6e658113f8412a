//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if GRPC
    internal import NIOCore

    /// Where one stands in a stream of gRPC messages: each is a byte that says whether it is compressed, its length in four
    /// bytes, the highest first, and its bytes.
    struct MessagePrefix {
        private static let size = 5

        private var prefixBytes = 0
        private var left = 0
        /// The length that the present message's prefix declares, as far as it was read.
        private(set) var declared = 0

        /// Whether the next byte begins a message.
        var isAtStart: Bool { self.prefixBytes == 0 }

        /// Goes over bytes, at most to the end of the present message.
        ///
        /// - Returns: over how many.
        mutating func advance(over bytes: ByteBufferView) -> Int {
            if self.prefixBytes == 0 { self.declared = 0 }
            var count = 0
            for byte in bytes.prefix(Self.size - self.prefixBytes) {
                if self.prefixBytes > 0 { self.declared = self.declared << 8 | Int(byte) }
                self.prefixBytes += 1
                count += 1
                if self.prefixBytes == Self.size { self.left = self.declared }
            }
            guard self.prefixBytes == Self.size else { return count }
            let taken = min(self.left, bytes.count - count)
            self.left -= taken
            if self.left == 0 { self.prefixBytes = 0 }
            return count + taken
        }
    }
#endif
