//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

internal import CProtobufC

/// The memory of one call: protobuf-c's messages are laid into it one behind the other, and all of them go at once.
///
/// Nothing is freed singly. One base chunk is kept for the arena's whole life, so that a warm call asks the heap for
/// nothing; what a large call needs beyond it is given back by ``reset()``.
package final class Arena {
    /// What the allocation function sees: C calls it with this address alone.
    struct State: BitwiseCopyable {
        /// The address of the next byte, and that behind the last one, of the chunk in use.
        var cursor: UInt
        var end: UInt
        /// The sizes of all chunks but the one in use, in bytes.
        var filled = 0
        /// The bytes of the chunks that may still be taken.
        var remaining: Int
        var isExhausted = false
        /// The chunks beyond the base chunk, the newest first; each begins with the address of the next.
        var overflow: UnsafeMutableRawPointer?
    }

    private static let alignment = 16
    /// Room for the address of the next chunk, and still aligned.
    private static let chunkHeader = 16

    private let base: UnsafeMutableRawPointer
    private let baseSize: Int
    private let limit: Int
    let state: UnsafeMutablePointer<State>
    /// What protobuf-c is handed.
    let allocator: UnsafeMutablePointer<ProtobufCAllocator>

    /// - Parameters:
    ///   - limit: The most that may be taken between two resets, in bytes.
    ///   - retained: What is kept from call to call, in bytes.
    package init(limit: Int = 16 << 20, retained: Int = 256 << 10) {
        self.limit = max(limit, 0)
        self.baseSize = max(min(retained, self.limit), 4096)
        self.base = .allocate(byteCount: self.baseSize, alignment: Self.alignment)
        self.state = .allocate(capacity: 1)
        self.state.initialize(
            to: State(
                cursor: UInt(bitPattern: self.base),
                end: UInt(bitPattern: self.base + self.baseSize),
                remaining: max(self.limit - self.baseSize, 0)
            )
        )
        self.allocator = .allocate(capacity: 1)
        self.allocator.initialize(
            to: ProtobufCAllocator(
                alloc: { state, size in
                    guard let state else { return nil }
                    return Arena.take(size, alignment: 8, from: state.assumingMemoryBound(to: State.self))
                },
                free: { _, _ in },
                allocator_data: UnsafeMutableRawPointer(self.state)
            )
        )
    }

    deinit {
        self.freeOverflow()
        self.allocator.deallocate()
        self.state.deallocate()
        self.base.deallocate()
    }

    /// Whether the limit has refused memory since the last reset; the call is then over a limit, not malformed.
    package var isExhausted: Bool { self.state.pointee.isExhausted }

    /// Takes everything back. Whatever was laid into the arena is gone.
    package func reset() {
        if self.state.pointee.overflow != nil {
            self.freeOverflow()
            self.state.pointee.end = UInt(bitPattern: self.base + self.baseSize)
            self.state.pointee.remaining = max(self.limit - self.baseSize, 0)
        }
        self.state.pointee.cursor = UInt(bitPattern: self.base)
        self.state.pointee.isExhausted = false
    }

    /// Takes memory that lives until the next reset.
    ///
    /// - Parameters:
    ///   - byteCount: How much.
    ///   - alignment: A power of two, at most 16.
    /// - Returns: `nil` where the limit leaves too little.
    package func allocate(_ byteCount: Int, alignment: Int = 8) -> UnsafeMutableRawPointer? {
        Self.take(byteCount, alignment: alignment, from: self.state)
    }

    /// As ``allocate(_:alignment:)``, without the arena itself.
    @inline(__always)
    static func take(
        _ size: Int,
        alignment: Int,
        from state: UnsafeMutablePointer<State>
    ) -> UnsafeMutableRawPointer? {
        let mask = UInt(bitPattern: alignment &- 1)
        let start = (state.pointee.cursor &+ mask) & ~mask
        // A size below zero is one beyond every chunk.
        let (end, isTooLarge) = start.addingReportingOverflow(UInt(bitPattern: size))
        if !isTooLarge, end <= state.pointee.end {
            state.pointee.cursor = end
            return UnsafeMutableRawPointer(bitPattern: start)
        }
        return self.takeFromNewChunk(size, from: state)
    }

    /// A chunk is as large as everything before it, so that a call takes few of them.
    @inline(never)
    private static func takeFromNewChunk(
        _ size: Int,
        from state: UnsafeMutablePointer<State>
    ) -> UnsafeMutableRawPointer? {
        let remaining = state.pointee.remaining
        guard size >= 0, size <= remaining, remaining - size >= self.chunkHeader else {
            state.pointee.isExhausted = true
            return nil
        }
        let wanted = max(size + self.chunkHeader, min(max(state.pointee.filled, 256 << 10), remaining))
        let chunk = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: self.alignment)
        chunk.storeBytes(of: state.pointee.overflow, as: UnsafeMutableRawPointer?.self)
        state.pointee.overflow = chunk
        state.pointee.remaining = remaining - wanted
        state.pointee.filled += wanted
        let start = chunk + self.chunkHeader
        state.pointee.cursor = UInt(bitPattern: start + size)
        state.pointee.end = UInt(bitPattern: chunk + wanted)
        return start
    }

    private func freeOverflow() {
        var next = self.state.pointee.overflow
        while let chunk = next {
            next = chunk.load(as: UnsafeMutableRawPointer?.self)
            chunk.deallocate()
        }
        self.state.pointee.overflow = nil
        self.state.pointee.filled = 0
    }
}
