//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import NIOCore

/// What a connection's replies that were handed to its channel, and are not known to have left, take of memory.
///
/// A buffer is given back when its last byte is sent: of four megabytes with one byte left, all four are still held.
struct SendQueue {
    private var writes = CircularBuffer<(bytes: Int, memory: Int)>(initialCapacity: 1)
    private var bytes = 0
    /// The memory they take, in bytes.
    private(set) var memory = 0
    /// What the channel held of them when it was last asked, in bytes.
    private(set) var heldBytes = 0

    /// A buffer was handed to the channel.
    mutating func add(_ buffer: ByteBuffer) {
        let memory = buffer.capacity + Self.overhead
        self.writes.append((bytes: buffer.readableBytes, memory: memory))
        self.bytes &+= buffer.readableBytes
        self.memory &+= memory
    }

    /// The channel still holds that many bytes: what came before them has left.
    mutating func keepLast(_ bytes: Int) {
        self.heldBytes = max(0, bytes)
        if bytes <= 0 {
            self.writes.removeAll(keepingCapacity: self.writes.capacity <= Self.retainedCapacity)
            self.bytes = 0
            self.memory = 0
            return
        }
        while let first = self.writes.first, self.bytes &- first.bytes >= bytes {
            self.writes.removeFirst()
            self.bytes &-= first.bytes
            self.memory &-= first.memory
        }
    }

    /// What the channel and we remember of each buffer, about.
    private static let overhead = 128
    private static let retainedCapacity = 32
}
