//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// Buffers for replies, used again where nobody else holds them any more. An event loop's alone.
struct SpareBuffers {
    private var buffers: [ByteBuffer] = []

    /// An empty buffer.
    mutating func take() -> ByteBuffer {
        guard var buffer = self.buffers.popLast() else {
            return ByteBufferAllocator().buffer(capacity: Self.smallCapacity)
        }
        buffer.clear()
        return buffer
    }

    /// Keeps a buffer for the next one who needs one.
    mutating func giveBack(_ buffer: ByteBuffer) {
        // One large buffer is kept, for those who ask for much at a time, and a few small ones.
        let most = self.buffers.isEmpty ? Self.largeCapacity : 2 * Self.smallCapacity
        guard buffer.capacity <= most, self.buffers.count < FlushCoalescer.most else { return }
        self.buffers.append(buffer)
    }

    private static let smallCapacity = 16 << 10
    private static let largeCapacity = 512 << 10
}
